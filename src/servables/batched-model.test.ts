import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchScheduler } from '../batching/index.ts';
import type { BatchingOptions } from '../config/index.ts';
import type { SignatureSpec, TensorScope } from '../engines/index.ts';
import {
  FakeModel,
  type FakeRun,
  signatureSpec,
  tensorSpec,
} from '../inference/testing/fake-model.ts';
import { Code, internal, invalidArgument, StatusError, unavailable } from '../status/index.ts';
import {
  DType,
  heapAllocator,
  type NumericTensor,
  type StringTensor,
  type Tensor,
} from '../tensor/index.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { randomFrom } from '../util/testing/random.ts';
import { BatchedModel } from './batched-model.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
const unlimited = { deadline: Number.POSITIVE_INFINITY, signal: null };
const defaults: BatchingOptions = {
  maxBatchSize: 100,
  batchTimeoutMs: 0,
  maxEnqueuedBatches: 1000,
  allowedBatchSizes: [],
  padVariableLengthInputs: false,
  enableLargeBatchSplitting: false,
  maxExecutionBatchSize: 100,
};

/** Two outputs, fed back as they are: numbers and strings. */
const signature = signatureSpec({
  inputs: [tensorSpec('n', DType.INT32, [-1, -1]), tensorSpec('s', DType.STRING, [-1])],
  outputs: [tensorSpec('n', DType.INT32, [-1, -1]), tensorSpec('s', DType.STRING, [-1])],
});

function setUp(options: Partial<BatchingOptions> = {}, places = 1) {
  const clock = new FakeClock();
  const inner = new FakeModel(signature);
  const scheduler = new BatchScheduler({ places, clock });
  const sizes: [number, number][] = [];
  const counts = { dequeued: 0, inputs: 0, full: 0 };
  const limit = { maxExecutionBatchSize: options.maxBatchSize ?? defaults.maxExecutionBatchSize };
  const model = new BatchedModel({
    ...{ model: inner, scheduler, number: 1, closed() {} },
    options: { ...defaults, ...limit, ...options },
    observer: {
      dequeued: () => void counts.dequeued++,
      inputTaken: (rows) => void (counts.inputs += rows),
      batchRun: (rows, padded) => void sizes.push([rows, padded]),
      adapted() {},
      queueFull: () => void counts.full++,
    },
  });
  return { clock, inner, model, scheduler, sizes, counts };
}

/** Rows of numbers and a text for each, all telling `tag`. */
function feedsOf(tag: number, rows: number, width = 2): readonly [NumericTensor, StringTensor] {
  const numbers = heapAllocator.allocate(DType.INT32, [rows, width]);
  for (let i = 0; i < numbers.data.length; i++)
    (numbers.data as Int32Array)[i] = tag * 100 + (i % 100);
  const texts = Array.from({ length: rows }, (_, i) => `${tag}/${i}`);
  const bytes = Buffer.from(texts.join(''));
  const offsets = new Float64Array(rows + 1);
  texts.forEach((text, i) => {
    offsets[i + 1] = offsets[i]! + text.length;
  });
  return [numbers, { dtype: DType.STRING, shape: [rows], bytes, offsets }];
}

function contentOf(tensors: readonly Tensor[]): unknown {
  return tensors.map((tensor) => {
    if (!('offsets' in tensor)) return [tensor.shape, Array.from(tensor.data as Int32Array)];
    const { shape, bytes, offsets } = tensor;
    const texts = Array.from({ length: offsets.length - 1 }, (_, i) =>
      Buffer.from(bytes.subarray(offsets[i], offsets[i + 1])).toString(),
    );
    return [shape, texts];
  });
}

class Client {
  readonly scope: TensorScope;
  readonly outputs: Promise<readonly Tensor[]>;
  readonly feeds: readonly Tensor[];

