import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Code, StatusError } from '../status/index.ts';
import { HandleCounts } from './handle-counts.ts';

/** Whether a promise has settled once everything that is ready has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('HandleCounts', () => {
  test('rows count for themselves, and a slot is drained when all of them are', async () => {
    const counts = HandleCounts.create(3, 4);
    counts.acquire(0, 2);
    counts.acquire(2, 2);
    counts.acquire(2, 2);
    counts.acquire(1, 3);
    assert.deepEqual([counts.held(2), counts.held(3), counts.held(0)], [3, 1, 0]);
    const drained = counts.drained(2);
    counts.release(2, 2);
    counts.release(0, 2);
    assert.equal(await isSettled(drained), false);
    counts.release(2, 2);
    await drained;
    assert.equal(counts.held(3), 1);
  });

  test('a slot without handles is drained at once', async () => {
    await HandleCounts.create(1, 1).drained(0);
  });

  test('a release too many throws and changes nothing', () => {
    const counts = HandleCounts.create(2, 2);
    counts.acquire(1, 1);
    assert.throws(
      () => counts.release(0, 1),
      (error) => error instanceof StatusError && error.code === Code.INTERNAL,
    );
    assert.equal(counts.held(1), 1);
  });

  test('a generation is acknowledged by itself or a later one, across the wrap', async () => {
    const counts = HandleCounts.create(2, 1);
    counts.acknowledge(0, 5);
    await counts.acknowledged(0, 4);
    const waiting = counts.acknowledged(0, 7);
    counts.acknowledge(0, 6);
    assert.equal(await isSettled(waiting), false);
    counts.acknowledge(0, 8);
    await waiting;
    counts.acknowledge(1, 2 ** 31 - 1);
    const wrapped = counts.acknowledged(1, -(2 ** 31));
    assert.equal(await isSettled(wrapped), false);
    counts.acknowledge(1, -(2 ** 31) + 1);
    await wrapped;
  });

  test('the row of a dead thread is given up', async () => {
    const counts = HandleCounts.create(2, 2);
    counts.acquire(1, 0);
    counts.acquire(1, 0);
    const drained = counts.drained(0);
    const acknowledged = counts.acknowledged(1, 9);
    assert.equal(await isSettled(drained), false);
    counts.clearRow(1, 9);
    await Promise.all([drained, acknowledged]);
    assert.equal(counts.held(0), 0);
  });

  test('two views of one buffer are the same counts', () => {
    const counts = HandleCounts.create(2, 3);
    const other = new HandleCounts(counts.buffer);
    other.acquire(1, 2);
    assert.deepEqual([other.rows, other.slots, counts.held(2)], [2, 3, 1]);
  });

  test('a release on another thread ends the wait of this one, again and again', async () => {
    const counts = HandleCounts.create(2, 1);
    const worker = new Worker(new URL('./testing/counting-thread.ts', import.meta.url), {
      workerData: { buffer: counts.buffer, row: 1, slot: 0 },
    });
    try {
      for (let round = 0; round < 200; round++) {
        const held = new Promise((resolve) => worker.once('message', resolve));
        worker.postMessage('acquire');
        await held;
        assert.equal(counts.held(0), 1);
        const drained = counts.drained(0);
        worker.postMessage('release');
        await drained;
        assert.equal(counts.held(0), 0);
      }
    } finally {
      await worker.terminate();
    }
  });
});
