import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpareChunks } from './index.ts';

const chunkBytes = 8192;

function swept(spare: SpareChunks, sweeps: number): void {
  for (let i = 0; i < sweeps; i++) spare.sweep();
}

test('chunks are used again, the last first', () => {
  const spare = new SpareChunks({ chunkBytes, kept: 1, most: 4 });
  const chunks = [spare.take(), spare.take()];
  for (const chunk of chunks) spare.giveBack(chunk);
  assert.equal(spare.take(), chunks[1]);
  assert.equal(spare.take(), chunks[0]);
  assert.equal(spare.take().length, chunkBytes);
});

test('more than the most are freed at once', () => {
  const spare = new SpareChunks({ chunkBytes, kept: 1, most: 2 });
  const chunks = [1, 2, 3].map(() => spare.take());
  for (const chunk of chunks) spare.giveBack(chunk);
  assert.deepEqual(
    chunks.map(({ length }) => length),
    [chunkBytes, chunkBytes, 0],
  );
});

test('chunks that were not needed for ten sweeps are freed, but for those that are always kept', () => {
  const spare = new SpareChunks({ chunkBytes, kept: 1, most: 8 });
  const chunks = [1, 2, 3, 4].map(() => spare.take());
  for (const chunk of chunks) spare.giveBack(chunk);
  swept(spare, 10);
  const lengths = () => chunks.map(({ length }) => length);
  assert.deepEqual(lengths(), Array(4).fill(chunkBytes), 'they were in use meanwhile');
  const [a, b] = [spare.take(), spare.take()];
  spare.giveBack(b!);
  spare.giveBack(a!);
  swept(spare, 10);
  assert.equal(lengths().filter((length) => length > 0).length, 2, 'two were needed');
  swept(spare, 10);
  assert.equal(lengths().filter((length) => length > 0).length, 1);
});