  constructor(
    model: BatchedModel,
    feeds: readonly Tensor[],
    options = unlimited as { deadline: number; signal: AbortSignal | null },
    fetches: readonly number[] | null = null,
  ) {
    this.scope = model.openScope();
    this.feeds = feeds;
    this.outputs = Promise.resolve(model.run(this.scope, signature, feeds, fetches, options));
  }

  /** What it was answered with must be what it fed. */
  async isAnswered(): Promise<void> {
    assert.deepEqual(contentOf(await this.outputs), contentOf(this.feeds));
  }

  async failsWith(code: Code, message: string | RegExp): Promise<void> {
    await assert.rejects(this.outputs, { code, message });
  }
}

/** Answers later, with copies in memory of the run's scope as an engine's. */
async function copies({ scope, feeds }: FakeRun): Promise<readonly Tensor[]> {
  await new Promise(setImmediate);
  return feeds.map((feed) => {
    if ('offsets' in feed) return feed;
    const copy = scope.allocate(feed.dtype, feed.shape);
    copy.data.set(feed.data as never);
    return copy;
  });
}

describe('a batched model', () => {
  test('runs requests together, and gives each its rows as views', async () => {
    const { model, inner, sizes, counts } = setUp();
    inner.answer = copies;
    const clients = [3, 1, 0, 2].map((rows, i) => new Client(model, feedsOf(i, rows)));
    for (const client of clients) await client.isAnswered();
    assert.deepEqual(sizes, [[6, 6]]);
    assert.deepEqual(counts, { dequeued: 4, inputs: 12, full: 0 });
    const [one, two] = await Promise.all(clients.map(({ outputs }) => outputs));
    assert.equal((one![0] as NumericTensor).data.buffer, (two![0] as NumericTensor).data.buffer);
    assert.equal(inner.scopes.at(-1)!.closes, 0);
    for (const { scope } of clients) {
      assert.equal(inner.scopes.at(-1)!.closes, 0);
      assert.equal((two![0] as NumericTensor).data[0], 100);
      scope.close();
    }
    assert.equal(inner.scopes.at(-1)!.closes, 1, 'closed with the last reader');
    assert.equal((two![0] as NumericTensor).data.length, 0);
  });

  test('copies each string once, into what is fed', async () => {
    const { model, inner } = setUp();
    const clients = [3, 2].map((rows, i) => new Client(model, feedsOf(i, rows)));
    for (const client of clients) await client.isAnswered();
    const [run] = inner.runs;
    const { joined, joiner } = run!.scope;
    assert.deepEqual(joined, [run!.feeds[1]]);
    assert.equal(joined[0], run!.feeds[1]);
    assert.equal(joiner.copiedBytes, '0/00/10/21/01/1'.length);
  });

  test('joins strings in the heap where the model may keep them', async () => {
    const { model, inner } = setUp();
    inner.keepsState = true;
    const clients = [3, 2].map((rows, i) => new Client(model, feedsOf(i, rows)));
    for (const client of clients) await client.isAnswered();
    assert.deepEqual(inner.runs[0]!.scope.joined, []);
  });

  test('a request that is alone is run with its own tensors', async () => {
    const { model, inner } = setUp();
    const client = new Client(model, feedsOf(1, 2));
    await client.isAnswered();
    assert.equal(inner.runs[0]!.feeds, client.feeds);
    assert.equal(inner.runs[0]!.scope, client.scope);
  });

  test('pads to the next allowed size with the first row of the last request', async () => {
    const { model, inner, sizes } = setUp({ allowedBatchSizes: [4, 8, 100] });
    const clients = [new Client(model, feedsOf(1, 3)), new Client(model, feedsOf(2, 2))];
    for (const client of clients) await client.isAnswered();
    assert.deepEqual(sizes, [[5, 8]]);
    const [numbers, texts] = contentOf(inner.runs[0]!.feeds) as [
      [unknown, number[]],
      [unknown, string[]],
    ];
    assert.deepEqual(numbers[1].slice(-6), [200, 201, 200, 201, 200, 201]);
    assert.deepEqual(texts[1].slice(-3), ['2/0', '2/0', '2/0']);
    const alone = new Client(model, feedsOf(3, 1));
    await alone.isAnswered();
    assert.deepEqual(sizes[1], [1, 4]);
  });

  test('requests of other shapes are run apart, or padded to each other', async () => {
    const apart = setUp();
    const mixed = [2, 3, 2].map((width, i) => new Client(apart.model, feedsOf(i, 1, width)));
    for (const client of mixed) await client.isAnswered();
    assert.deepEqual(apart.sizes, [
      [2, 2],
      [1, 1],
    ]);
    const padded = setUp({ padVariableLengthInputs: true });
    const [narrow, wide] = [2, 3].map((width, i) => new Client(padded.model, feedsOf(i, 1, width)));
    await wide!.isAnswered();
    const [numbers] = contentOf(await narrow!.outputs) as [unknown];
    assert.deepEqual(
      numbers,
      [
        [1, 3],
        [0, 1, 0],
      ],
      'and answers are not cut',
    );
    assert.deepEqual(padded.sizes, [[2, 2]]);
  });

  test('cuts large requests, and joins their answers', async () => {
    const { model, sizes, inner } = setUp({
      ...{ enableLargeBatchSplitting: true, maxBatchSize: 50, maxExecutionBatchSize: 8 },
    });
    inner.answer = copies;
    const clients = [3, 21, 4].map((rows, i) => new Client(model, feedsOf(i, rows)));
    for (const client of clients) await client.isAnswered();
    assert.deepEqual(
      sizes.map(([rows]) => rows),
      [8, 8, 8, 4],
    );
    for (const { scope } of clients) scope.close();
    assert.ok(inner.scopes.every(({ closes }) => closes === 1));
  });

  test('refuses inputs without equal first dimensions, in the words of TFS', () => {
    const { model } = setUp();
    const [numbers, texts] = feedsOf(1, 2);
    const refused = (feeds: readonly Tensor[], message: string) =>
      assert.throws(() => new Client(model, feeds), { code: Code.INVALID_ARGUMENT, message });
    refused([], 'Batching Run() must have at least one input tensor');
    refused(
      [numbers, { ...texts, shape: [] }],
      'Batching Run() input tensors must have at least one dimension',
    );
    refused(
      [numbers, feedsOf(1, 3)[1]],
      'Batching Run() input tensors must have equal 0th-dimension size',
    );
    refused(feedsOf(1, 101), 'Task size 101 is larger than maximum input batch size 100');
  });

  test('refuses outputs that cannot be divided, without another run', async () => {
    const { model, inner } = setUp();
    const fails = async (answer: (run: FakeRun) => readonly Tensor[], message: string) => {
      inner.answer = answer;
      inner.runs.length = 0;
      for (const rows of [[1], [1, 2]]) {
        const clients = rows.map((count) => new Client(model, feedsOf(1, count)));
        for (const client of clients) await client.failsWith(Code.FAILED_PRECONDITION, message);
      }
      assert.equal(inner.runs.length, 2);
    };
    await fails(
      () => [heapAllocator.allocate(DType.FLOAT, [])],
      'Batched output tensor has 0 dimensions',
    );
    await fails(
      () => [heapAllocator.allocate(DType.FLOAT, [7])],
      "Batched output tensor's 0th dimension does not equal the sum of the 0th dimension sizes of the input tensors",
    );
  });

  test('counts what its queue has no room for', async () => {
    const { model, counts } = setUp({ maxBatchSize: 2, maxEnqueuedBatches: 1 });
    const one = new Client(model, feedsOf(1, 2));
    const given = new AbortController();
    assert.throws(() => new Client(model, feedsOf(2, 1), { ...unlimited, signal: given.signal }), {
      code: Code.UNAVAILABLE,
      message:
        'The batch scheduling queue to which this task was submitted is full; currently 1 batches enqueued and max_enqueued_batches is 1',
    });
    await one.isAnswered();
    assert.equal(counts.full, 1);
  });

  test('outputs are fetched in any order, from one queue', async () => {
    const { model, inner, sizes } = setUp();
    const one = new Client(model, feedsOf(1, 1), unlimited, [1, 0]);
    const two = new Client(model, feedsOf(2, 1), unlimited, [0, 1]);
    const three = new Client(model, feedsOf(3, 1), unlimited, [1]);
    assert.deepEqual(contentOf([...(await one.outputs)].reverse()), contentOf(one.feeds));
    await two.isAnswered();
    assert.deepEqual(contentOf(await three.outputs), contentOf(three.feeds.slice(1)));
    assert.deepEqual(sizes, [
      [2, 2],
      [1, 1],
    ]);
    assert.deepEqual(
      inner.runs.map(({ fetches }) => fetches),
      [[0, 1], [1]],
    );
  });

  test('signatures that name the same tensors share a queue', async () => {
    const { model, inner, sizes } = setUp();
    const alias = (spec: SignatureSpec): SignatureSpec => ({ ...spec, key: 'other' });
    const one = new Client(model, feedsOf(1, 1));
    const scope = model.openScope();
    const feeds = feedsOf(2, 1);
    const outputs = await model.run(scope, alias(signature), feeds, null, unlimited);
    assert.deepEqual(contentOf(outputs), contentOf(feeds));
    await one.isAnswered();
    assert.deepEqual(sizes, [[2, 2]]);
    assert.equal(inner.runs.length, 1);
  });
});

