import assert from 'node:assert/strict';
import { test } from 'node:test';
import { internal, notFound } from '../../status/index.ts';
import { encodeMessage, errorTrailers } from './status.ts';

/** As a client decodes it. */
function decode(encoded: string): string {
  return decodeURIComponent(encoded);
}

test('carries code and text, never the cause', () => {
  const error = internal('broken', { cause: new Error('secret') });
  assert.deepEqual(errorTrailers(error), { 'grpc-status': '13', 'grpc-message': 'broken' });
  assert.deepEqual(errorTrailers(notFound('')), { 'grpc-status': '5' });
});

test('encodes what HTTP header fields can not carry, and only that', () => {
  assert.equal(encodeMessage('plain text, ~!'), 'plain text, ~!');
  assert.equal(encodeMessage('100%'), '100%25');
  assert.equal(encodeMessage('a\r\nb\t'), 'a%0D%0Ab%09');
  assert.equal(encodeMessage('é模😀'), '%C3%A9%E6%A8%A1%F0%9F%98%80');
  assert.equal(encodeMessage('\ud800'), '%EF%BF%BD');
  assert.equal(encodeMessage(' a b  '), '%20a b%20%20');
});

test('cuts after 1024 bytes, never within a character', () => {
  assert.equal(encodeMessage('x'.repeat(1024)), 'x'.repeat(1024));
  assert.equal(encodeMessage('x'.repeat(1025)), `${'x'.repeat(1024)}...TRUNCATED`);
  assert.equal(decode(encodeMessage('模'.repeat(400))), `${'模'.repeat(341)}...TRUNCATED`);
  assert.equal(decode(encodeMessage('é'.repeat(512))), 'é'.repeat(512));
});
