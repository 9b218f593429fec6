import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteChunks, joinBytes } from '../../util/index.ts';
import { completeFrame, encodeFrame } from './frame.ts';
import { FrameReader } from './frame-reader.ts';

const messages = ['', 'a', 'a longer message', 'x'.repeat(300), ''].map((text) =>
  Buffer.from(text),
);
const stream = Buffer.concat(messages.map((message, i) => encodeFrame(message, i % 2 === 1)));

test('reads the same messages however they are cut', () => {
  for (const size of [1, 2, 3, 4, 5, 6, 7, 50, 299, stream.length]) {
    const reader = new FrameReader(1000);
    for (let i = 0; i < stream.length; i += size) reader.push(stream.subarray(i, i + size));
    assert.ok(reader.isAtBoundary);
    assert.equal(reader.size, messages.length);
    for (const [i, message] of messages.entries()) {
      const frame = reader.shift()!;
      assert.equal(frame.compressed, i % 2 === 1);
      assert.ok(message.equals(joinBytes(frame.bytes)), `message ${i} in chunks of ${size}`);
    }
    assert.equal(reader.shift(), undefined);
  }
});

test('a message within one chunk is not copied', () => {
  const reader = new FrameReader(1000);
  const chunk = encodeFrame(Buffer.from('message'), false);
  reader.push(chunk);
  const { bytes } = reader.shift()!;
  assert.ok(bytes instanceof Uint8Array);
  assert.equal(bytes.buffer, chunk.buffer);
});

test('a message over several chunks is left in them', () => {
  const reader = new FrameReader(1 << 20);
  const whole = encodeFrame(Buffer.alloc(250_000, 7), false);
  const chunks = [0, 1, 2].map((i) => whole.slice(i * 100_000, (i + 1) * 100_000));
  for (const chunk of chunks) reader.push(chunk);
  const { bytes } = reader.shift()!;
  assert.ok(bytes instanceof ByteChunks);
  assert.deepEqual(
    bytes.chunks.map(({ buffer }) => buffer),
    chunks.map(({ buffer }) => buffer),
  );
});

test('a message with room for its header gets it without a copy', () => {
  for (const length of [0, 9, 0x01020304]) {
    const frame = new Uint8Array(5 + length);
    assert.equal(completeFrame(frame, length === 9), frame);
    const header = Buffer.from(frame.subarray(0, 5));
    assert.equal(header[0], length === 9 ? 1 : 0);
    assert.equal(header.readUInt32BE(1), length);
  }
});

test('knows when it is within a message', () => {
  const reader = new FrameReader(1000);
  assert.ok(reader.isAtBoundary);
  for (const part of [[0], [0, 0, 0, 2], [1]]) {
    reader.push(Buffer.from(part));
    assert.ok(!reader.isAtBoundary);
  }
  reader.push(Buffer.from([2]));
  assert.ok(reader.isAtBoundary);
});

test('refuses a message over the limit by its header alone', () => {
  const reader = new FrameReader(1000);
  reader.push(Buffer.from([0, 0, 0, 3]));
  assert.throws(() => reader.push(Buffer.from([0xe9])), {
    code: 8,
    message: 'SERVER: Received message larger than max (1001 vs. 1000)',
  });
});

test('reads lengths beyond 2^31', () => {
  const reader = new FrameReader(2 ** 31 - 1);
  assert.throws(() => reader.push(Buffer.from([0, 0xff, 0xff, 0xff, 0xff])), /4294967295 vs/);
});

test('refuses a flag byte that gRPC does not have', () => {
  assert.throws(() => new FrameReader(1000).push(Buffer.from([2])), { code: 13 });
});
