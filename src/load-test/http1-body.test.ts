import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyLength, unchunked } from './http1-body.ts';

test('a body has the length that its head says, comes in chunks, or is none', () => {
  assert.equal(bodyLength('http/1.1 200 ok\r\ncontent-length: 17\r\nx: y'), 17);
  assert.equal(bodyLength('http/1.1 200 ok\r\ntransfer-encoding: chunked'), null);
  assert.equal(bodyLength('http/1.1 204 no content'), 0);
});

test('chunks are joined when the last is here, wherever the bytes are cut', () => {
  const bytes = Buffer.from('head3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n');
  for (let end = 4; end < bytes.length - 2; end++) {
    assert.equal(unchunked(bytes.subarray(0, end), 4), null, `cut at ${end}`);
  }
  assert.equal(String(unchunked(bytes, 4)), 'abc0123456789');
});
