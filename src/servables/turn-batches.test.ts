import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BatchObserver, BatchScheduler, type RunSample } from '../batching/index.ts';
import { type BatchingOptions, defaultBatching } from '../config/index.ts';
import {
  FakeModel,
  type FakeRun,
  signatureSpec,
  tensorSpec,
} from '../inference/testing/fake-model.ts';
import { Code, cancelled, invalidArgument } from '../status/index.ts';
import { DType, heapAllocator, type NumericTensor, type Tensor } from '../tensor/index.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { BatchedModel } from './batched-model.ts';
import { TurnBatches } from './turn-batches.ts';

const signature = signatureSpec({
  inputs: [tensorSpec('x', DType.INT32, [-1, -1])],
  outputs: [tensorSpec('x', DType.INT32, [-1, -1])],
});
const adaptive: Partial<BatchingOptions> = { adaptive: { targetMs: Number.POSITIVE_INFINITY } };
const turn = () => new Promise(setImmediate);
const turns = async () => {
  for (let i = 0; i < 10; i++) await turn();
};

interface Asked {
  readonly rows?: number;
  readonly width?: number;
  readonly deadline?: number;
  readonly signal?: AbortSignal | null;
}

/** The thread that has the queue, and two others with requests for it, all in this one. */
function setUp(options: Partial<BatchingOptions> = {}, places = 1, surplus = 100) {
  const clock = new FakeClock();
  const scheduler = new BatchScheduler({ places, rows: 3, surplus, clock });
  const given: BatchingOptions = { ...defaultBatching(), ...options };
  const sizes: { owner: [number, number][]; here: [number, number][] } = { owner: [], here: [] };
  const observer = (where: 'owner' | 'here'): BatchObserver => ({
    ...{ dequeued() {}, inputTaken() {}, adapted() {}, queueFull() {} },
    batchRun: (rows, padded) => void sizes[where].push([rows, padded]),
  });
  const ownerModel = new FakeModel(signature);
  const owner = new BatchedModel({
    ...{ model: ownerModel, scheduler, options: given, observer: observer('owner') },
    ...{ number: 1, closed() {} },
  });
  const samples: RunSample[] = [];
  let tag = 0;
  const thread = (row: number) => {
    const model = new FakeModel(signature);
    const log = { closed: 0, underWay: 0, sent: 0 };
    const turnBatches = new TurnBatches({
      ...{ model, signature, fetches: null, offer: owner.offer(signature, null)!, row },
      observer: observer('here'),
      now: () => clock.now(),
      handOver: async ({ inputs, deadline, signal }) =>
        await owner.run(owner.openScope(), signature, inputs, null, { deadline, signal }),
      send: () => void log.sent++,
      report: (some) => {
        samples.push(...some);
        owner.ran(1, some);
      },
      begun: () => void log.underWay++,
      ended: () => void log.underWay--,
      closed: () => void log.closed++,
    });
    /** A request; what it is answered with must be what it has sent. */
    const ask = ({ rows = 1, width = 1, deadline, signal = null }: Asked = {}) => {
      const input = heapAllocator.allocate(DType.INT32, [rows, width]);
      (input.data as Int32Array).fill(++tag);
      const scope = model.openScope();
      const until = deadline ?? Number.POSITIVE_INFINITY;
      const run = async () => await turnBatches.run(scope, [input], { deadline: until, signal });
      const answered = run().then((tensors) => {
        const [output] = tensors as readonly [NumericTensor];
        assert.deepEqual([output.shape, Array.from(output.data as Int32Array)], contentOf(input));
      });
      answered.catch(() => {});
      return { scope, answered };
    };
    return { model, ask, log };
  };
  return { clock, scheduler, owner, ownerModel, sizes, samples, thread };
}

function contentOf(tensor: Tensor): unknown {
  return [tensor.shape, Array.from((tensor as NumericTensor).data as Int32Array)];
}

/** Runs that end when the test says so. */
function held(model: FakeModel): readonly (() => void)[] {
  const ends: (() => void)[] = [];
  model.answer = ({ feeds }: FakeRun) => new Promise((resolve) => ends.push(() => resolve(feeds)));
  return ends;
}

