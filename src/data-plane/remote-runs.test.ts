import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { MessageChannel, Worker } from 'node:worker_threads';
import koffi from 'koffi';
import type { Engine, LoadedModel, TensorScope } from '../engines/index.ts';
import {
  floats,
  loadZooModel,
  openTestEngine,
  signatureOf,
  unlimited,
} from '../engines/testing/tensorflow.ts';
import { Code, StatusError } from '../status/index.ts';
import { DType, type NumericTensor, type Tensor } from '../tensor/index.ts';
import { ParcelPort, RemoteRuns, type RunReply, type RunRequest } from './index.ts';
import type { RunThreadData } from './testing/run-thread.ts';

const exhaustive = process.env.SERVAL_EXHAUSTIVE !== undefined;
const count = 2 ** 18;
const tensorBytes = 4 * count;

/**
 * Bytes of the C heap that are in use, or kept by TensorFlow for the next tensors: lost tensors of a
 * megabyte make it grow.
 */
const bytesInUse = (() => {
  const size = 'size_t';
  const fields = ['arena', 'ordblks', 'smblks', 'hblks', 'hblkhd', 'usmblks', 'fsmblks'] as const;
  const rest = ['uordblks', 'fordblks', 'keepcost'] as const;
  const info = koffi.struct(
    'mallinfo2',
    Object.fromEntries([...fields, ...rest].map((f) => [f, size])),
  );
  const mallinfo2 = koffi.load('libc.so.6').func('mallinfo2', info, []);
  return () => {
    const { hblkhd, uordblks } = mallinfo2() as { hblkhd: number; uordblks: number };
    return Number(hblkhd) + Number(uordblks);
  };
})();

/** Ended at the latest when the tests have. */
const started: Worker[] = [];

/** A thread that runs, and this one's way to ask it. */
class RunThread {
  readonly worker: Worker;
  readonly runs: RemoteRuns;

  private constructor(worker: Worker, runs: RemoteRuns) {
    this.worker = worker;
    this.runs = runs;
  }

  static async start(engine: Engine, model: LoadedModel): Promise<RunThread> {
    const { port1, port2 } = new MessageChannel();
    const taken = ParcelPort.share();
    const workerData: RunThreadData = {
      ...{ port: port2, taken, engine: engine.share() },
      model: model.lend(),
    };
    const file = new URL('./testing/run-thread.ts', import.meta.url);
    const worker = new Worker(file, { workerData, transferList: [port2] });
    started.push(worker);
    await once(worker, 'message');
    const port = new ParcelPort<RunRequest, RunReply>(port1, engine, taken, 0);
    return new RunThread(worker, new RemoteRuns(port, engine));
  }

  async end(how: 'end' | 'die'): Promise<void> {
    const exited = once(this.worker, 'exit');
    this.worker.postMessage(how);
    await exited;
    this.runs.peerEnded();
  }
}

