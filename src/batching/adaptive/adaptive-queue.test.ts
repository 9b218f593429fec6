import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code, type StatusError } from '../../status/index.ts';
import { FakeClock } from '../../util/testing/fake-clock.ts';
import { BatchScheduler, type BatchTask, Bypass } from '../index.ts';
import { type AdaptiveOptions, AdaptiveQueue } from './adaptive-queue.ts';

interface Task extends BatchTask {
  readonly name: string;
  readonly kind: string;
}

const unbounded: AdaptiveOptions = {
  ...{ mostRows: 100, mostWaitingRows: 1000, targetMs: Number.POSITIVE_INFINITY },
};

/** A queue that the test steps: `turn` ends a turn of the event loop, `end` the run that began first, after some ms. */
function setUp({ runs = 1, options = {} as Partial<AdaptiveOptions> } = {}) {
  const clock = new FakeClock();
  const deferred: (() => void)[] = [];
  const log: string[] = [];
  const ends: ((together: number) => void)[] = [];
  const scheduler = new BatchScheduler({
    ...{ places: runs, rows: 2, surplus: 3, clock },
    defer: (work: () => void) => deferred.push(work),
  });
  const bypass = Bypass.create(2);
  const queue = new AdaptiveQueue<Task>({
    ...{ scheduler, options: { ...unbounded, ...options }, mostRuns: runs, bypass },
    kindOf: ({ kind }) => kind,
    run: (pieces) => {
      log.push(pieces.map(({ task }) => task.name).join(' '));
      const rows = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
      return new Promise((resolve) => ends.push((together) => resolve(Math.min(together, rows))));
    },
  });
  const task = (name: string, given: Partial<Task> = {}): Task => ({
    ...{ name, kind: 'k', rows: 1, deadline: Number.POSITIVE_INFINITY },
    refuse: (error: StatusError) => log.push(`${name}: ${error.code} ${error.message}`),
    ...given,
  });
  const turn = () => {
    for (const work of deferred.splice(0)) work();
    return log.splice(0);
  };
  /** @param together rows that were run in one run; 0: it failed */
  const end = async (milliseconds = 0, together = Number.POSITIVE_INFINITY) => {
    await clock.advance(milliseconds);
    ends.shift()!(together);
    await new Promise(setImmediate);
    return turn();
  };
  /** Lets a task be run alone, to be known to take so long. */
  const learn = async (milliseconds: number, given: Partial<Task> = {}) => {
    queue.add(task('learned', given));
    turn();
    await end(milliseconds);
  };
  return { clock, scheduler, bypass, queue, task, turn, end, learn };
}

const late = `${Code.RESOURCE_EXHAUSTED} Run() timeout exceeded while waiting in batching queue`;

const isFull = (why: string) => ({
  code: Code.UNAVAILABLE,
  message: `The batch scheduling queue to which this task was submitted is full; ${why}`,
});