/** Fails as soon as one row of a run carries one of these tags. */
function poisoned(...tags: readonly number[]): (run: FakeRun) => Promise<readonly Tensor[]> {
  return async (run) => {
    const data = (run.feeds[0] as NumericTensor).data as Int32Array;
    const bad = tags.find((tag) => data.some((value) => Math.floor(value / 100) === tag));
    if (bad !== undefined) throw invalidArgument(`poison ${bad}`);
    return copies(run);
  };
}

describe('a failing request', () => {
  test('fails alone where the model keeps no state', async () => {
    const { model, inner } = setUp();
    inner.answer = poisoned(3, 11);
    const clients = Array.from({ length: 16 }, (_, i) => new Client(model, feedsOf(i, 1)));
    for (const [i, client] of clients.entries()) {
      if (i === 3 || i === 11) await client.failsWith(Code.INVALID_ARGUMENT, `poison ${i}`);
      else await client.isAnswered();
    }
    for (const { scope } of clients) scope.close();
    assert.ok(
      inner.scopes.every(({ closes }) => closes === 1),
      'no memory is left',
    );
  });

  test('fails its batch where the model keeps state, and for errors that tell nothing of it', async () => {
    for (const [keepsState, error] of [
      [true, invalidArgument('bad')],
      [false, unavailable('busy')],
    ] as const) {
      const { model, inner } = setUp();
      inner.keepsState = keepsState;
      inner.answer = () => {
        throw error;
      };
      const clients = [1, 2, 3].map((tag) => new Client(model, feedsOf(tag, 1)));
      for (const client of clients) await client.failsWith(error.code, error.message);
      assert.equal(inner.runs.length, 1);
    }
  });

  test('makes a bounded number of runs, whatever fails', async () => {
    const { model, inner } = setUp();
    inner.answer = () => {
      throw internal('always');
    };
    const clients = Array.from({ length: 100 }, (_, i) => new Client(model, feedsOf(i, 1)));
    for (const client of clients) await client.failsWith(Code.INTERNAL, 'always');
    assert.ok(inner.runs.length <= 129, `${inner.runs.length} runs`);
  });

  test('does not count into what runs are known to cost', async () => {
    const { model, inner, clock } = setUp({ adaptive: { targetMs: Number.POSITIVE_INFINITY } });
    let milliseconds = 10;
    inner.answer = async ({ feeds }) => {
      await clock.advance(milliseconds);
      if ((feeds[0] as NumericTensor).data.includes(200 as never)) throw invalidArgument('two');
      return feeds;
    };
    await new Client(model, feedsOf(1, 1)).isAnswered();
    milliseconds = 1000;
    const batch = [1, 2].map((tag) => new Client(model, feedsOf(tag, 1)));
    await batch[0]!.isAnswered();
    await batch[1]!.failsWith(Code.INVALID_ARGUMENT, 'two');
    // The end of the last run is seen a little after the answers.
    await new Promise(setImmediate);
    milliseconds = 10;
    const first = new Client(model, feedsOf(3, 1));
    const deadline = clock.now() + 100;
    await new Client(model, feedsOf(4, 2), { deadline, signal: null }).isAnswered();
    await first.isAnswered();
  });

  test('what is not an error of Serval is told as INTERNAL', async () => {
    const { model, inner } = setUp();
    inner.answer = () => {
      throw new TypeError('x is not a function');
    };
    await new Client(model, feedsOf(1, 1)).failsWith(Code.INTERNAL, 'x is not a function');
  });
});