for (const [kind, options] of [
  ['parameters', {}],
  ['what is learned', adaptive],
] as const) {
  describe(`requests past a queue that batches by ${kind}`, () => {
    test('one that comes alone is run where it is, with its own tensors', async () => {
      const { thread, sizes, ownerModel } = setUp(options);
      const { model, ask } = thread(1);
      for (let i = 0; i < 3; i++) {
        await ask().answered;
        await turn();
      }
      assert.deepEqual(sizes, { owner: [], here: Array(3).fill([1, 1]) });
      assert.deepEqual([model.runs.length, ownerModel.runs.length], [3, 0]);
    });

    test('what finds all places taken waits in the queue, which is woken when one is given back', async () => {
      const { thread, sizes, scheduler } = setUp(options);
      const [one, two] = [thread(1), thread(2)];
      const ends = held(one.model);
      const first = one.ask();
      await turn();
      assert.equal(scheduler.running, 1);
      const waiting = [one.ask(), two.ask(), two.ask({ rows: 2 })];
      await turns();
      assert.deepEqual(sizes, { owner: [], here: [[1, 1]] });
      assert.deepEqual(
        [one.log.sent, two.log.sent],
        [1, 1],
        'what came in one turn is sent at once',
      );
      ends[0]!();
      await Promise.all([first, ...waiting].map(({ answered }) => answered));
      assert.ok(sizes.owner.length < 3, 'together, whatever thread they come from');
      await turns();
      assert.equal(scheduler.running, 0);
    });

    test('nobody takes a place that a batch of the queue lacks', async () => {
      const { thread, sizes } = setUp(options, 2);
      const [one, two] = [thread(1), thread(2)];
      const ends = [held(one.model), held(two.model)];
      const answers = [one.ask(), two.ask()];
      await turn();
      answers.push(one.ask());
      await turns();
      ends[0]![0]!();
      // It comes before the queue has been woken.
      answers.push(two.ask());
      ends[1]![0]!();
      await Promise.all(answers.map(({ answered }) => answered));
      assert.deepEqual(sizes.here, [
        [1, 1],
        [1, 1],
      ]);
    });

    test('one that is given up in its turn is not run, and one that runs keeps its place', async () => {
      const { thread, sizes, scheduler } = setUp(options);
      const { model, ask, log } = thread(1);
      const given = new AbortController();
      const gone = ask({ signal: given.signal });
      given.abort();
      await assert.rejects(gone.answered, { code: Code.CANCELLED });
      await turns();
      assert.deepEqual(sizes.here, []);
      const ends = held(model);
      const later = new AbortController();
      const running = ask({ signal: later.signal });
      await turn();
      later.abort();
      await assert.rejects(running.answered, { code: Code.CANCELLED });
      running.scope.close();
      assert.deepEqual([scheduler.running, log.underWay], [1, 1]);
      ends[0]!();
      await turns();
      assert.deepEqual([scheduler.running, log.underWay], [0, 0]);
    });

    test('what a thread had that has ended is given back', async () => {
      const { thread, sizes, scheduler, owner } = setUp(options);
      const [one, two] = [thread(1), thread(2)];
      held(one.model);
      one.ask();
      await turn();
      const waits = two.ask();
      await turns();
      assert.equal(sizes.owner.length, 0);
      owner.threadEnded(1);
      scheduler.threadEnded(1);
      await waits.answered;
      await turns();
      assert.equal(scheduler.running, 0);
      await two.ask().answered;
      assert.equal(sizes.here.length, 2);
    });

    test('what has other parameters now is handed over, once more and for the last time', async () => {
      const { thread, owner, sizes } = setUp(options);
      const { ask, log } = thread(1);
      await ask().answered;
      owner.retune({ ...defaultBatching(), maxBatchSize: 7, maxExecutionBatchSize: 7 });
      assert.equal(log.closed, 0);
      await ask().answered;
      assert.equal(log.closed, 1);
      assert.deepEqual(sizes, { owner: [[1, 1]], here: [[1, 1]] });
      assert.equal(owner.offer(signature, null)!.options.maxBatchSize, 7);
      await owner.close();
      assert.equal(owner.offer(signature, null), null);
    });

    test('what fails is the request to blame', async () => {
      const { thread, sizes } = setUp(options);
      const { model, ask } = thread(1);
      model.answer = ({ feeds }) => {
        if ((feeds[0] as NumericTensor).data.includes(1 as never)) throw invalidArgument('one');
        return feeds;
      };
      await assert.rejects(ask().answered, { code: Code.INVALID_ARGUMENT });
      await turn();
      await ask().answered;
      assert.equal(sizes.owner.length, 0);
    });
  });
}