describe('runs on another thread', () => {
  let engine: Engine;
  let model: LoadedModel;
  before(async () => {
    engine = await openTestEngine({ maxThreads: 2, maxQueuedRuns: 100 });
    model = await loadZooModel(engine, 'tfserving/saved_model_half_plus_two_cpu/00000123');
    // TensorFlow keeps what it had at most: from here on it has enough for all that is alive at once.
    const scope = model.openScope();
    for (let i = 0; i < 100; i++) feed(scope, i);
    scope.close();
  });
  after(async () => {
    await Promise.all(started.map((worker) => worker.terminate()));
    await model.close();
    await engine.close();
  });

  const named = { model: 1, signatures: ['serving_default'], fetches: null };

  /** A megabyte of input, written in place into the engine's memory. */
  function feed(scope: TensorScope, first: number): NumericTensor {
    const tensor = scope.allocate(DType.FLOAT, [count]);
    for (let i = 0; i < count; i++) (tensor.data as Float32Array)[i] = (first + i) % 1000;
    return tensor;
  }

  async function runOnce(thread: RunThread, first: number): Promise<void> {
    const scope = model.openScope();
    try {
      const input = feed(scope, first);
      const running = thread.runs.run(scope, named, [input], unlimited);
      assert.equal(input.data.length, 0, 'the view is empty once the tensor has left');
      const [output] = (await running) as readonly [NumericTensor];
      assert.deepEqual(output.shape, [count]);
      for (const i of [0, 1, 1000, count - 1]) {
        assert.equal(output.data[i], ((first + i) % 1000) / 2 + 2);
      }
    } finally {
      scope.close();
    }
  }

  test('tensors go and come back as addresses, and all of them are freed', async () => {
    const thread = await RunThread.start(engine, model);
    for (let i = 0; i < 10; i++) await runOnce(thread, i);
    const inUse = bytesInUse();
    const rounds = exhaustive ? 1000 : 60;
    for (let i = 0; i < rounds; i++) await runOnce(thread, i);
    const lost = (bytesInUse() - inUse) / tensorBytes;
    assert.ok(lost < 6, `${lost.toFixed(1)} tensors of ${2 * rounds} were not freed`);
    await thread.end('end');
  });

  test('many at once: each answer belongs to its request', async () => {
    const thread = await RunThread.start(engine, model);
    await Promise.all(Array.from({ length: 20 }, (_, i) => runOnce(thread, 7 * i)));
    await thread.end('end');
  });

  test('errors of the other thread come back, and free what was sent', async () => {
    const thread = await RunThread.start(engine, model);
    const inUse = bytesInUse();
    for (let i = 0; i < 40; i++) {
      const scope = model.openScope();
      const wrong = { ...named, signatures: ['nope'] };
      await assert.rejects(
        thread.runs.run(scope, wrong, [feed(scope, i)], unlimited),
        (error) => error instanceof StatusError && error.code === Code.INTERNAL,
      );
      scope.close();
    }
    const lost = (bytesInUse() - inUse) / tensorBytes;
    assert.ok(lost < 6, `${lost.toFixed(1)} tensors of 40 were not freed`);
    await thread.end('end');
  });

  test('a run that is cancelled is over at once, and its memory is freed when it ends', async () => {
    const thread = await RunThread.start(engine, model);
    await runOnce(thread, 1);
    const inUse = bytesInUse();
    for (let i = 0; i < 40; i++) {
      const scope = model.openScope();
      const given = new AbortController();
      const running = thread.runs.run(scope, named, [feed(scope, i)], {
        ...unlimited,
        signal: given.signal,
      });
      // Before it has left, on its way, or while it runs.
      for (let turns = i % 4; turns > 0; turns--) await new Promise(setImmediate);
      given.abort();
      await running.then(
        () => {},
        (error) => assert.equal((error as StatusError).code, Code.CANCELLED),
      );
      scope.close();
    }
    await runOnce(thread, 2);
    const lost = (bytesInUse() - inUse) / tensorBytes;
    assert.ok(lost < 6, `${lost.toFixed(1)} tensors of 40 were not freed`);
    await thread.end('end');
  });

  test('what is on its way to a thread that has died is freed, and who waits is told', async () => {
    const thread = await RunThread.start(engine, model);
    await runOnce(thread, 1);
    const stalled = once(thread.worker, 'message');
    thread.worker.postMessage('stall');
    await stalled;
    const inUse = bytesInUse();
    const scope = model.openScope();
    const runs = Array.from({ length: 40 }, (_, i) =>
      thread.runs.run(scope, named, [feed(scope, i)], unlimited),
    );
    await new Promise(setImmediate);
    await thread.worker.terminate();
    thread.runs.peerEnded();
    for (const run of runs) await assert.rejects(run, { code: Code.UNAVAILABLE });
    scope.close();
    const lost = (bytesInUse() - inUse) / tensorBytes;
    assert.ok(lost < 6, `${lost.toFixed(1)} tensors of 40 were not freed`);
    const late = model.openScope();
    const never = thread.runs.run(late, named, [feed(late, 1)], unlimited);
    thread.runs.peerEnded();
    await assert.rejects(never, { code: Code.UNAVAILABLE });
    late.close();
  });
});