describe('a request that is given up', () => {
  test('leaves the queue, and takes nothing from the others', async () => {
    const { model, sizes } = setUp();
    const given = new AbortController();
    const gone = new Client(model, feedsOf(1, 1), { ...unlimited, signal: given.signal });
    const stays = new Client(model, feedsOf(2, 1));
    given.abort();
    await gone.failsWith(Code.CANCELLED, 'The request was cancelled');
    gone.scope.close();
    await stays.isAnswered();
    assert.deepEqual(sizes, [[1, 1]]);
    assert.throws(() => new Client(model, feedsOf(1, 1), { ...unlimited, signal: given.signal }), {
      code: Code.CANCELLED,
    });
  });

  test('during a run is over at once, and its memory stays until the run ends', async () => {
    const { model, inner } = setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    inner.answer = async (run) => {
      await promise;
      return copies(run);
    };
    const given = new AbortController();
    const gone = new Client(model, feedsOf(1, 1), { ...unlimited, signal: given.signal });
    const stays = new Client(model, feedsOf(2, 1));
    while (inner.runs.length === 0) await new Promise(setImmediate);
    given.abort();
    await gone.failsWith(Code.CANCELLED, 'The request was cancelled');
    gone.scope.close();
    assert.equal(inner.scopes.at(-1)!.closes, 0);
    resolve();
    await stays.isAnswered();
    stays.scope.close();
    assert.equal(inner.scopes.at(-1)!.closes, 1);
  });

  test('while its inputs are gathered is left out', async () => {
    const { model, inner } = setUp();
    const given = new AbortController();
    const large = (tag: number, signal: AbortSignal | null) => {
      const scope = model.openScope();
      const numbers = scope.allocate(DType.INT32, [1, 8_000_000]);
      (numbers.data as Int32Array).fill(tag);
      const feeds = [numbers, feedsOf(tag, 1)[1]];
      const outputs = model.run(scope, signature, feeds, null, { ...unlimited, signal });
      return { scope, outputs: Promise.resolve(outputs) };
    };
    const [one, gone, three] = [large(1, null), large(2, given.signal), large(3, null)];
    // The batch's own scope tells that its inputs are being gathered.
    while (inner.scopes.length < 4) await new Promise(setImmediate);
    assert.equal(inner.runs.length, 0, 'it takes more than one turn');
    given.abort();
    await assert.rejects(gone.outputs, { code: Code.CANCELLED });
    gone.scope.close();
    for (const [{ outputs }, tag] of [
      [one, 1],
      [three, 3],
    ] as const) {
      const data = ((await outputs)[0] as NumericTensor).data as Int32Array;
      assert.equal(data.length, 8_000_000);
      assert.ok(data.every((value) => value === tag));
    }
    assert.deepEqual(
      inner.runs.map(({ feeds }) => feeds[0]!.shape[0]),
      [2],
    );
  });

  test('by its deadline in the queue gets the text of TFS', async () => {
    const { clock, model, inner } = setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    inner.answer = async (run) => {
      await promise;
      return copies(run);
    };
    const first = new Client(model, feedsOf(1, 1));
    while (inner.runs.length === 0) await new Promise(setImmediate);
    const late = new Client(model, feedsOf(2, 1), { ...unlimited, deadline: 10 });
    const other = new Client(model, feedsOf(3, 1), { ...unlimited, deadline: 1000 });
    await clock.advance(10);
    await late.failsWith(
      Code.RESOURCE_EXHAUSTED,
      'Run() timeout exceeded while waiting in batching queue',
    );
    resolve();
    await first.isAnswered();
    await other.isAnswered();
    assert.equal(inner.runs[1]!.options.deadline, 1000);
  });
});

