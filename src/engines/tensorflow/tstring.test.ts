import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StringTensor } from '../../tensor/index.ts';
import { NativeBlock, viewMemory, writeWord } from '../ffi/index.ts';
import { byteStrings, stringsOf } from '../testing/tensorflow.ts';
import { StringsWriter } from './strings-writer.ts';
import { readStrings, stringsSize, tstringBytes } from './tstring.ts';

const whole = (tensor: StringTensor) => [{ tensor, elements: null }];

function writeStrings(...given: ConstructorParameters<typeof StringsWriter>): number {
  const writer = new StringsWriter(...given);
  let steps = 1;
  while (!writer.step()) steps++;
  return steps;
}

function roundTrip(values: readonly Buffer[]): Buffer[] {
  const tensor = byteStrings([values.length], values);
  const block = new NativeBlock(stringsSize(whole(tensor)));
  writeStrings(block.bytes.buffer, block.address, whole(tensor));
  const read = readStrings(block.bytes.buffer, block.address, values.length);
  block.free();
  return stringsOf({ ...tensor, ...read });
}

describe('TF_TString', () => {
  it('holds any bytes of any length', () => {
    const values = [0, 1, 21, 22, 23, 24, 63, 64, 65, 1000, 3_000_000].map((size) =>
      Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 37 + size) & 0xff)),
    );
    assert.deepEqual(roundTrip(values), values);
    assert.deepEqual(roundTrip([...values].reverse()), [...values].reverse());
    assert.deepEqual(roundTrip([]), []);
  });

  it('is written from several tensors, in any order and as often as wanted', () => {
    const long = 'long'.repeat(20_000);
    const one = byteStrings(
      [3],
      ['a', long, 'a string of some length'].map((text) => Buffer.from(text)),
    );
    const two = byteStrings(
      [2],
      ['', 'b'].map((text) => Buffer.from(text)),
    );
    const parts = [
      { tensor: one, elements: Int32Array.of(2, 1, 1) },
      { tensor: byteStrings([0], []), elements: null },
      { tensor: two, elements: null },
      { tensor: one, elements: Int32Array.of(0) },
    ];
    const block = new NativeBlock(stringsSize(parts));
    assert.ok(writeStrings(block.bytes.buffer, block.address, parts) > 2);
    const read = readStrings(block.bytes.buffer, block.address, 6);
    block.free();
    assert.deepEqual(stringsOf({ ...one, shape: [6], ...read }).map(String), [
      'a string of some length',
      long,
      long,
      '',
      'b',
      'a',
    ]);
    const outside = [{ tensor: two, elements: Int32Array.of(2) }];
    assert.throws(() => stringsSize(outside), /offsets outside its bytes/);
  });

  it('is written in small steps, also where one string is long', () => {
    const steps = (values: readonly Buffer[]) => {
      const tensor = byteStrings([values.length], values);
      const block = new NativeBlock(stringsSize(whole(tensor)));
      try {
        return writeStrings(block.bytes.buffer, block.address, whole(tensor));
      } finally {
        block.free();
      }
    };
    assert.equal(steps(Array.from({ length: 100 }, () => Buffer.from('short'))), 1);
    assert.ok(steps(Array.from({ length: 20_000 }, () => Buffer.from('short'))) >= 14);
    assert.ok(steps([Buffer.alloc(1 << 20)]) >= 32);
    assert.ok(steps(Array.from({ length: 1000 }, () => Buffer.alloc(1000))) >= 31);
  });

  it('reads the strings of a part of larger bytes', () => {
    const bytes = Buffer.from('xxabcyy');
    const tensor = { ...byteStrings([2], []), bytes, offsets: Float64Array.of(2, 4, 5) };
    const block = new NativeBlock(stringsSize(whole(tensor)));
    writeStrings(block.bytes.buffer, block.address, whole(tensor));
    const read = readStrings(block.bytes.buffer, block.address, 2);
    assert.equal(Buffer.from(read.bytes).toString(), 'abc');
    assert.deepEqual([...read.offsets], [0, 2, 3]);
    block.free();
  });

  it('ends every string with a NUL, and names no owner of a view', () => {
    const tensor = byteStrings([2], [Buffer.from('short'), Buffer.alloc(40, 'l')]);
    const block = new NativeBlock(stringsSize(whole(tensor)));
    block.bytes.fill(0xff);
    writeStrings(block.bytes.buffer, block.address, whole(tensor));
    assert.equal(block.bytes[1 + 5], 0);
    assert.equal(block.bytes[2 * tstringBytes + 40], 0);
    assert.deepEqual([...block.words.subarray(6 + 4, 6 + 6)], [0, 0]);
    block.free();
  });

  it('reads large and offset strings, as TensorFlow writes them', () => {
    const heap = new NativeBlock(64);
    heap.bytes.set(Buffer.from('a large string on the heap'));
    const block = new NativeBlock(3 * tstringBytes);
    writeWord(block.words, 0, 26 * 4 + 1);
    writeWord(block.words, 2, 63);
    writeWord(block.words, 4, heap.address);
    block.words[6] = 5 * 4 + 2;
    block.words[7] = tstringBytes;
    block.bytes.set(Buffer.from('other'), 2 * tstringBytes);
    const read = readStrings(viewMemory(block.address, 2 * tstringBytes), block.address, 2);
    assert.equal(Buffer.from(read.bytes).toString(), 'a large string on the heapother');
    assert.deepEqual([...read.offsets], [0, 26, 31]);
    heap.free();
    block.free();
  });

  it('refuses offsets that leave the bytes or go back', () => {
    const bytes = Buffer.alloc(100);
    for (const offsets of [
      [0, 101],
      [-1, 50],
      [50, 40],
      [0, Number.NaN],
      [Number.NaN, 50],
      [0, 150, 100],
    ]) {
      const tensor = { ...byteStrings([], []), bytes, offsets: Float64Array.from(offsets) };
      assert.throws(() => stringsSize(whole(tensor)), {
        message: 'A string tensor has offsets outside its bytes',
      });
    }
  });
});