describe('an adaptive queue', () => {
  test('runs at once what finds it idle, and together what comes meanwhile', async () => {
    const { queue, task, turn, end } = setUp();
    queue.add(task('a'));
    assert.deepEqual(turn(), ['a']);
    for (const name of ['b', 'c', 'd']) queue.add(task(name));
    assert.deepEqual(turn(), []);
    // Twice as many as are known, to see what that costs.
    assert.deepEqual(await end(5), ['b c']);
    assert.deepEqual(await end(5), ['d']);
    assert.deepEqual(await end(5), []);
    assert.equal(queue.isEmpty, true);
  });

  test('divides what waits among the runs that it may make', async () => {
    const { queue, task, turn } = setUp({ runs: 2 });
    for (const name of ['a', 'b', 'c', 'd']) queue.add(task(name));
    assert.deepEqual(turn(), ['a b', 'c d']);
  });

  test('joins only tasks of one kind, and lets kinds take turns', async () => {
    const { queue, task, turn, end } = setUp();
    queue.add(task('first'));
    turn();
    for (const [name, kind] of [
      ...[['a', 'x'] as const, ['b', 'y'] as const, ['c', 'x'] as const, ['d', 'y'] as const],
    ]) {
      queue.add(task(name, { kind }));
    }
    assert.deepEqual(await end(), ['a c']);
    queue.add(task('e', { kind: 'x' }));
    assert.deepEqual(await end(), ['b d']);
    assert.deepEqual(await end(), ['e']);
  });

  test('bounds the rows of a batch, and runs a larger task alone', async () => {
    const { queue, task, turn, end } = setUp({ options: { mostRows: 4 } });
    queue.add(task('a'));
    turn();
    for (const [name, rows] of [
      ...[['b', 3] as const, ['c', 2] as const, ['d', 9] as const, ['e', 1] as const],
    ]) {
      queue.add(task(name, { rows }));
    }
    assert.deepEqual(await end(), ['b']);
    assert.deepEqual(await end(), ['c']);
    assert.deepEqual(await end(), ['d']);
    assert.deepEqual(await end(), ['e']);
  });

  test('counts a task without rows as one row', async () => {
    const { queue, task, turn } = setUp({ options: { mostWaitingRows: 2 } });
    queue.add(task('a', { rows: 0 }));
    queue.add(task('b', { rows: 0 }));
    assert.throws(
      () => queue.add(task('c', { rows: 0 })),
      isFull('currently 2 rows are enqueued and no more than 2 may be'),
    );
    assert.deepEqual(turn(), ['a b']);
  });

  test('has a bound of rows that may wait, and those that run do not count', async () => {
    const { queue, task, turn, end } = setUp({ options: { mostWaitingRows: 4 } });
    queue.add(task('a', { rows: 4 }));
    turn();
    queue.add(task('b', { rows: 3 }));
    assert.throws(
      () => queue.add(task('c', { rows: 2 })),
      isFull('currently 3 rows are enqueued and no more than 4 may be'),
    );
    queue.add(task('d', { rows: 1 }));
    assert.deepEqual(await end(), ['b d']);
  });

  test('lets go of what is withdrawn, and of nothing else', async () => {
    const { queue, task, turn, end } = setUp({ options: { mostWaitingRows: 2 } });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => task(name)) as [Task, Task, Task];
    queue.add(a);
    turn();
    queue.add(b);
    queue.add(c);
    queue.withdraw(b);
    queue.withdraw(a);
    queue.add(task('d'));
    assert.deepEqual(await end(), ['c d']);
    queue.add(task('e'));
    for (const one of [b, c]) queue.withdraw(one);
    assert.deepEqual(await end(), ['e']);
  });

  test('refuses a task that would be late when it comes', async () => {
    const { queue, task, turn, learn, clock } = setUp();
    await learn(100);
    queue.add(task('a'));
    turn();
    const deadline = clock.now() + 120;
    assert.throws(
      () => queue.add(task('b', { deadline })),
      isFull('a reply is expected in 240 ms, and the deadline is in 120 ms'),
    );
    queue.add(task('c', { deadline: clock.now() + 1000 }));
    assert.equal(queue.isEmpty, false);
  });

  test('runs one that comes when it is idle, whatever it knows', async () => {
    const { queue, task, turn, learn, clock } = setUp();
    await learn(100);
    queue.add(task('a', { deadline: clock.now() + 10 }));
    assert.deepEqual(turn(), ['a']);
  });

  test('refuses what would take longer than its target', async () => {
    const { queue, task, turn, learn } = setUp({ options: { targetMs: 150 } });
    await learn(100);
    queue.add(task('a'));
    turn();
    assert.throws(
      () => queue.add(task('b')),
      isFull('a reply is expected in 240 ms, and target_p99_ms is 150 ms'),
    );
  });

  test('does not run what waits until it is too late for its run', async () => {
    const { queue, task, turn, end, learn, clock } = setUp();
    await learn(10);
    queue.add(task('a'));
    turn();
    queue.add(task('b', { deadline: clock.now() + 50 }));
    queue.add(task('c'));
    await clock.advance(45);
    assert.deepEqual(turn(), [`b: ${late}`]);
    assert.deepEqual(await end(), ['c']);
  });

  test('learns nothing from runs that failed, or that were several', async () => {
    const { queue, task, turn, end, learn, clock } = setUp();
    await learn(10);
    queue.add(task('fails'));
    turn();
    await end(1000, 0);
    queue.add(task('a'));
    turn();
    assert.throws(
      () => queue.add(task('b', { deadline: clock.now() + 15 })),
      isFull('a reply is expected in 24 ms, and the deadline is in 15 ms'),
    );
  });

  test('learns what the rows cost that were run, and not those that had gone', async () => {
    const { queue, task, turn, end, clock } = setUp();
    queue.add(task('a', { rows: 8 }));
    turn();
    await end(40, 4);
    queue.add(task('b', { rows: 8 }));
    turn();
    assert.throws(
      () => queue.add(task('c', { rows: 4, deadline: clock.now() + 15 })),
      isFull('a reply is expected in 144 ms, and the deadline is in 15 ms'),
    );
  });

  for (const leaves of ['is late', 'is withdrawn']) {
    test(`counts as idle the time after the last one ${leaves}`, async () => {
      const { queue, task, turn, end, clock } = setUp();
      queue.add(task('first'));
      turn();
      if (leaves === 'is late') queue.add(task('late', { deadline: clock.now() + 50 }));
      await end(60);
      if (leaves === 'is withdrawn') {
        const withdrawn = task('withdrawn');
        queue.add(withdrawn);
        queue.withdraw(withdrawn);
      }
      assert.equal(queue.isEmpty, true);
      await clock.advance(1000);
      // One pause would not count.
      queue.add(task('between'));
      turn();
      await end(10);
      await clock.advance(1000);
      // To the end of the window in which that time lies, with something to do all along.
      queue.add(task('next'));
      turn();
      for (let i = 0; i < 5; i++) {
        queue.add(task(`next ${i}`));
        assert.deepEqual(await end(10), [`next ${i}`]);
      }
      queue.add(task('of two', { rows: 2 }));
      await end(10);
      await end(10);
      // The other one is not waited for: there was not always enough to do.
      queue.add(task('one'));
      assert.deepEqual(turn(), ['one']);
    });
  }

  /** Lets runs end until none is left, each after so many ms. */
  async function drain(
    { queue, turn, end, scheduler, clock }: ReturnType<typeof setUp>,
    msOf: (running: number) => number,
  ): Promise<void> {
    while (!queue.isEmpty || scheduler.running > 0) {
      if (scheduler.running > 0) await end(msOf(scheduler.running));
      else {
        await clock.advance(1);
        turn();
      }
    }
  }

  /** Asks for so many at once, again and again, and lets runs take so long. @returns how many of them were taken */
  async function serve(
    set: ReturnType<typeof setUp>,
    rounds: number,
    milliseconds: number,
  ): Promise<number> {
    const { queue, task, turn } = set;
    let taken = 0;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 20; i++) {
        try {
          queue.add(task(`${round}`));
          taken++;
        } catch (error) {
          assert.equal((error as StatusError).code, Code.UNAVAILABLE);
        }
      }
      turn();
      await drain(set, () => milliseconds);
    }
    return taken;
  }

  test('takes as many as ever some time after it stood still', async () => {
    const set = setUp({ options: { targetMs: 100 } });
    await serve(set, 300, 30);
    const before = await serve(set, 10, 30);
    assert.equal(before, 200);
    await serve(set, 3, 300);
    await serve(set, 600, 30);
    assert.equal(await serve(set, 10, 30), before);
  });

  test('is not made cautious by requests that are late when they come', async () => {
    const set = setUp({ options: { targetMs: 100 } });
    await serve(set, 300, 30);
    const { queue, task, turn, clock } = set;
    for (let i = 0; i < 100; i++) {
      queue.add(task('late', { deadline: clock.now() - 1 }));
      assert.deepEqual(turn(), [`late: ${late}`]);
    }
    assert.equal(await serve(set, 1, 30), 20);
  });

  test('tells other threads how soon a reply may be had while something waits, and not of what it does not know', async () => {
    const { queue, task, turn, end, learn, bypass } = setUp({ options: { targetMs: 1000 } });
    await learn(100);
    assert.equal(bypass.soonestMs, 0);
    queue.add(task('runs'));
    turn();
    assert.equal(bypass.soonestMs, 0);
    queue.add(task('waits'));
    assert.ok(bypass.soonestMs >= 100, String(bypass.soonestMs));
    queue.add(task('new', { kind: 'unknown' }));
    assert.ok(bypass.soonestMs >= 100, String(bypass.soonestMs));
    await end(100);
    await end(100);
    await end(100);
    assert.equal(queue.isEmpty, true);
    assert.equal(bypass.soonestMs, 0);
    queue.add(task('runs'));
    queue.add(task('waits'));
    queue.flush();
    assert.equal(bypass.soonestMs, 0);
  });

  test('finds that there is not always enough to do any more when all is run by other threads', async () => {
    const set = setUp({ runs: 2 });
    const { queue, bypass, clock } = set;
    // More yield less at once: one run at a time is kept under full load.
    const load = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        for (let i = 0; i < 20; i++) queue.add(set.task(`${round}`));
        set.turn();
        await drain(set, (running) => (running === 2 ? 50 : 10));
      }
    };
    await load(60);
    assert.equal(bypass.best.runs, 1);
    assert.equal(bypass.surplusRuns, 0, 'what finds no place is to be run together');
    for (let i = 0; i < 20; i++) {
      await clock.advance(100);
      queue.learn([{ kind: 'k', rows: 1, milliseconds: 10 }]);
    }
    assert.deepEqual([bypass.best.runs, bypass.surplusRuns], [2, 2]);
  });

  test('runs one alone where a batch would be too late for all', async () => {
    const { queue, task, turn, end, learn, clock } = setUp();
    await learn(10);
    await learn(100, { rows: 4 });
    queue.add(task('a'));
    turn();
    for (const name of ['b', 'c', 'd']) queue.add(task(name, { deadline: clock.now() + 90 }));
    assert.deepEqual(await end(60), ['b']);
    assert.deepEqual(await end(10), ['c']);
    await clock.advance(10);
    assert.deepEqual(turn(), [`d: ${late}`]);
  });

  /** Lets it know what so many rows cost, with ever larger batches. */
  async function learnSizes(
    { learn, clock }: ReturnType<typeof setUp>,
    costOf: (rows: number) => number,
  ): Promise<void> {
    for (const rows of [1, 2, 4, 8, 16]) {
      for (let i = 0; i < 3; i++) {
        await learn(costOf(rows), { rows });
        await clock.advance(100);
      }
    }
  }

  test('makes a batch smaller for those that would be late in a larger one, where that yields as much', async () => {
    for (const [costOf, first] of [
      [(rows: number) => 20 + 8 * rows, '0 1 2 3'],
      [(rows: number) => 100 + rows, `0: ${late}`],
    ] as const) {
      const set = setUp();
      const { queue, task, turn, end, clock } = set;
      await learnSizes(set, costOf);
      queue.add(task('runs', { rows: 16 }));
      turn();
      const deadline = clock.now() + 5 * costOf(16);
      for (let i = 0; i < 16; i++) queue.add(task(String(i), i < 4 ? { deadline } : {}));
      const left = 1.105 * costOf(4);
      assert.equal((await end(deadline - left - clock.now()))[0], first);
    }
  });

  test('takes what comes while all places are taken and will be in time, however often', async () => {
    for (const runs of [2, 4]) {
      const { queue, task, turn, end, clock } = setUp({ runs, options: { targetMs: 25 } });
      for (let i = 0; i < 30; i++) {
        // One after the other, so that they are never all busy for long.
        for (let at = 0; at < runs; at++) {
          queue.add(task('runs'));
          turn();
          await clock.advance(10 / runs);
        }
        queue.add(task('waits'));
        for (let at = 0; at <= runs; at++) await end(at < runs ? 10 / runs : 5);
        await clock.advance(30);
      }
      assert.equal(queue.isEmpty, true);
    }
  });

  test('refuses none of those who come again and again, and whom it can serve in time', async () => {
    const set = setUp({ options: { targetMs: 1800, mostRows: 4 } });
    const { queue, task, turn, end } = set;
    for (let i = 0; i < 64; i++) queue.add(task('asks'));
    turn();
    for (let i = 0; i < 200; i++) {
      const began = await end(60);
      for (let asked = 0; asked < (began[0]?.split(' ').length ?? 0); asked++)
        queue.add(task('asks'));
      turn();
    }
  });

  test('expects tasks to wait longer where runs take longer as long as there is always enough to do', async () => {
    const set = setUp();
    const { queue, task, turn, end, clock } = set;
    await learnSizes(set, (rows) => 10 * rows);
    const expected = () => {
      try {
        queue.add(task('hopeless', { deadline: clock.now() + 1 }));
      } catch (error) {
        return Number(/expected in (\d+) ms/.exec((error as Error).message)?.[1]);
      }
      return 0;
    };
    queue.add(task('first'));
    for (let i = 0; i < 64; i++) queue.add(task('waits'));
    turn();
    const before = expected();
    for (let i = 0; i < 6; i++) {
      for (const name of await end(400)) {
        for (const _ of name.split(' ')) queue.add(task('waits'));
      }
      turn();
    }
    assert.ok(expected() > 1.5 * before, `${before} ms before, ${expected()} ms after`);
  });

  test('goes on when all that it was to run have become too late', async () => {
    const { queue, task, turn, end, clock } = setUp();
    queue.add(task('a'));
    turn();
    queue.add(task('b', { deadline: clock.now() + 50 }));
    // The run takes longer than anybody could know, and its end comes before the deadline is seen.
    assert.deepEqual(await end(100), [`b: ${late}`]);
    queue.add(task('c'));
    assert.deepEqual(turn(), ['c']);
  });
});

