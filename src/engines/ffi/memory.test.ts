import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { libc } from './libc.ts';
import { addressOf, detach, NativeBlock, readWord, viewMemory, writeWord } from './memory.ts';

describe('NativeBlock', () => {
  it('shows memory that native code reads and writes', () => {
    const block = new NativeBlock(20);
    const target = new ArrayBuffer(20);
    block.bytes.set([1, 2, 3], 17);
    libc().memcpy(addressOf(target), block.address, 20);
    assert.deepEqual([...new Uint8Array(target, 17)], [1, 2, 3]);
    block.free();
  });

  it('is empty and silent once it is freed, and is freed once', () => {
    const block = new NativeBlock(64);
    block.free();
    block.free();
    assert.equal(block.bytes.length, 0);
    block.bytes[0] = 1;
    assert.equal(block.bytes[0], undefined);
  });
});

describe('views', () => {
  it('are emptied without touching the memory', () => {
    const block = new NativeBlock(8);
    block.bytes[0] = 42;
    const view = viewMemory(block.address, 8);
    const bytes = new Uint8Array(view);
    assert.equal(bytes[0], 42);
    detach(view);
    detach(view);
    assert.equal(bytes.length, 0);
    assert.equal(block.bytes[0], 42);
    block.free();
  });

  it('of nothing are empty', () => {
    assert.equal(viewMemory(0, 0).byteLength, 0);
  });
});

describe('words', () => {
  it('hold every integer below 2^53 as 64 bits', () => {
    const words = new Uint32Array(2);
    for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 0x7fff_1234_5678, 2 ** 53 - 1]) {
      writeWord(words, 0, value);
      assert.equal(new BigUint64Array(words.buffer)[0], BigInt(value));
      assert.equal(readWord(words, 0), value);
    }
  });
});