describe('requests past a queue with parameters', () => {
  test('those of one turn are one batch, padded to an allowed size', async () => {
    const { thread, sizes } = setUp({
      ...{ maxBatchSize: 8, maxExecutionBatchSize: 8, allowedBatchSizes: [4, 8] },
    });
    const { ask } = thread(1);
    await Promise.all([1, 2, 2].map((rows) => ask({ rows }).answered));
    await ask().answered;
    assert.deepEqual(sizes, {
      owner: [],
      here: [
        [5, 8],
        [1, 4],
      ],
    });
  });

  test('a batch that is to wait for more does so in the queue, and one that is full need not', async () => {
    const { thread, sizes, clock } = setUp({
      ...{ batchTimeoutMs: 50, maxBatchSize: 4, maxExecutionBatchSize: 4 },
    });
    const { ask } = thread(1);
    await Promise.all([ask({ rows: 3 }).answered, ask().answered]);
    assert.deepEqual(sizes, { owner: [], here: [[4, 4]] });
    const waits = ask({ rows: 3 });
    await turns();
    const full = ask({ rows: 4 });
    await full.answered.catch(() => {});
    await clock.advance(50);
    await waits.answered;
    assert.deepEqual(sizes.here.length, 1, 'what comes while something waits goes after it');
    assert.deepEqual(sizes.owner.toSorted(), [
      [3, 3],
      [4, 4],
    ]);
  });

  test('what is more than a batch is run in two turns, or by the queue where places are lacking', async () => {
    const { thread, sizes } = setUp({ maxBatchSize: 4, maxExecutionBatchSize: 4 });
    const { model, ask } = thread(1);
    await Promise.all([3, 2, 2].map((rows) => ask({ rows }).answered));
    assert.deepEqual(sizes, {
      owner: [],
      here: [
        [3, 3],
        [4, 4],
      ],
    });
    const ends = held(model);
    const answers = [3, 2, 2].map((rows) => ask({ rows }).answered);
    await turns();
    ends[0]!();
    await Promise.all(answers);
    assert.deepEqual(sizes.owner, [[4, 4]]);
  });

  test('what is late is for the queue to refuse where it has told nothing', async () => {
    for (const options of [{}, adaptive]) {
      const { thread, clock } = setUp(options);
      const { ask } = thread(1);
      const { answered } = ask({ deadline: clock.now() - 1 });
      await assert.rejects(answered, { code: Code.RESOURCE_EXHAUSTED });
    }
  });

  test('the queue refuses what it would refuse, in its words', async () => {
    const { thread, clock } = setUp({ maxBatchSize: 4, maxExecutionBatchSize: 4 });
    const { ask } = thread(1);
    await assert.rejects(ask({ rows: 5 }).answered, {
      code: Code.INVALID_ARGUMENT,
      message: 'Task size 5 is larger than maximum input batch size 4',
    });
    await clock.advance(10);
    await assert.rejects(ask({ deadline: 10 }).answered, {
      code: Code.RESOURCE_EXHAUSTED,
      message: 'Run() timeout exceeded while waiting in batching queue',
    });
    await ask({ rows: 0 }).answered;
  });
});