test('closing waits for what is under way, and refuses what comes later', async () => {
  const { model, inner, scheduler } = setUp({ batchTimeoutMs: 1000 });
  inner.answer = copies;
  let isClosed = false;
  inner.close = async () => {
    isClosed = true;
  };
  const clients = [new Client(model, feedsOf(1, 1)), new Client(model, feedsOf(2, 1))];
  const closed = model.close();
  assert.throws(() => new Client(model, feedsOf(3, 1)), {
    code: Code.FAILED_PRECONDITION,
    message: 'The model is closed',
  });
  assert.equal(isClosed, false);
  for (const client of clients) await client.isAnswered();
  await closed;
  assert.equal(isClosed, true);
  scheduler.close();
});

test('it is batched from one request to the next, or is not, and tells other threads', async () => {
  const { model, inner, sizes } = setUp({ batchTimeoutMs: 1000 });
  const { isOn } = model.lend().batched!;
  const flag = new Int32Array(isOn);
  assert.equal(flag[0], 1);
  const waits = new Client(model, feedsOf(1, 2));
  assert.equal(model.retune(null), true);
  assert.equal(model.retune(null), false);
  assert.equal(flag[0], 0);
  const alone = new Client(model, feedsOf(2, 3));
  assert.equal(inner.runs.length, 1);
  assert.equal(inner.runs[0]!.scope, alone.scope);
  assert.equal(model.offer(signature, null), null);
  await Promise.all([waits.isAnswered(), alone.isAnswered()]);
  assert.deepEqual(sizes, [[2, 2]]);

  assert.equal(model.retune({ ...defaults, maxBatchSize: 4 }), true);
  assert.equal(flag[0], 1);
  const together = [3, 4].map((tag) => new Client(model, feedsOf(tag, 2)));
  for (const client of together) await client.isAnswered();
  assert.deepEqual(sizes.slice(1), [[4, 4]]);
  await model.close();
});

