import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteChunks, type Bytes, ChunkCollector, joinBytes } from './index.ts';
import { randomFrom } from './testing/random.ts';

function collect(chunks: Iterable<Uint8Array>): Bytes {
  const collector = new ChunkCollector();
  let length = 0;
  for (const chunk of chunks) {
    collector.add(chunk);
    length += chunk.length;
    assert.equal(collector.length, length);
  }
  return collector.finish();
}

const chunksOf = (bytes: Bytes) => (bytes instanceof ByteChunks ? bytes.chunks : [bytes]);

/** Bytes as a socket's buffers hold them: views of `bufferLength` bytes, with others between. */
function* received(bytes: Buffer, view: number, gap: number, bufferLength: number) {
  for (let at = 0; at < bytes.length; ) {
    const buffer = Buffer.alloc(bufferLength);
    for (let start = gap; start < bufferLength && at < bytes.length; start += view + gap) {
      const length = Math.min(view, bufferLength - start, bytes.length - at);
      bytes.copy(buffer, start, at, at + length);
      yield buffer.subarray(start, start + length);
      at += length;
    }
  }
}

function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31) ^ (i >> 8);
  return bytes;
}

test('all bytes come out in their order, however they came in', () => {
  const random = randomFrom(1);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let i = 0; i < 300; i++) {
    const bytes = pattern(below(200_000));
    const bufferLength = 1 + below(70_000);
    const view = 1 + Math.floor(random() ** 4 * 70_000);
    const body = collect(received(bytes, view, below(2) * below(bufferLength), bufferLength));
    assert.equal(body.length, bytes.length);
    assert.ok(bytes.equals(joinBytes(body)));
  }
  const mixed = pattern(100_000);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < mixed.length; ) {
    const length = 1 + below(random() < 0.5 ? 30 : 5000);
    chunks.push(mixed.slice(at, at + length));
    at += length;
  }
  assert.ok(mixed.equals(joinBytes(collect(chunks))));
});

test('a body in one chunk is that chunk, and none is empty', () => {
  const chunk = Buffer.from('whole');
  assert.equal(collect([chunk]), chunk);
  assert.equal(collect([new Uint8Array(0), chunk, new Uint8Array(0)]), chunk);
  assert.equal(collect([]).length, 0);
});

test('frames that fill most of a socket’s buffers are not copied', () => {
  const bytes = pattern(1 << 20);
  for (const view of [16_384, 65_536]) {
    const chunks = [...received(bytes, view, 9, 65_536)];
    assert.deepEqual(
      chunksOf(collect(chunks)).map(({ buffer }) => buffer),
      chunks.map(({ buffer }) => buffer),
    );
  }
});

test('small chunks do not keep the buffers that they are views of', () => {
  for (const [length, view, gap] of [
    [60_000, 1, 9],
    [60_000, 100, 9],
    [60_000, 5000, 60_000],
    [500, 1, 65_535],
  ] as const) {
    const chunks = chunksOf(collect(received(pattern(length), view, gap, 65_536)));
    const buffers = new Set(chunks.map(({ buffer }) => buffer));
    let behind = 0;
    for (const { byteLength } of buffers) behind += byteLength;
    assert.ok(behind < 3 * length + 65_536, `${behind} bytes behind ${length}`);
  }
});

test('small chunks are copied together', () => {
  const chunks = Array.from({ length: 100_000 }, (_, i) => Uint8Array.of(i));
  const body = collect(chunks);
  assert.ok(chunksOf(body).length < 20, `${chunksOf(body).length} chunks`);
  assert.ok(Buffer.concat(chunks).equals(joinBytes(body)));
});
