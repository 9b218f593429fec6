import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BatchingOptions } from '../config/index.ts';
import { Code, type StatusError } from '../status/index.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { randomFrom } from '../util/testing/random.ts';
import { BatchQueue, BatchScheduler, type BatchTask, type Piece } from './index.ts';

const defaults: BatchingOptions = {
  maxBatchSize: 10,
  batchTimeoutMs: 0,
  maxEnqueuedBatches: 100,
  allowedBatchSizes: [],
  padVariableLengthInputs: false,
  enableLargeBatchSplitting: false,
  maxExecutionBatchSize: 10,
};

interface Task extends BatchTask {
  readonly name: string;
}

/** A scheduler that the test steps: `turn` ends a turn of the event loop, `end` ends a run. */
function setUp(places = 1, rows = 1) {
  const clock = new FakeClock();
  const deferred: (() => void)[] = [];
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const scheduler = new BatchScheduler({
    ...{ places, rows, clock, defer: (work: () => void) => deferred.push(work) },
  });
  const queue = (options: Partial<BatchingOptions> = {}, prefix = '') => {
    const maxExecutionBatchSize = options.maxBatchSize ?? defaults.maxExecutionBatchSize;
    const given = { ...defaults, maxExecutionBatchSize, ...options };
    return new BatchQueue<Task>(scheduler, given, (pieces) => {
      log.push(prefix + pieces.map(pieceText).join(' '));
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  };
  const task = (name: string, rows = 1, deadline = Number.POSITIVE_INFINITY): Task => ({
    ...{ name, rows, deadline },
    refuse: (error: StatusError) => log.push(`${name}: ${error.code} ${error.message}`),
  });
  const turn = () => {
    for (const work of deferred.splice(0)) work();
    return log.splice(0);
  };
  const end = async () => {
    ends.shift()!();
    await new Promise(setImmediate);
    return turn();
  };
  const after = async (milliseconds: number) => {
    await clock.advance(milliseconds);
    return turn();
  };
  return { clock, scheduler, queue, task, turn, end, after, ends };
}

function pieceText({ task, from, to }: Piece<Task>): string {
  return to - from === task.rows ? task.name : `${task.name}[${from},${to})`;
}

const isFull = (message: string) => ({
  code: Code.UNAVAILABLE,
  message: `The batch scheduling queue to which this task was submitted is full; ${message}`,
});

describe('a queue', () => {
  test('runs what came in one turn together, at its end', () => {
    const { queue, task, turn } = setUp();
    const q = queue();
    for (const name of ['a', 'b', 'c']) q.add(task(name));
    assert.deepEqual(turn(), ['a b c']);
    assert.deepEqual(turn(), []);
  });

  test('gathers while all places are taken, and keeps the order', async () => {
    const { queue, task, turn, end } = setUp();
    const q = queue();
    q.add(task('a', 4));
    assert.deepEqual(turn(), ['a']);
    q.add(task('b', 4));
    assert.deepEqual(turn(), []);
    q.add(task('c', 6));
    q.add(task('d', 1));
    assert.deepEqual(await end(), ['b c']);
    assert.deepEqual(await end(), ['d']);
  });

  test('closes the open batch at the first task that does not fit', async () => {
    const { queue, task, turn, end } = setUp();
    const q = queue();
    q.add(task('a', 6));
    q.add(task('b', 5));
    q.add(task('c', 4));
    assert.deepEqual(turn(), ['a']);
    assert.deepEqual(await end(), ['b c']);
  });

  test('waits for more until the timeout of the first task, or until it is full', async () => {
    const { queue, task, turn, after, end } = setUp();
    const q = queue({ batchTimeoutMs: 20 });
    q.add(task('a'));
    assert.deepEqual(await after(15), []);
    q.add(task('b'));
    assert.deepEqual(await after(4), []);
    assert.deepEqual(await after(1), ['a b']);
    await end();
    q.add(task('c', 10));
    assert.deepEqual(turn(), ['c']);
    await end();
    q.add(task('d', 7));
    assert.deepEqual(turn(), []);
    q.add(task('e', 7));
    assert.deepEqual(turn(), ['d'], 'a later batch has been opened');
    assert.deepEqual(await end(), [], 'the later one waits for its own timeout');
    assert.deepEqual(await after(20), ['e']);
  });

  test('refuses what is too large, and what needs a batch more than may wait', () => {
    const { queue, task, turn } = setUp();
    const q = queue({ maxEnqueuedBatches: 2 });
    assert.throws(() => q.add(task('x', 11)), {
      code: Code.INVALID_ARGUMENT,
      message: 'Task size 11 is larger than maximum input batch size 10',
    });
    q.add(task('a', 10));
    turn();
    q.add(task('b', 9));
    q.add(task('c', 2));
    assert.throws(
      () => q.add(task('d', 9)),
      isFull('currently 2 batches enqueued and max_enqueued_batches is 2'),
    );
    q.add(task('e', 8));
    assert.throws(() => q.add(task('f', 1)), { code: Code.UNAVAILABLE });
  });

  test('is bounded for tasks without rows too', () => {
    const { queue, task } = setUp();
    const q = queue({ maxEnqueuedBatches: 1 });
    for (let i = 0; i < 10; i++) q.add(task(`e${i}`, 0));
    assert.throws(() => q.add(task('x', 0)), { code: Code.UNAVAILABLE });
  });

  test('cuts large tasks into what is left, whole batches and the rest', async () => {
    const { queue, task, turn, end } = setUp();
    const q = queue({
      ...{ enableLargeBatchSplitting: true, maxBatchSize: 100, maxExecutionBatchSize: 10 },
      maxEnqueuedBatches: 4,
    });
    q.add(task('a', 7));
    q.add(task('b', 25));
    q.add(task('c', 3));
    assert.throws(
      () => q.add(task('d', 6)),
      isFull(
        'task size is 6 but scheduling capacity is only 5 (num_enqueued_batches=4, ' +
          'max_enqueued_batches=4, open_batch_size=5, max_execution_batch_size=10)',
      ),
    );
    assert.deepEqual(turn(), ['a b[0,3)']);
    assert.deepEqual(await end(), ['b[3,13)']);
    assert.deepEqual(await end(), ['b[13,23)']);
    assert.deepEqual(await end(), ['b[23,25) c']);
    q.add(task('e', 10));
    q.add(task('f', 11));
    assert.deepEqual(await end(), ['e']);
    assert.deepEqual(await end(), ['f[0,10)']);
    assert.deepEqual(await end(), ['f[10,11)']);
  });

  test('refuses a task when its deadline passes, and runs the rest of its batch', async () => {
    const { queue, task, turn, end, after } = setUp();
    const q = queue();
    q.add(task('a'));
    turn();
    q.add(task('b', 1, 30));
    q.add(task('c', 1, 10));
    q.add(task('d'));
    turn();
    const text = 'Run() timeout exceeded while waiting in batching queue';
    assert.deepEqual(await after(10), [`c: ${Code.RESOURCE_EXHAUSTED} ${text}`]);
    assert.deepEqual(await after(19), []);
    assert.deepEqual(await after(1), [`b: ${Code.RESOURCE_EXHAUSTED} ${text}`]);
    assert.deepEqual(await end(), ['d']);
    q.add(task('late', 1, 30));
    assert.deepEqual(turn(), [`late: ${Code.RESOURCE_EXHAUSTED} ${text}`]);
  });

  test('gives up a task that is withdrawn, with the room that it took', async () => {
    const { queue, task, turn, end } = setUp();
    const q = queue({ maxEnqueuedBatches: 2 });
    q.add(task('a'));
    turn();
    const [b, c, d] = [task('b', 10), task('c', 10), task('d', 10)];
    q.add(b);
    q.add(c);
    assert.throws(() => q.add(d), { code: Code.UNAVAILABLE });
    q.withdraw(b);
    q.withdraw(b);
    q.add(d);
    q.withdraw(c);
    assert.deepEqual(await end(), ['d']);
    q.withdraw(d);
    assert.deepEqual(await end(), []);
    assert.ok(q.isEmpty);
  });

  test('no piece of a cut task is run once it has left', async () => {
    const { queue, task, turn, end, after } = setUp();
    const q = queue({
      enableLargeBatchSplitting: true,
      maxBatchSize: 100,
      maxExecutionBatchSize: 10,
    });
    q.add(task('a', 25, 10));
    q.add(task('b', 1));
    assert.deepEqual(turn(), ['a[0,10)']);
    assert.match((await after(10))[0]!, /^a: 8 Run/);
    assert.deepEqual(await end(), ['b']);
  });

  test('waits no longer once it is flushed', () => {
    const { queue, task, turn } = setUp();
    const q = queue({ batchTimeoutMs: 1000 });
    q.add(task('a'));
    assert.deepEqual(turn(), []);
    q.flush();
    assert.deepEqual(turn(), ['a']);
  });
});

describe('a scheduler', () => {
  test('queues take turns, however much waits in one', async () => {
    const { queue, task, turn, end } = setUp();
    const [one, two, three] = [queue({}, '1: '), queue({}, '2: '), queue({}, '3: ')];
    for (let i = 0; i < 4; i++) one.add(task(`a${i}`, 10));
    two.add(task('b', 10));
    two.add(task('c', 10));
    three.add(task('d'));
    const order = turn();
    for (let i = 0; i < 6; i++) order.push(...(await end()));
    assert.deepEqual(order, ['1: a0', '2: b', '3: d', '1: a1', '2: c', '1: a2', '1: a3']);
  });

  test('a queue whose batch is not ready holds nobody up', async () => {
    const { queue, task, turn, after } = setUp();
    const [slow, quick] = [queue({ batchTimeoutMs: 50 }), queue()];
    slow.add(task('s'));
    quick.add(task('q'));
    assert.deepEqual(turn(), ['q']);
    assert.deepEqual(await after(50), [], 'the only place is taken');
  });

  test('no more batches run at once than there are places', async () => {
    const { scheduler, queue, task, turn, end, ends } = setUp(3);
    const q = queue();
    for (let i = 0; i < 8; i++) q.add(task(`t${i}`, 10));
    assert.deepEqual(turn(), ['t0', 't1', 't2']);
    assert.equal(scheduler.running, 3);
    assert.deepEqual(await end(), ['t3']);
    for (let i = 0; i < 4; i++) await end();
    assert.equal(ends.length, 3);
    for (let i = 0; i < 3; i++) await end();
    assert.equal(scheduler.running, 0);
  });

  test('more batches run at once, or fewer, once there are other places', async () => {
    const { scheduler, queue, task, turn, end } = setUp();
    const q = queue({ maxBatchSize: 1 });
    for (const name of ['a', 'b', 'c', 'd']) q.add(task(name));
    assert.deepEqual(turn(), ['a']);
    scheduler.resize(3);
    assert.deepEqual(turn(), ['b', 'c']);
    scheduler.resize(1);
    assert.deepEqual(turn(), []);
    assert.deepEqual([await end(), await end()], [[], []]);
    assert.deepEqual(await end(), ['d']);
  });

  test('keeps no place from other threads for what has gone', async () => {
    const { scheduler, queue, task, turn, after } = setUp(1, 2);
    const { pool } = scheduler;
    const q = queue();
    const gone = task('gone');
    assert.ok(pool.tryTake(1));
    q.add(gone);
    turn();
    assert.ok(pool.isLacking);
    q.withdraw(gone);
    pool.giveBack(1);
    await new Promise(setImmediate);
    turn();
    assert.ok(!pool.isLacking);

    assert.ok(pool.tryTake(1));
    q.add(task('late', 1, 5));
    turn();
    assert.ok(pool.isLacking);
    assert.deepEqual(await after(5), [
      `late: ${Code.RESOURCE_EXHAUSTED} Run() timeout exceeded while waiting in batching queue`,
    ]);
    assert.ok(!pool.isLacking);
  });

  test('watches time only while something is due, and not after its end', async () => {
    const { clock, scheduler, queue, task, turn, after } = setUp();
    const q = queue({ batchTimeoutMs: 5 });
    q.add(task('a'));
    turn();
    assert.equal(clock.sleeping, 1);
    assert.deepEqual(await after(5), ['a']);
    assert.equal(clock.sleeping, 0);
    q.add(task('b', 1, 1e6));
    turn();
    assert.equal(clock.sleeping, 1);
    scheduler.close();
    await after(0);
    assert.equal(clock.sleeping, 0);
  });

  test('waits for more no longer once it is flushed', () => {
    const { scheduler, queue, task, turn } = setUp(2);
    const q = queue({ batchTimeoutMs: 1000 });
    q.add(task('a'));
    assert.deepEqual(turn(), []);
    scheduler.flush();
    assert.deepEqual(turn(), ['a']);
    q.add(task('b'));
    assert.deepEqual(turn(), ['b']);
  });

  test('every task of a random load is run or refused once, within the bounds', async () => {
    const pick = randomFrom(7);
    const whole = (below: number) => Math.floor(pick() * below);
    for (let round = 0; round < 30; round++) {
      const { clock, scheduler, queue, task, turn, end, ends } = setUp(1 + whole(3));
      const limit = 1 + whole(12);
      const splits = whole(2) === 1;
      const q = queue({
        batchTimeoutMs: whole(3) * 5,
        maxEnqueuedBatches: 2 + whole(4),
        enableLargeBatchSplitting: splits,
        maxBatchSize: splits ? limit * 3 : limit,
        maxExecutionBatchSize: limit,
      });
      const rows = new Map<string, number>();
      const left = new Set<string>();
      const seen = (lines: readonly string[]) => {
        for (const line of lines) {
          let size = 0;
          if (line.includes(':')) {
            assert.ok(left.delete(line.slice(0, line.indexOf(':'))), line);
            continue;
          }
          for (const text of line.split(' ')) {
            const [, name, from, to] = /^(\w+)(?:\[(\d+),(\d+)\))?$/.exec(text)!;
            const part = to === undefined ? rows.get(name!)! : Number(to) - Number(from);
            size += part;
            const rest = rows.get(name!)! - part;
            rows.set(name!, rest);
            assert.ok(rest >= 0, `${name} was run twice`);
            if (rest === 0) assert.ok(left.delete(name!), `${name} was run and refused`);
          }
          assert.ok(size <= limit, `a batch of ${size} rows, of ${limit} allowed`);
        }
      };
      for (let i = 0; i < 200; i++) {
        const deadline = whole(4) === 0 ? clock.now() + whole(20) : Number.POSITIVE_INFINITY;
        const added = task(`t${i}`, 1 + whole(splits ? limit * 3 : limit), deadline);
        try {
          q.add(added);
          rows.set(added.name, added.rows);
          left.add(added.name);
          if (whole(6) === 0) {
            q.withdraw(added);
            left.delete(added.name);
          }
        } catch (error) {
          assert.equal((error as StatusError).code, Code.UNAVAILABLE);
        }
        if (whole(3) === 0) seen(turn());
        if (whole(3) === 0) await clock.advance(whole(6));
        if (whole(2) === 0 && ends.length > 0) seen(await end());
      }
      q.flush();
      seen(turn());
      while (ends.length > 0) seen(await end());
      for (const name of left) {
        assert.fail(`${name} was neither run nor refused`);
      }
      assert.ok(q.isEmpty);
      assert.equal(scheduler.running, 0);
      scheduler.close();
    }
  });
});