test('retuned, it runs what waits, and batches what comes as it was told', async () => {
  const { model, inner, sizes, scheduler } = setUp({ batchTimeoutMs: 1000, maxBatchSize: 4 });
  inner.answer = copies;
  const before = { ...defaults, batchTimeoutMs: 1000, maxBatchSize: 4, maxExecutionBatchSize: 4 };
  assert.equal(model.retune({ ...before }), false);
  const waits = new Client(model, feedsOf(1, 1));
  assert.throws(() => new Client(model, feedsOf(2, 5)), { code: Code.INVALID_ARGUMENT });
  assert.equal(model.retune({ ...before, maxBatchSize: 8, maxExecutionBatchSize: 8 }), true);
  await waits.isAnswered();
  const full = [new Client(model, feedsOf(3, 5)), new Client(model, feedsOf(4, 3))];
  for (const client of full) await client.isAnswered();
  // Adaptive batches wait for nothing, and larger requests are run alone.
  model.retune({ ...before, adaptive: { targetMs: Number.POSITIVE_INFINITY } });
  const large = [new Client(model, feedsOf(5, 6)), new Client(model, feedsOf(6, 1))];
  for (const client of large) await client.isAnswered();
  assert.deepEqual(sizes, [
    [1, 1],
    [8, 8],
    [6, 6],
    [1, 1],
  ]);
  scheduler.close();
});

