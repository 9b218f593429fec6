import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordText } from './record-text.ts';

test('bytes that are part of no character are a space each', () => {
  const cases: readonly (readonly [readonly number[], string])[] = [
    [[], ''],
    [[0x61, 0xff, 0xfe, 0x62], 'a  b'],
    [[0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80], 'ä€😀'],
    // Continuations without a lead, leads without all of their continuations.
    [[0x80, 0x61, 0xbf], ' a '],
    [[0xe2, 0x82, 0x61], '  a'],
    [[0xf0, 0x9f, 0x98], '   '],
    // Overlong, a surrogate, beyond the last character.
    [[0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5, 0x80, 0x80, 0x80], '         '],
  ];
  for (const [bytes, text] of cases) assert.equal(recordText(Uint8Array.from(bytes)), text);
});

test('the record itself is not changed', () => {
  const record = Uint8Array.of(0xff, 0x61);
  recordText(record);
  assert.deepEqual(record, Uint8Array.of(0xff, 0x61));
});

test('of a long record the beginning is shown', () => {
  assert.equal(recordText(Buffer.alloc(1024, 'a')), 'a'.repeat(1024));
  assert.equal(recordText(Buffer.alloc(1025, 'a')), `${'a'.repeat(1024)}...`);
});
