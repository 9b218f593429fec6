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
