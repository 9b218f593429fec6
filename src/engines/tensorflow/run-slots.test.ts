import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Code, type StatusError } from '../../status/index.ts';
import type { Clock } from '../../util/index.ts';
import { FakeClock } from '../../util/testing/fake-clock.ts';
import { RunSlots, type SlotTask } from './run-slots.ts';
import { SlotPool } from './slot-pool.ts';

function setUp(slots: number, maxQueued: number, otherClock?: Clock) {
  const clock = new FakeClock();
  const events: string[] = [];
  const pool = SlotPool.create(slots, 1);
  const queue = new RunSlots({ pool, row: 0, maxQueued, clock: otherClock ?? clock });
  const submit = (
    name: string,
    { deadline = Number.POSITIVE_INFINITY, signal = null }: Partial<SlotTask> = {},
  ) =>
    queue.submit({
      deadline,
      signal,
      start: () => events.push(`${name} starts`),
      refuse: (error: StatusError) => events.push(`${name} refused ${error.code}`),
    });
  return { clock, events, queue, submit };
}

describe('RunSlots', () => {
  it('starts a task at once while a slot is free, then in the order of arrival', () => {
    const { events, queue, submit } = setUp(2, 10);
    for (const name of ['a', 'b', 'c', 'd']) submit(name);
    assert.deepEqual(events, ['a starts', 'b starts']);
    assert.deepEqual([queue.running, queue.queued], [2, 2]);
    queue.release();
    queue.release();
    assert.deepEqual(events.slice(2), ['c starts', 'd starts']);
    queue.release();
    queue.release();
    assert.deepEqual([queue.running, queue.queued], [0, 0]);
  });

  it('refuses what the queue has no room for', () => {
    const { events, queue, submit } = setUp(1, 1);
    for (const name of ['a', 'b', 'c']) submit(name);
    assert.deepEqual(events, ['a starts', `c refused ${Code.UNAVAILABLE}`]);
    queue.release();
    submit('d');
    assert.deepEqual(events.slice(2), ['b starts']);
  });

  it('refuses a task when its deadline passes in the queue, and goes on with the rest', async () => {
    const { clock, events, queue, submit } = setUp(1, 10);
    submit('a');
    submit('late', { deadline: 20 });
    submit('later', { deadline: 30 });
    submit('soon', { deadline: 10 });
    submit('patient');
    await clock.advance(10);
    assert.deepEqual(events.slice(1), [`soon refused ${Code.DEADLINE_EXCEEDED}`]);
    await clock.advance(15);
    assert.deepEqual(events.slice(2), [`late refused ${Code.DEADLINE_EXCEEDED}`]);
    queue.release();
    assert.deepEqual(events.slice(3), ['later starts']);
    queue.release();
    assert.deepEqual(events.slice(4), ['patient starts']);
  });

  it('never starts expired work, also when no timer has fired yet', () => {
    let now = 0;
    const { events, queue, submit } = setUp(1, 10, { now: () => now, sleep: async () => {} });
    submit('a');
    submit('b', { deadline: 5 });
    now = 6;
    queue.release();
    assert.deepEqual(events, ['a starts', `b refused ${Code.DEADLINE_EXCEEDED}`]);
    submit('c', { deadline: 6 });
    assert.deepEqual(events.slice(2), [`c refused ${Code.DEADLINE_EXCEEDED}`]);
    assert.equal(queue.running, 0);
  });

  it('lets an aborted task leave at once from anywhere in the queue', () => {
    const { events, queue, submit } = setUp(1, 3);
    submit('a');
    const controllers = ['b', 'c', 'd'].map((name) => {
      const controller = new AbortController();
      submit(name, { signal: controller.signal });
      return controller;
    });
    controllers[1]!.abort();
    controllers[0]!.abort();
    assert.deepEqual(events.slice(1), [
      `c refused ${Code.CANCELLED}`,
      `b refused ${Code.CANCELLED}`,
    ]);
    assert.equal(queue.queued, 1);
    queue.release();
    controllers[2]!.abort();
    assert.deepEqual(events.slice(3), ['d starts']);
    submit('e', { signal: AbortSignal.abort() });
    assert.deepEqual(events.slice(4), [`e refused ${Code.CANCELLED}`]);
  });

  it('sleeps for nobody once the queue is empty', async () => {
    const { clock, queue, submit } = setUp(1, 3);
    submit('a');
    submit('b', { deadline: 1000 });
    submit('c', { deadline: 500 });
    await setImmediate();
    assert.equal(clock.sleeping, 1);
    queue.release();
    queue.release();
    await setImmediate();
    assert.deepEqual([queue.queued, clock.sleeping], [0, 0]);
  });
});
