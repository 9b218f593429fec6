import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBinaryMetadata, writeBinaryMetadata } from './metadata.ts';

const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);

test('what is written is read, with and without padding', () => {
  for (const length of [0, 1, 2, 3, 255]) {
    const value = bytes.subarray(1, 1 + length);
    const written = writeBinaryMetadata(value);
    assert.doesNotMatch(written, /=/);
    const padded = Buffer.from(value).toString('base64');
    for (const text of [written, padded]) {
      const [read] = readBinaryMetadata({ 'x-bin': text }, 'x-bin');
      assert.deepEqual(Uint8Array.from(read!), value);
    }
  }
});

test('reads several values of one field', () => {
  for (const field of ['AQ,Ag, AwQ', ['AQ', 'Ag,AwQ']]) {
    const values = readBinaryMetadata({ 'x-bin': field }, 'x-bin').map((value) => [...value]);
    assert.deepEqual(values, [[1], [2], [3, 4]]);
  }
  assert.deepEqual(readBinaryMetadata({}, 'x-bin'), []);
});

test('refuses what is not base64', () => {
  assert.throws(() => readBinaryMetadata({ 'x-bin': '!!' }, 'x-bin'), {
    code: 3,
    message: 'Metadata field x-bin is not base64',
  });
});