const tagged: BatchingOptions = {
  ...defaults,
  ...{ maxBatchSize: 40, maxExecutionBatchSize: 16, enableLargeBatchSplitting: true },
  ...{ allowedBatchSizes: [2, 4, 16, 40], maxEnqueuedBatches: 14 },
};

for (const adaptive of [null, { targetMs: Number.POSITIVE_INFINITY }]) {
  const kind = adaptive === null ? '' : ', batched adaptively';
  test(`of many requests with tags each gets its own answer, or its own error${kind}`, async () => {
    await sendTagged({ ...tagged, adaptive });
  });
}

/** Requests of mixed sizes and shapes, of which some are wrong and some are given up; parameters change meanwhile. */
async function sendTagged(tunedTo: BatchingOptions): Promise<void> {
  const total = exhaustive ? 1_000_000 : 20_000;
  const pick = randomFrom(5);
  const whole = (below: number) => Math.floor(pick() * below);
  const { model, inner, counts } = setUp(tunedTo, 3);
  const isPoison = (tag: number) => tag % 97 === 13;
  inner.answer = async (run) => {
    const data = (run.feeds[0] as NumericTensor).data as Int32Array;
    if (data.some((value) => isPoison(Math.floor(value / 100)))) throw invalidArgument('poison');
    for (let turns = whole(3); turns > 0; turns--) await new Promise(setImmediate);
    return copies(run);
  };
  const seen = { answered: 0, poisoned: 0, cancelled: 0, refused: 0 };
  const request = async (tag: number): Promise<void> => {
    const rows = whole(20) === 0 ? whole(41) : whole(5);
    const given = new AbortController();
    if (whole(10) === 0) {
      const turns = whole(6);
      void (async () => {
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        given.abort();
      })();
    }
    const scope = model.openScope();
    try {
      const feeds = feedsOf(tag, rows, 1 + (tag % 3));
      const options = { ...unlimited, signal: given.signal };
      const outputs = await model.run(scope, signature, feeds, null, options);
      assert.deepEqual(contentOf(outputs), contentOf(feeds));
      seen.answered++;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.code === Code.CANCELLED && given.signal.aborted) seen.cancelled++;
      else if (error.code === Code.UNAVAILABLE) {
        seen.refused++;
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      } else {
        assert.equal(error.message, 'poison');
        assert.ok(isPoison(tag), `${tag} is not to blame`);
        seen.poisoned++;
      }
    } finally {
      scope.close();
    }
  };
  let next = 0;
  const clientLoop = async () => {
    while (next < total) {
      await request(next++);
      if (next % 1000 > 0) continue;
      model.retune({ ...tunedTo, maxEnqueuedBatches: 14 + ((next / 1000) % 2) });
      // What is over is kept no longer.
      inner.runs.length = 0;
      assert.ok(inner.scopes.every(({ closes }) => closes <= 1));
      const open = inner.scopes.filter(({ closes }) => closes === 0);
      inner.scopes.splice(0, inner.scopes.length, ...open);
    }
  };
  await Promise.all(Array.from({ length: 100 }, clientLoop));
  assert.ok(seen.answered > total * 0.7, JSON.stringify(seen));
  assert.ok(
    seen.cancelled > 0 && seen.refused > 0 && seen.poisoned >= total / 200,
    JSON.stringify(seen),
  );
  assert.equal(counts.full, seen.refused);
  assert.ok(
    inner.scopes.every(({ closes }) => closes === 1),
    'no memory is left',
  );
}
