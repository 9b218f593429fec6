import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { defaultBatching } from '../config/index.ts';
import { systemClock } from '../util/index.ts';
import {
  AdaptiveQueue,
  BatchQueue,
  BatchScheduler,
  type BatchTask,
  Bypass,
  PlacePool,
} from './index.ts';
import type { PlaceThreadData, PlaceThreadReport } from './testing/place-thread.ts';
import { inShared } from './testing/place-words.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
const turn = () => new Promise(setImmediate);

describe('places that threads share', () => {
  test('no more are taken than there are, by whomever', () => {
    const owner = PlacePool.create(2, 3);
    const other = new PlacePool(owner.buffer);
    assert.ok(other.tryTake(1));
    assert.ok(owner.tryTake(0));
    assert.ok(!other.tryTake(2));
    assert.ok(!owner.tryTake(0));
    assert.equal(owner.taken, 2);
    other.giveBack(1);
    assert.ok(other.tryTake(2));
  });

  test('those that are taken are kept where there are to be fewer', () => {
    const pool = PlacePool.create(3, 2);
    for (let i = 0; i < 3; i++) assert.ok(pool.tryTake(1));
    pool.limit = 1;
    pool.giveBack(1);
    pool.giveBack(1);
    assert.ok(!pool.tryTake(1));
    pool.giveBack(1);
    assert.ok(pool.tryTake(1));
  });

  test('surplus ones are for those alone who ask for them', () => {
    const pool = PlacePool.create(1, 3);
    assert.ok(pool.tryTake(1));
    assert.equal(pool.free, 0);
    assert.ok(!pool.tryTake(0));
    assert.ok(pool.tryTake(2, 1));
    assert.ok(!pool.tryTake(2, 1));
    assert.equal(pool.free, 0);
    pool.giveBack(1);
    assert.ok(!pool.tryTake(0), 'one is taken still');
    pool.giveBack(2);
    assert.ok(pool.tryTake(0));
  });

  test('of a bypass surplus runs are made beyond the others, unless it is shut', () => {
    const bypass = Bypass.create(3);
    const most = { leastRows: 1, togetherRows: 1, togetherMs: 0, aloneRows: 1, aloneMs: 0 };
    bypass.open({ ...most, runs: 1, bestRows: 1, bestRuns: 1, surplusRuns: 2 });
    const { surplusRuns } = new Bypass(bypass.buffer);
    assert.equal(surplusRuns, 2);
    assert.ok(!bypass.isFull);
    assert.ok(bypass.tryEnter(1, 1));
    assert.ok(bypass.isFull);
    assert.ok(!bypass.tryEnter(2, 1));
    assert.ok(bypass.tryEnter(2, 1, surplusRuns));
    bypass.shut();
    assert.ok(!bypass.tryEnter(2, 1, surplusRuns));
    assert.equal(bypass.runs, 2);
  });

  test('the owner is woken by what is given back after it asked, and by nothing else', async () => {
    const owner = PlacePool.create(1, 2);
    const other = new PlacePool(owner.buffer);
    let woken = 0;
    assert.ok(other.tryTake(1));
    const before = owner.ask();
    owner.askFor('nothing');
    void owner.given(before).then(() => woken++);
    other.giveBack(1);
    await turn();
    assert.equal(woken, 0);
    owner.ask();
    owner.askFor('place');
    assert.ok(other.isLacking);
    assert.ok(other.tryTake(1));
    other.giveBack(1);
    await turn();
    assert.equal(woken, 1);
    // What was given back between the look and the wait.
    const signal = owner.ask();
    other.wake();
    await owner.given(signal);
    owner.askFor('change');
    assert.ok(!other.isLacking);
  });

  test('clearing a row gives back what it had, and nothing of others', () => {
    const pool = PlacePool.create(3, 3);
    for (const row of [0, 1, 1]) assert.ok(pool.tryTake(row));
    pool.clearRow(1);
    assert.equal(pool.taken, 1);
  });
});

/** Runs a task of a queue in each round, while other threads may make runs past it. */
async function underLoad(learns: boolean, places: number): Promise<void> {
  const rounds = exhaustive ? 100_000 : 2000;
  const threads = 2;
  const rows = threads + 1;
  const shared = new Int32Array(new SharedArrayBuffer(12));
  const scheduler = new BatchScheduler({ places, rows, clock: systemClock });
  const bypass = Bypass.create(rows);
  let most = 0;
  let ended = () => {};
  const run = async () => {
    most = Math.max(most, Atomics.add(shared, inShared.busy, 1) + 1);
    await turn();
    Atomics.sub(shared, inShared.busy, 1);
    ended();
    return 1;
  };
  const options = { mostRows: 10, mostWaitingRows: 10, targetMs: Number.POSITIVE_INFINITY };
  const queue = learns
    ? new AdaptiveQueue<BatchTask>({
        ...{ scheduler, options, mostRuns: places, run, bypass, kindOf: () => '' },
      })
    : new BatchQueue<BatchTask>(scheduler, defaultBatching(), run, bypass);
  const workers = Array.from({ length: threads }, (_, i) => {
    const workerData: PlaceThreadData = {
      ...{ row: i + 1, places: scheduler.pool.buffer, bypass: bypass.buffer },
      ...{ shared: shared.buffer, rounds },
    };
    return new Worker(new URL('./testing/place-thread.ts', import.meta.url), { workerData });
  });
  const reports = workers.map((worker) => once(worker, 'message') as Promise<[PlaceThreadReport]>);
  for (let round = 1; round <= rounds; round++) {
    const isRun = new Promise<void>((resolve) => {
      ended = resolve;
    });
    Atomics.store(shared, inShared.round, round);
    Atomics.notify(shared, inShared.round);
    if (round % 2 === 0) await turn();
    queue.add({ rows: 1, deadline: Number.POSITIVE_INFINITY, refuse: assert.fail });
    // Were a wake-up lost nobody else would wake the scheduler before the next round.
    await isRun;
    for (;;) {
      const done = Atomics.load(shared, inShared.done);
      if (done === threads * round) break;
      await Atomics.waitAsync(shared, inShared.done, done, 100).value;
    }
  }
  let runs = 0;
  for (const [report] of await Promise.all(reports)) {
    runs += report.runs;
    most = Math.max(most, report.most);
  }
  assert.ok(runs > 0, 'threads made runs');
  assert.ok(most <= places, `${most} at once`);
  await turn();
  assert.equal(scheduler.pool.taken, 0);
  assert.equal(bypass.runs, 0);
  scheduler.close();
}

describe('a queue that threads bypass', () => {
  for (const [kind, learns] of [
    ['parameters', false],
    ['what is learned', true],
  ] as const) {
    for (const places of [1, 2]) {
      test(`with ${kind} and ${places} places: no wake-up is lost, and the bound holds`, () =>
        underLoad(learns, places));
    }
  }
});
