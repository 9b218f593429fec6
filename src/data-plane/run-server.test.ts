import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { type BatchObserver, Bypass, PlacePool } from '../batching/index.ts';
import { defaultBatching } from '../config/index.ts';
import type { Engine, TensorParcel, TensorScope } from '../engines/index.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../inference/testing/fake-model.ts';
import type { BypassOffer } from '../servables/index.ts';
import { Code } from '../status/index.ts';
import { DType, heapAllocator, type NumericTensor, type Tensor } from '../tensor/index.ts';
import {
  ParcelPort,
  RemoteModel,
  RemoteRuns,
  type RunModel,
  type RunReply,
  type RunRequest,
  RunServer,
} from './index.ts';

const unlimited = { deadline: Number.POSITIVE_INFINITY, signal: null };
const [one, two] = ['one', 'two'].map((key) =>
  signatureSpec({
    key,
    inputs: [tensorSpec('x', DType.FLOAT, [-1])],
    outputs: [tensorSpec(key, DType.FLOAT, [-1])],
  }),
) as [ReturnType<typeof signatureSpec>, ReturnType<typeof signatureSpec>];

/** Tensors on their way, by their addresses. */
class FakeEngine {
  readonly parcels = new Map<number, Tensor>();
  #last = 0;

  exportTensor(_: TensorScope, tensor: Tensor): TensorParcel {
    this.parcels.set(++this.#last, tensor);
    return { engine: 'fake', address: this.#last };
  }

  adoptTensor(_: TensorScope, { address }: TensorParcel): Tensor {
    const tensor = this.parcels.get(address)!;
    this.parcels.delete(address);
    return tensor;
  }

  freeTensor({ address }: TensorParcel): void {
    this.parcels.delete(address);
  }
}

/** Both sides of a connection, in one thread. */
function setUp() {
  const engine = new FakeEngine();
  const inner = new FakeModel(one, two);
  const { port1, port2 } = new MessageChannel();
  const taken = ParcelPort.share();
  const port = <Out, In>(end: typeof port1, side: 0 | 1) =>
    new ParcelPort<Out, In>(end, engine as unknown as Engine, taken, side);
  const runs = new RemoteRuns(port<RunRequest, RunReply>(port1, 0), engine as unknown as Engine);
  const server = new RunServer(
    port<RunReply, RunRequest>(port2, 1),
    engine as unknown as Engine,
    (number) => (number === 7 ? inner : undefined),
  );
  const borrowed = new FakeModel(one, two);
  const isOn = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const batches = { number: 7, isOn: isOn.buffer as SharedArrayBuffer };
  return {
    engine,
    inner,
    runs,
    server,
    borrowed,
    isOn,
    model: new RemoteModel({ borrowed, runs, batches, row: 1, observer }),
  };
}

const observer: BatchObserver = {
  dequeued() {},
  inputTaken() {},
  batchRun() {},
  adapted() {},
  queueFull() {},
};

const floats = (count: number, value: number): NumericTensor => {
  const tensor = heapAllocator.allocate(DType.FLOAT, [count]);
  (tensor.data as Float32Array).fill(value);
  return tensor;
};

const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
};

test('large outputs stay where they are until the scope of their reader closes', async () => {
  const { engine, inner, model, runs } = setUp();
  const scope = model.openScope();
  const [output] = await model.run(scope, one, [floats(1000, 5)], null, unlimited);
  assert.equal((output as NumericTensor).data[999], 5);
  await turns();
  assert.equal(inner.scopes[0]!.closes, 0);
  scope.close();
  assert.equal((output as NumericTensor).data.length, 0);
  await turns();
  assert.equal(inner.scopes[0]!.closes, 1);
  assert.equal(engine.parcels.size, 0);
  runs.close();
});

test('runs that are not batched are made by the thread that has them, from one run to the next', async () => {
  const { inner, borrowed, model, runs, isOn } = setUp();
  const scope = model.openScope();
  const ask = () => model.run(scope, one, [floats(3, 5)], null, unlimited);
  Atomics.store(isOn, 0, 0);
  assert.ok(!(ask() instanceof Promise), 'it is the engine that answers');
  Atomics.store(isOn, 0, 1);
  await ask();
  assert.deepEqual([borrowed.runs.length, inner.runs.length], [1, 1]);
  Atomics.store(isOn, 0, 0);
  await ask();
  assert.deepEqual([borrowed.runs.length, inner.runs.length], [2, 1]);
  scope.close();
  runs.close();
});

test('small outputs are copies, and nothing is kept for them', async () => {
  const { inner, model, runs } = setUp();
  const scope = model.openScope();
  const [output] = await model.run(scope, one, [floats(3, 5)], null, unlimited);
  assert.equal(inner.scopes[0]!.closes, 1);
  assert.deepEqual([...(output as NumericTensor).data], [5, 5, 5]);
  scope.close();
  runs.close();
});

test('outputs that come too late are released', async () => {
  const { inner, model, runs } = setUp();
  const { promise, resolve } = Promise.withResolvers<void>();
  inner.answer = async ({ feeds }) => {
    await promise;
    return feeds;
  };
  const given = new AbortController();
  const scope = model.openScope();
  const running = Promise.resolve(
    model.run(scope, one, [floats(1000, 1)], null, { ...unlimited, signal: given.signal }),
  );
  await turns();
  given.abort();
  await assert.rejects(running, { code: Code.CANCELLED });
  scope.close();
  await turns();
  assert.equal(inner.runs[0]!.options.signal?.aborted, true, 'the run was told');
  resolve();
  await turns();
  assert.equal(inner.scopes[0]!.closes, 1);
  runs.close();
});

test('a reader that has ended gives up what it read, and what it waited for', async () => {
  const { inner, model, server, runs } = setUp();
  const read = model.openScope();
  await model.run(read, one, [floats(1000, 1)], null, unlimited);
  const { promise, resolve } = Promise.withResolvers<void>();
  inner.answer = async ({ feeds }) => {
    await promise;
    return feeds;
  };
  const waits = model.run(model.openScope(), one, [floats(1000, 1)], null, unlimited);
  Promise.resolve(waits).catch(() => {});
  await turns();
  server.peerEnded();
  assert.deepEqual(
    inner.scopes.map(({ closes }) => closes),
    [1, 0],
  );
  assert.equal(inner.runs[1]!.options.signal?.aborted, true);
  resolve();
  await turns();
  assert.deepEqual(
    inner.scopes.map(({ closes }) => closes),
    [1, 1],
  );
  runs.peerEnded();
});

test('signatures that a thread combines are combined where they are run', async () => {
  const { inner, model, borrowed, runs } = setUp();
  const combined = model.combine([...borrowed.signatures.values()]);
  const scope = model.openScope();
  inner.answer = ({ feeds }) => [feeds[0]!, feeds[0]!];
  await model.run(scope, combined, [floats(2, 1)], [0, 1], unlimited);
  assert.deepEqual(
    inner.runs[0]!.signature.outputs.map(({ alias }) => alias),
    ['one:0', 'two:0'],
  );
  assert.deepEqual(inner.runs[0]!.fetches, [0, 1]);
  scope.close();
  runs.close();
});

test('the first reply tells a thread how it may make runs itself, which it does from then on', async () => {
  const { inner, model, borrowed, runs } = setUp();
  const bypass = Bypass.create(2);
  bypass.open({
    ...{ runs: 1, leastRows: 1, togetherRows: 4, togetherMs: 0, aloneRows: 4, aloneMs: 0 },
    ...{ bestRows: 4, bestRuns: 1, surplusRuns: 0 },
  });
  const places = PlacePool.create(1, 2);
  const told: unknown[] = [];
  Object.assign(inner, {
    offer: (): BypassOffer => ({
      ...{ number: 3, places: places.buffer, bypass: bypass.buffer },
      options: { ...defaultBatching(), adaptive: { targetMs: Number.POSITIVE_INFINITY } },
    }),
    ran: (...what: unknown[]) => void told.push(what),
  } satisfies Partial<RunModel>);
  const { promise, resolve } = Promise.withResolvers<void>();
  borrowed.answer = async ({ feeds }) => {
    await promise;
    return feeds;
  };
  const scope = model.openScope();
  const ask = (fetches: readonly number[] | null = null, signal: AbortSignal | null = null) =>
    Promise.resolve(model.run(scope, one, [floats(2, 5)], fetches, { ...unlimited, signal }));
  await ask();
  assert.deepEqual([inner.runs.length, borrowed.runs.length], [1, 0]);
  const given = new AbortController();
  const here = ask(null, given.signal);
  await turns();
  assert.deepEqual([inner.runs.length, borrowed.runs.length], [1, 1]);
  assert.equal(places.taken, 1);
  await ask();
  assert.equal(inner.runs.length, 2, 'there was no place');
  await ask([0]);
  assert.equal(inner.runs.length, 3, 'other outputs have another queue');
  given.abort();
  await assert.rejects(here, { code: Code.CANCELLED });
  let isClosed = false;
  const closed = model.close().then(() => {
    isClosed = true;
  });
  await turns();
  assert.equal(isClosed, false, 'the run goes on');
  resolve();
  await closed;
  assert.equal(places.taken, 0);
  await turns();
  assert.equal(told.length, 1);
  scope.close();
  runs.close();
});

test('a run of a model that is closed is an error, and keeps nothing', async () => {
  const { engine, runs } = setUp();
  const scope = new FakeModel().openScope();
  const run = { model: 8, signatures: ['one'], fetches: null };
  await assert.rejects(runs.run(scope, run, [floats(2, 1)], unlimited), {
    code: Code.INTERNAL,
    message: 'A run was asked for of a model that is closed',
  });
  assert.equal(engine.parcels.size, 0);
  runs.close();
});