describe('a bypass of an adaptive queue', () => {
  const ever = Number.POSITIVE_INFINITY;

  test('what waits beyond it in the engine counts whole, and what runs there half', async () => {
    const { queue, bypass, task, learn } = setUp({ options: { targetMs: 250 } });
    await learn(100);
    assert.ok(bypass.tryEnter(1, 1));
    const first = task('in time');
    queue.add(first);
    queue.withdraw(first);
    assert.ok(bypass.tryEnter(1, 1, 1));
    assert.throws(
      () => queue.add(task('late')),
      isFull('a reply is expected in 300 ms, and target_p99_ms is 250 ms'),
    );
  });

  test('is open while nothing waits and fewer runs are made than may be', async () => {
    const { queue, bypass, scheduler, task, turn, end } = setUp();
    assert.ok(bypass.allows(1, 1, ever));
    queue.add(task('a'));
    assert.ok(!bypass.allows(1, 1, ever));
    assert.deepEqual(turn(), ['a']);
    assert.ok(!bypass.allows(1, 1, ever));
    await end(10);
    assert.ok(bypass.allows(1, 1, ever));

    assert.ok(bypass.tryEnter(1, 1));
    queue.add(task('b'));
    assert.deepEqual(turn(), [], 'runs of others count');
    assert.ok(!bypass.tryEnter(1, 1));
    bypass.leave(1, 1);
    scheduler.pool.wake();
    await new Promise(setImmediate);
    assert.deepEqual(turn(), ['b']);
    queue.flush();
    assert.ok(bypass.isClosed);
  });

  test('lets through only what would be in time, and of several what it is as well to run together', async () => {
    const { bypass, learn } = setUp({ options: { targetMs: 50 } });
    for (let i = 0; i < 3; i++) {
      await learn(10);
      await learn(14, { rows: 5 });
    }
    assert.deepEqual(
      [1, 3, 4].map((rows) => bypass.allows(2, rows, ever)),
      [true, false, false],
      'each row takes a ms',
    );
    assert.ok(bypass.allows(1, 5, 18) && !bypass.allows(1, 5, 17));
    assert.ok(!bypass.allows(1, 6, ever), 'nothing is known of more rows');
    const slow = setUp({ options: { targetMs: 5 } });
    await slow.learn(10);
    assert.ok(!slow.bypass.allows(1, 1, ever));
  });

  test('is shut while runs are worth waiting for others, since there is always enough to do', async () => {
    const { queue, bypass, clock, task, turn, end, learn } = setUp();
    queue.add(task('a'));
    turn();
    for (let i = 0; i < 12; i++) {
      queue.add(task('b'));
      let begun = await end(10);
      while (begun.length === 0) {
        await clock.advance(1);
        begun = turn();
      }
    }
    await end(10);
    assert.ok(!bypass.allows(1, 1, ever));
    for (let i = 0; i < 10; i++) {
      await clock.advance(20);
      await learn(10);
    }
    assert.ok(bypass.allows(1, 1, ever));
  });
});

test('many kinds of tasks do not make it remember without bound, and all are run', async () => {
  const { queue, task, turn, end } = setUp();
  for (let i = 0; i < 100; i++) {
    queue.add(task(String(i), { kind: `kind ${i}` }));
    assert.deepEqual(turn(), [String(i)]);
    assert.deepEqual(await end(i), []);
  }
});
