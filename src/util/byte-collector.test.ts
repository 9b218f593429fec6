import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteCollector } from './index.ts';

function collect(expected: number | null, chunks: readonly Uint8Array[]): Uint8Array {
  const collector = new ByteCollector(expected);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  for (const chunk of chunks) collector.add(chunk);
  assert.equal(collector.length, length);
  return collector.finish();
}

test('joins chunks, of known and unknown length', () => {
  const chunks = Array.from({ length: 50 }, (_, i) => Buffer.alloc(i * 1000, i));
  const whole = Buffer.concat(chunks);
  for (const expected of [null, whole.length]) {
    const given = chunks.map((chunk) => Buffer.from(chunk));
    assert.ok(whole.equals(collect(expected, given)));
  }
});

test('chunks that were copied are given back', () => {
  for (const expected of [null, 30_000]) {
    const chunks = [10_000, 5000, 15_000].map((size) => new Uint8Array(size));
    collect(expected, chunks);
    assert.deepEqual(
      chunks.map(({ length }) => length),
      [0, 0, 0],
    );
  }
});

test('bytes may be put where the body lies once its memory is set aside', () => {
  const whole = Buffer.alloc(100_000, 'serval');
  const collector = new ByteCollector(whole.length);
  assert.equal(collector.space(1000), null);
  collector.add(Buffer.from(whole.subarray(0, 10)));
  assert.equal(collector.space(1000), null, 'one chunk may be all');
  collector.add(Buffer.from(whole.subarray(10, 30_000)));
  for (let at = 30_000; at < whole.length; at = collector.length) {
    const space = collector.space(16_384)!;
    assert.equal(space.length, Math.min(16_384, whole.length - at));
    // Fewer bytes than there is space for.
    collector.filled(whole.copy(space, 0, at, at + 9999));
  }
  assert.ok(whole.equals(collector.finish()));
});

test('a body in one chunk is that chunk, not a copy', () => {
  const chunk = Buffer.from('whole');
  assert.equal(collect(5, [chunk]), chunk);
  assert.equal(collect(null, [chunk]), chunk);
});

test('an empty body is empty', () => {
  assert.equal(collect(0, []).length, 0);
  assert.equal(collect(null, []).length, 0);
});

test('a long claim sets no memory aside before a part of it has arrived', () => {
  const before = process.memoryUsage().arrayBuffers;
  const collectors = Array.from({ length: 20 }, () => {
    const collector = new ByteCollector(2 ** 31 - 1);
    collector.add(Buffer.alloc(10));
    collector.add(Buffer.alloc(10));
    return collector;
  });
  assert.ok(process.memoryUsage().arrayBuffers - before < 1e6);
  assert.equal(collectors[0]!.length, 20);
});
