import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../util/index.ts';
import { RunSlots } from './run-slots.ts';
import { SlotPool } from './slot-pool.ts';
import type { SlotThreadData, SlotThreadReport } from './testing/slot-thread.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;

/** Two threads' slots, as if each were on its own thread. */
function twoThreads(slots: number, maxQueued = 10) {
  const pool = SlotPool.create(slots, 2);
  const events: string[] = [];
  const [a, b] = [0, 1].map((row) => {
    const own = new RunSlots({
      ...{ pool: new SlotPool(pool.buffer), row, maxQueued },
      clock: systemClock,
    });
    const submit = (name: string, signal: AbortSignal | null = null) =>
      own.submit({
        ...{ deadline: Number.POSITIVE_INFINITY, signal },
        start: () => events.push(name),
        refuse: ({ message }) => events.push(`${name}: ${message}`),
      });
    return { slots: own, submit };
  }) as [Thread, Thread];
  return { pool, events, a, b };
}

interface Thread {
  readonly slots: RunSlots;
  readonly submit: (name: string, signal?: AbortSignal) => void;
}

const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('slots that threads share', () => {
  test('one thread may have all of them; one that is given back wakes the other', async () => {
    const { pool, events, a, b } = twoThreads(2);
    for (const name of ['a1', 'a2']) a.submit(name);
    b.submit('b1');
    assert.deepEqual([events, pool.running, pool.waiting], [['a1', 'a2'], 2, 1]);
    a.slots.release();
    await turns();
    assert.deepEqual([events.at(-1), pool.running, pool.waiting], ['b1', 2, 0]);
    a.slots.release();
    b.slots.release();
    assert.equal(pool.running, 0);
  });

  test('a slot goes to the thread that uses the fewest, whoever gives it back', async () => {
    const { events, a, b } = twoThreads(2);
    for (const name of ['a1', 'a2', 'a3', 'a4']) a.submit(name);
    for (const name of ['b1', 'b2']) b.submit(name);
    a.slots.release();
    await turns();
    assert.deepEqual(events, ['a1', 'a2', 'b1'], 'b had none');
    a.slots.release();
    await turns();
    assert.deepEqual(events.slice(3), ['a3'], 'each has one');
    b.slots.release();
    await turns();
    assert.deepEqual(events.slice(4), ['b2']);
    b.slots.release();
    await turns();
    assert.deepEqual(events.slice(5), ['a4'], 'b wants none');
  });

  test('waiting tasks of all threads are bounded together', () => {
    const { events, a, b } = twoThreads(1, 2);
    for (const name of ['a1', 'a2', 'a3']) a.submit(name);
    b.submit('b1');
    assert.deepEqual(events, [
      'a1',
      'b1: The engine is busy: 1 runs are going on and 2 wait, the most allowed',
    ]);
  });

  test('a slot for a task that has left is passed on', async () => {
    const { pool, events, a, b } = twoThreads(1);
    a.submit('a1');
    const left = new AbortController();
    b.submit('b1', left.signal);
    a.slots.release();
    left.abort();
    a.submit('a2');
    await turns();
    assert.deepEqual(events, ['a1', 'b1: The request was cancelled', 'a2']);
    assert.deepEqual([pool.running, pool.waiting], [1, 0]);
  });

  test('what a thread that has ended used and waited for is given up', async () => {
    const { pool, events, a, b } = twoThreads(2);
    for (const name of ['a1', 'a2', 'a3']) a.submit(name);
    for (const name of ['b1', 'b2', 'b3']) b.submit(name);
    pool.clearRow(0);
    await turns();
    assert.deepEqual(events.slice(2), ['b1', 'b2']);
    assert.deepEqual([pool.running, pool.waiting], [2, 1]);
    b.slots.release();
    await turns();
    assert.equal(events.at(-1), 'b3');
  });

  test('a slot that is granted twice for one task is given back', async () => {
    const { pool, events, a, b } = twoThreads(2);
    for (const name of ['a1', 'a2']) a.submit(name);
    b.submit('b1');
    a.slots.release();
    // As another thread would that had seen the same task wait.
    pool.beginWaiting(1);
    a.slots.release();
    pool.endWaiting(1);
    await turns();
    assert.deepEqual([events.at(-1), pool.running, pool.waiting], ['b1', 1, 0]);
    for (const name of ['a3', 'a4']) a.submit(name);
    await turns();
    assert.deepEqual(events.slice(3), ['a3'], 'one is free again');
  });

  test('three threads under load: the bound holds, every task has its turn, nothing is left', async () => {
    const tasks = exhaustive ? 100_000 : 5000;
    const pool = SlotPool.create(4, 3);
    const busy = new SharedArrayBuffer(8);
    const threads = [0, 1, 2].map((row) => {
      const workerData: SlotThreadData = {
        ...{ pool: pool.buffer, row, busy, tasks },
        maxQueued: 4 * tasks,
      };
      const file = new URL('./testing/slot-thread.ts', import.meta.url);
      const worker = new Worker(file, { workerData });
      return { worker, reported: once(worker, 'message') as Promise<[SlotThreadReport]> };
    });
    const reports = await Promise.all(threads.map(({ reported }) => reported));
    for (const [{ started, refused, most }] of reports) {
      assert.deepEqual([started, refused], [tasks, 0]);
      assert.ok(most >= 1 && most <= 4, `${most} at once`);
    }
    // Slots that were granted for nothing may still be on their way back.
    while (pool.running > 0) await turns();
    assert.equal(pool.waiting, 0);
    for (const { worker } of threads) {
      const exited = once(worker, 'exit');
      worker.postMessage('end');
      await exited;
    }
  });

  test('a slot granted to a thread that is being cleared away is not lost', () => {
    const pool = SlotPool.create(1, 2);
    assert.ok(pool.tryTake(0));
    pool.beginWaiting(1);
    assert.equal(pool.giveBack(0, false), false, 'granted to row 1');
    pool.clearRow(1);
    assert.deepEqual([pool.running, pool.waiting, pool.takeGrants(1)], [0, 0, 0]);

    // As a thread does that saw the task wait just before the row was cleared.
    assert.ok(pool.tryTake(0));
    pool.beginWaiting(1);
    assert.equal(pool.giveBack(0, false), false);
    assert.equal(pool.running, 1);
    pool.clearRow(1);
    assert.ok(pool.tryTake(0), 'the slot is free');
    assert.equal(pool.takeGrants(1), 0, 'the next thread in the row has no slot');
  });
});