describe('requests past a queue that learns', () => {
  /** Lets the queue know that runs take so many ms, whatever their rows, or so many for each. */
  async function learned(perRun: number, perRow: number, target = Number.POSITIVE_INFINITY) {
    const all = setUp({ adaptive: { targetMs: target } }, 2);
    const one = all.thread(1);
    const costs = async ({ feeds }: FakeRun) => {
      await all.clock.advance(perRun + perRow * feeds[0]!.shape[0]!);
      return feeds;
    };
    for (const model of [one.model, all.ownerModel]) model.answer = costs;
    for (let i = 0; i < 3; i++) {
      await one.ask().answered;
      await one.ask({ rows: 4 }).answered;
      await all.clock.advance(1000);
    }
    // It is not to look as if always one came at a time.
    await Promise.allSettled([one.ask().answered, one.ask().answered]);
    await turns();
    for (const where of ['here', 'owner'] as const) all.sizes[where].length = 0;
    return { ...all, one };
  }

  test('tell it what runs cost, now and then', async () => {
    const { samples } = await learned(1, 1);
    assert.ok(samples.length >= 4 && samples.length <= 8, `${samples.length} samples`);
    assert.deepEqual(samples[0], { kind: '1,;', rows: 1, milliseconds: 2 });
    assert.ok(samples.some(({ rows, milliseconds }) => rows === 4 && milliseconds === 5));
  });

  test('several of one turn are run together where that is as good as dividing them', async () => {
    const fixed = await learned(5, 0);
    await Promise.all([1, 1, 2].map((rows) => fixed.one.ask({ rows }).answered));
    assert.deepEqual(fixed.sizes, { owner: [], here: [[4, 4]] });
    const linear = await learned(0, 5);
    await Promise.all([1, 1].map((rows) => linear.one.ask({ rows }).answered));
    assert.deepEqual(
      [...linear.sizes.here, ...linear.sizes.owner],
      [
        [1, 1],
        [1, 1],
      ],
    );
  });

  test('of shapes that cannot be joined are run apart', async () => {
    const { one, sizes } = await learned(5, 0);
    await Promise.all([1, 1, 2].map((width) => one.ask({ width }).answered));
    assert.deepEqual(sizes.here, [
      [2, 2],
      [1, 1],
    ]);
  });

  test('are handed over where they might be late', async () => {
    const { one, sizes, clock } = await learned(10, 0);
    await one.ask({ deadline: clock.now() + 13 }).answered;
    assert.deepEqual(sizes.here, [[1, 1]]);
    // What comes when nothing runs is always run.
    await one.ask({ deadline: clock.now() + 10.5 }).answered;
    assert.deepEqual(sizes.owner, [[1, 1]]);
  });

  test('are refused when they come where it has told that they would be late', async () => {
    const { one, clock, ownerModel } = await learned(100, 0);
    for (const model of [one.model, ownerModel]) held(model);
    for (let i = 0; i < 6; i++) {
      one.ask({ deadline: clock.now() + 10_000 });
      await turns();
    }
    const { sent } = one.log;
    await assert.rejects(one.ask({ deadline: clock.now() + 50 }).answered, {
      code: Code.UNAVAILABLE,
      message: /; a reply is expected in \d+ ms, and the deadline is in 50 ms$/,
    });
    await turns();
    assert.equal(one.log.sent, sent, 'it was not handed over');
  });

  test('that take longer than the target are the queue to decide on', async () => {
    const { one, sizes } = await learned(10, 0, 10);
    await one.ask().answered;
    assert.deepEqual(sizes, { owner: [[1, 1]], here: [] });
  });
});

