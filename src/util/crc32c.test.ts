import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32c, maskedCrc32c } from './crc32c.ts';

describe('crc32c', () => {
  test('gives the values of RFC 3720, B.4', () => {
    const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
    assert.equal(crc32c(ascending), 0x46dd794e);
    assert.equal(crc32c(ascending.toReversed()), 0x113fdb5c);
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array()), 0);
  });

  test('goes on from the CRC of what came before, wherever it is cut', () => {
    const bytes = Uint8Array.from({ length: 61 }, (_, i) => (i * 37) & 0xff);
    for (let cut = 0; cut <= bytes.length; cut++) {
      assert.equal(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut))), crc32c(bytes));
    }
  });

  test('is masked as in a record of TensorFlow', () => {
    // The record `hello` of spec 8.
    const length = Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0);
    assert.equal(maskedCrc32c(length), 0x3e04b2ea);
    assert.equal(maskedCrc32c(Buffer.from('hello')), 0x191c1fbb);
  });
});
