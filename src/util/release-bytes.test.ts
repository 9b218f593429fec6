import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteChunks, releaseBytes } from './index.ts';

test('a buffer is given back when the bytes are all of it', () => {
  const bytes = Buffer.alloc(100_000, 1);
  const before = process.memoryUsage().arrayBuffers;
  releaseBytes(bytes);
  assert.equal(bytes.length, 0);
  assert.ok(process.memoryUsage().arrayBuffers <= before - 100_000);
});

test('all chunks are given back', () => {
  const chunks = [new Uint8Array(5000), new Uint8Array(0), new Uint8Array(8000)];
  releaseBytes(new ByteChunks(chunks));
  assert.deepEqual(
    chunks.map(({ length }) => length),
    [0, 0, 0],
  );
});

test('a buffer that others may have views of stays as it is', () => {
  const whole = Buffer.alloc(100_000, 7);
  releaseBytes(whole.subarray(0, 99_999));
  releaseBytes(whole.subarray(1));
  assert.equal(whole.length, 100_000);
  const shared = new Uint8Array(new SharedArrayBuffer(10_000));
  releaseBytes(shared);
  assert.equal(shared.length, 10_000);
});

test('a buffer that takes the system long to free is left to the garbage collector', () => {
  const bytes = Buffer.allocUnsafeSlow(17 << 20);
  releaseBytes(bytes);
  assert.equal(bytes.length, 17 << 20);
});

test('bytes that were given back before are no error', () => {
  const bytes = new Uint8Array(10_000);
  releaseBytes(bytes);
  releaseBytes(bytes);
  releaseBytes(new Uint8Array(0));
  assert.equal(bytes.length, 0);
});

/** Chunks of one new buffer each: of the lengths given, every one behind so many bytes. */
function buffersWith(gap: number, ...groups: readonly (readonly number[])[]): Uint8Array[] {
  return groups.flatMap((lengths) => {
    const whole = new Uint8Array(lengths.reduce((sum, length) => sum + gap + length, 0));
    let end = 0;
    return lengths.map((length) => {
      const start = end + gap;
      end = start + length;
      return whole.subarray(start, end);
    });
  });
}

const lengthsOf = (chunks: readonly Uint8Array[]) => chunks.map(({ length }) => length);

test('chunks that fill a buffer together give it back, with gaps only where they are allowed', () => {
  const groups = [[3000, 2000], [5000], [4000, 4000]];
  const close = buffersWith(0, ...groups);
  releaseBytes(new ByteChunks(close));
  assert.deepEqual(lengthsOf(close), [0, 0, 0, 0, 0]);

  const apart = buffersWith(9, ...groups);
  releaseBytes(new ByteChunks(apart));
  assert.deepEqual(lengthsOf(apart), groups.flat());
  releaseBytes(new ByteChunks(apart), 8);
  assert.deepEqual(lengthsOf(apart), groups.flat());
  releaseBytes(new ByteChunks(apart), 9);
  assert.deepEqual(lengthsOf(apart), [0, 0, 0, 4000, 4000], 'the last buffer may still be read');

  const end = new Uint8Array(20_000);
  const behind = [end.subarray(0, 19_990), new Uint8Array(5000)];
  releaseBytes(new ByteChunks(behind), 9);
  assert.deepEqual(lengthsOf(behind), [19_990, 0]);
});

test('chunks may overlap, and a buffer of which they leave a part out stays', () => {
  const kept = new Uint8Array(10_000);
  for (const views of [
    [kept.subarray(5000), kept.subarray(0, 5000)],
    [kept.subarray(0, 6000), kept.subarray(3000, 9000)],
  ]) {
    releaseBytes(new ByteChunks(views), 9);
    assert.equal(kept.length, 10_000);
  }
  for (const parts of [
    [
      [0, 10_000],
      [400, 10_000],
    ],
    [
      [0, 10_000],
      [0, 10_000],
    ],
    [
      [0, 6000],
      [3000, 10_000],
      [20, 40],
    ],
  ] as const) {
    const whole = new Uint8Array(10_000);
    releaseBytes(new ByteChunks(parts.map(([start, end]) => whole.subarray(start, end))));
    assert.equal(whole.length, 0);
  }
});