describe('requests that come one by one for some turns', () => {
  /** @param count of requests so far. @param ms that a run takes */
  async function quiet(
    options: Partial<BatchingOptions> = {},
    places = 2,
    count = 4,
    ms = 0,
    surplus?: number,
  ) {
    const all = setUp(options, places, surplus);
    const one = all.thread(1);
    if (ms > 0) {
      one.model.answer = async ({ feeds }: FakeRun) => {
        await all.clock.advance(ms);
        return feeds;
      };
    }
    for (let i = 0; i < count; i++) {
      await one.ask().answered;
      await turns();
    }
    one.model.runs.length = 0;
    for (const where of ['here', 'owner'] as const) all.sizes[where].length = 0;
    return { ...all, one };
  }

  for (const options of [{}, adaptive]) {
    test('are run when they come, and what else comes in that turn at its end', async () => {
      const { one, sizes, scheduler, samples } = await quiet(options, 2);
      const { model, ask, log } = one;
      const first = ask();
      assert.deepEqual([model.runs.length, scheduler.running, log.underWay], [1, 0, 0]);
      const rest = [ask(), ask()];
      assert.equal(model.runs.length, 1);
      await Promise.all([first, ...rest].map(({ answered }) => answered));
      assert.deepEqual(sizes.here, [
        [1, 1],
        [2, 2],
      ]);
      assert.equal(samples.length > 0, 'adaptive' in options);
      await turns();
      model.runs.length = 0;
      const next = ask();
      assert.equal(model.runs.length, 0, 'it may be one of several again');
      await next.answered;
    });

    test('hold their place until their run has ended, however it does', async () => {
      const { one, scheduler } = await quiet(options);
      const { model, ask, log } = one;
      const fault = invalidArgument('a fault');
      for (const answer of [
        () => Promise.reject(fault),
        () => {
          throw fault;
        },
      ]) {
        model.answer = answer;
        const { answered } = ask();
        assert.equal(model.runs.length, 1);
        await assert.rejects(answered, { code: Code.INVALID_ARGUMENT, message: 'a fault' });
        assert.deepEqual([scheduler.running, log.underWay], [0, 0]);
        model.runs.length = 0;
        await turns();
      }
      const given = new AbortController();
      model.answer = ({ options: { signal } }) =>
        new Promise((_, reject) => {
          signal!.addEventListener('abort', () => reject(cancelled('gone')));
        });
      const gone = ask({ signal: given.signal });
      assert.deepEqual([model.runs.length, scheduler.running], [1, 1]);
      given.abort();
      await assert.rejects(gone.answered, { code: Code.CANCELLED });
      assert.deepEqual([scheduler.running, log.underWay], [0, 0]);
      await turns();
      const ends = held(model);
      const { answered } = ask();
      await turns();
      assert.deepEqual([ends.length, scheduler.running, log.underWay], [1, 1, 1]);
      ends[0]!();
      await answered;
      assert.deepEqual([scheduler.running, log.underWay], [0, 0]);
    });
  }

  test('have outputs that could be divided, as all have', async () => {
    const { one } = await quiet();
    one.model.answer = () => [heapAllocator.allocate(DType.INT32, [2, 1])];
    await assert.rejects(one.ask().answered, { code: Code.FAILED_PRECONDITION });
  });

  test('leave the last place to what may come with them', async () => {
    const { one, sizes } = await quiet({}, 1);
    const both = [one.ask(), one.ask()];
    assert.equal(one.model.runs.length, 0);
    await Promise.all(both.map(({ answered }) => answered));
    assert.deepEqual(sizes.here, [[2, 2]]);
  });

  test('are joined by what they lack where a batch is to be padded', async () => {
    const { one, sizes } = await quiet({ allowedBatchSizes: [2, 8], maxBatchSize: 8 });
    const padded = [one.ask(), one.ask({ rows: 2 })];
    assert.equal(one.model.runs.length, 0);
    await Promise.all(padded.map(({ answered }) => answered));
    await turns();
    assert.deepEqual(sizes.here, [[3, 8]]);
  });

  test('without rows, or with none of a place, are for the queue', async () => {
    const { one, thread, ownerModel } = await quiet({}, 1);
    await one.ask({ rows: 0 }).answered;
    await turns();
    const two = thread(2);
    const ends = held(two.model);
    const before = two.ask();
    await turn();
    const after = one.ask();
    assert.equal(one.model.runs.length, 0);
    await turns();
    ends[0]!();
    await Promise.all([before.answered, after.answered]);
    assert.equal(ownerModel.runs.length, 2);
  });

  describe('where all places are taken', () => {
    /** In ms, and whether two runs of 10 ms, one after the other, are expected to be over by then. */
    const timesForTwo = [
      [20, false],
      [30, true],
    ] as const;
    const taken = async (
      places: number,
      count: number,
      ms: number,
      targetMs = Number.POSITIVE_INFINITY,
      surplus = 100,
    ) => {
      const all = await quiet({ adaptive: { targetMs } }, places, count, ms, surplus);
      const ends = held(all.one.model);
      const asked: Promise<void>[] = [];
      for (let i = 0; i < places; i++) {
        asked.push(all.one.ask().answered);
        await turns();
      }
      const end = async () => {
        while (ends.length > 0 || all.scheduler.running > 0) {
          for (const one of (ends as (() => void)[]).splice(0)) one();
          await turns();
        }
        await Promise.all(asked);
      };
      return { ...all, ends, asked, end };
    };

    test('wait in the engine if that happens now and then, as many as there are places', async () => {
      const { one, asked, ends, end, ownerModel, scheduler } = await taken(2, 100, 10);
      for (let i = 0; i < 2; i++) {
        asked.push(one.ask().answered);
        assert.equal(ends.length, 3 + i, 'at once');
        await turns();
      }
      assert.equal(scheduler.running, 4);
      asked.push(one.ask().answered);
      await turns();
      assert.deepEqual([ends.length, ownerModel.runs.length], [4, 0]);
      ends[0]!();
      ends[1]!();
      await turns();
      assert.equal(ownerModel.runs.length, 0, 'it has two places, which are taken');
      await end();
      assert.equal(ownerModel.runs.length, 1);
    });

    test('tell nothing of what a run costs', async () => {
      // So long that few runs have ended since the last report.
      const { one, asked, end, clock, samples } = await taken(1, 100, 200);
      asked.push(one.ask().answered);
      await clock.advance(1000);
      samples.length = 0;
      await end();
      assert.deepEqual(
        samples.filter(({ milliseconds }) => milliseconds >= 1000).length,
        1,
        'that of the one that had the place',
      );
    });

    test('are for the queue as long as little is known', async () => {
      const { one, asked, ends, end, ownerModel } = await taken(1, 10, 10);
      asked.push(one.ask().answered);
      await turns();
      assert.equal(ends.length, 1);
      await end();
      assert.equal(ownerModel.runs.length, 1);
    });

    test('are for the queue if it happens often', async () => {
      const { one, asked, ends, end, ownerModel } = await taken(1, 100, 10);
      let count = 0;
      for (; count < 100; count++) {
        asked.push(one.ask().answered);
        await turns();
        if (ends.length === 1) break;
        // The other one still has the place.
        (ends as (() => void)[]).splice(1, 1)[0]!();
        await turns();
      }
      await end();
      assert.ok(count > 5 && count < 50, `${count}`);
      assert.equal(ownerModel.runs.length, 1);
    });

    test('are no more than may wait in the engine', async () => {
      const { one, asked, ends, end } = await taken(2, 100, 10, undefined, 1);
      for (let i = 0; i < 2; i++) {
        asked.push(one.ask().answered);
        await turns();
      }
      assert.equal(ends.length, 3);
      await end();
    });

    test('are for the queue if they have no time for another run besides their own', async () => {
      for (const [left, isHere] of timesForTwo) {
        const { one, asked, ends, end, clock } = await taken(1, 100, 10);
        asked.push(one.ask({ deadline: clock.now() + left }).answered);
        await turns();
        assert.equal(ends.length, isHere ? 2 : 1, `${left} ms`);
        await end();
      }
    });

    test('are for the queue if the target leaves no time for that', async () => {
      for (const [target, isHere] of timesForTwo) {
        const { one, ends, asked, end } = await taken(1, 100, 10, target);
        const { answered } = one.ask();
        await turns();
        assert.equal(ends.length, isHere ? 2 : 1, `${target} ms`);
        if (isHere) asked.push(answered);
        await end();
      }
    });
  });
});