describe('tensors that leave their scope', () => {
  let engine: Engine;
  let model: LoadedModel;
  before(async () => {
    engine = await openTestEngine();
    model = await loadZooModel(engine, 'tfserving/saved_model_half_plus_two_cpu/00000123');
  });
  after(async () => {
    await model.close();
    await engine.close();
  });

  test('leave it once, and are copied where they are not of the engine', () => {
    const [scope, other] = [model.openScope(), model.openScope()];
    const own = scope.allocate(DType.FLOAT, [count]);
    assert.throws(() => engine.exportTensor(other, own), { code: Code.FAILED_PRECONDITION });
    own.data.set([1, 5] as never);
    const small = scope.allocate(DType.FLOAT, [2]);
    small.data.set([8, 9] as never);
    const copied = engine.adoptTensor(other, engine.exportTensor(scope, small)) as NumericTensor;
    assert.deepEqual(
      [[...copied.data], [...small.data]],
      [
        [8, 9],
        [8, 9],
      ],
    );
    const arrived = engine.adoptTensor(other, structuredClone(engine.exportTensor(scope, own)));
    assert.deepEqual([...(arrived as NumericTensor).data.subarray(0, 2)], [1, 5]);
    assert.throws(() => engine.exportTensor(scope, own), { code: Code.FAILED_PRECONDITION });
    const heap = floats([1, 2], [3, 4]);
    const copy = engine.adoptTensor(other, engine.exportTensor(scope, heap)) as NumericTensor;
    assert.deepEqual(
      [copy.shape, [...copy.data], [...heap.data]],
      [
        [1, 2],
        [3, 4],
        [3, 4],
      ],
    );
    scope.close();
    assert.equal((arrived as NumericTensor).data[1], 5, 'it belongs to the other scope');
    other.close();
    assert.equal((arrived as NumericTensor).data.length, 0);
    const closed = model.openScope();
    const parcel = engine.exportTensor(closed, heap);
    closed.close();
    assert.throws(() => engine.adoptTensor(closed, parcel), { code: Code.FAILED_PRECONDITION });
  });

  test('strings arrive as they were, few of them and many', () => {
    for (const size of [0, 900, 100_000]) {
      const [scope, other] = [model.openScope(), model.openScope()];
      const bytes = Buffer.concat([Buffer.from('not its own: short'), Buffer.alloc(size, 'x')]);
      const offsets = Float64Array.of(13, 18, 18, 18 + size);
      const sent: Tensor = { dtype: DType.STRING, shape: [3], bytes, offsets };
      const arrived = engine.adoptTensor(other, structuredClone(engine.exportTensor(scope, sent)));
      scope.close();
      assert.ok(arrived.dtype === DType.STRING);
      assert.deepEqual([...arrived.offsets], [0, 5, 5, 5 + size]);
      assert.ok(Buffer.from(arrived.bytes).equals(bytes.subarray(13)));
      engine.freeTensor(engine.exportTensor(other, arrived));
      other.close();
      if (size > 1024) assert.equal(arrived.bytes.length, 0, 'its memory is free');
    }
  });

  test('stay while a run uses them', async () => {
    const scope = model.openScope();
    const input = scope.allocate(DType.FLOAT, [count]);
    (input.data as Float32Array).fill(3);
    const running = model.run(scope, signatureOf(model), [input], null, unlimited);
    assert.ok(running instanceof Promise);
    assert.throws(() => engine.exportTensor(scope, input), {
      message: 'A tensor is given away while a run uses it',
    });
    await running;
    engine.freeTensor(engine.exportTensor(scope, input));
    scope.close();
  });
});
