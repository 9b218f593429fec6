import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code } from '../../status/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { DType, type NumericTensor, type Tensor } from '../../tensor/index.ts';
import type { Engine, LoadedModel } from '../engine.ts';
import { openDataEngine, openLoadEngine } from '../open-thread-engine.ts';
import {
  floats,
  loadZooModel,
  openTestEngine,
  signatureOf,
  unlimited,
} from '../testing/tensorflow.ts';

const halfPlusTwo = 'tfserving/saved_model_half_plus_two_cpu/00000123';

/** What half_plus_two says of 10, and whether it said it without a promise. */
function run(model: LoadedModel) {
  const scope = model.openScope();
  const outputs = model.run(scope, signatureOf(model), [floats([1], [10])], null, unlimited);
  const read = ([first]: readonly Tensor[]) => {
    const value = Number((first as NumericTensor).data[0]);
    scope.close();
    return value;
  };
  return outputs instanceof Promise ? outputs.then(read) : read(outputs);
}

describe('a model that is handed over', () => {
  let engine: Engine;
  before(async () => {
    engine = await openTestEngine();
  });
  after(() => engine.close());

  it('is closed for the one that gave it, and runs for the one that adopts it', async () => {
    const given = await loadZooModel(engine, halfPlusTwo);
    assert.equal(await run(given), 7);
    const shared = structuredClone(given.handOver());
    assert.throws(() => run(given), { code: Code.FAILED_PRECONDITION });
    assert.throws(() => given.handOver(), { code: Code.FAILED_PRECONDITION });
    await given.close();
    const other = await openTestEngine();
    const model = other.adopt(shared);
    assert.deepEqual([...model.signatures.keys()].sort(), [...given.signatures.keys()].sort());
    assert.equal(await run(model), 7);
    await Promise.all([model.close(), model.close()]);
    await other.close();
  });

  it('is adopted once', async () => {
    const shared = (await loadZooModel(engine, halfPlusTwo)).handOver();
    const model = engine.adopt(shared);
    assert.throws(() => engine.adopt(shared), { message: 'The model was adopted before' });
    await model.close();
    assert.throws(() => engine.adopt(shared), { code: Code.FAILED_PRECONDITION });
  });

  it('stays with the one whose engine cannot adopt it', async () => {
    const shared = (await loadZooModel(engine, halfPlusTwo)).handOver();
    const closed = await openTestEngine();
    await closed.close();
    assert.throws(() => closed.adopt(shared), { code: Code.FAILED_PRECONDITION });
    assert.throws(() => engine.adopt({ ...shared, engine: 'onnx' }), /engine onnx/);
    const model = engine.adopt(shared);
    assert.equal(await run(model), 7);
    await model.close();
  });

  it('is not given away while a run is under way', async () => {
    const loops = await loadZooModel(engine, 'models/control_flow/1');
    const scope = loops.openScope();
    const feeds: NumericTensor[] = [{ dtype: DType.INT32, shape: [], data: Int32Array.of(6) }];
    const outputs = loops.run(scope, signatureOf(loops, 'collatz'), feeds, null, unlimited);
    assert.throws(() => loops.handOver(), { message: 'A run of the model is under way' });
    await outputs;
    scope.close();
    await engine.adopt(loops.handOver()).close();
  });
});

describe('the engine of a load thread', () => {
  let engine: Engine;
  let loading: Engine;
  const logger = new MemoryLogger();
  before(async () => {
    engine = await openTestEngine();
    loading = await openLoadEngine(structuredClone(engine.share()), logger);
  });
  after(async () => {
    await loading.close();
    await engine.close();
  });

  it('loads and runs on the calling thread, also what never may while serving', async () => {
    const model = await loadZooModel(loading, halfPlusTwo);
    for (let i = 0; i < 3; i++) assert.equal(run(model), 7, 'without a promise');
    const loops = await loadZooModel(loading, 'models/control_flow/1');
    const scope = loops.openScope();
    const feeds: NumericTensor[] = [{ dtype: DType.INT32, shape: [], data: Int32Array.of(6) }];
    const outputs = loops.run(scope, signatureOf(loops, 'collatz'), feeds, null, unlimited);
    assert.ok(!(outputs instanceof Promise));
    scope.close();
    await loops.close();
    const adopted = engine.adopt(model.handOver());
    assert.equal(await run(adopted), 7);
    await adopted.close();
    assert.deepEqual(logger.messages('warn'), []);
  });

  it('knows of ops what the registry of the serving engine says', async () => {
    const counter = 'models/stateful_counter/1';
    const [byLoading, byServing] = [
      await loadZooModel(loading, counter),
      await loadZooModel(engine, counter),
    ];
    for (const [key, signature] of byLoading.signatures) {
      assert.equal(
        byLoading.isRowwiseStateless(signature),
        byServing.isRowwiseStateless(signatureOf(byServing, key)),
        key,
      );
    }
    await byLoading.close();
    await byServing.close();
  });

  it('is refused for a kind of engine that has none', async () => {
    const shared = { engine: 'onnx', modelsOwnThreads: false, native: null };
    await assert.rejects(openLoadEngine(shared, logger), { code: Code.INTERNAL });
  });
});

describe('a model that is lent', () => {
  let engine: Engine;
  let borrowing: Engine;
  before(async () => {
    engine = await openTestEngine({ runThreads: 1, maxThreads: 2 });
    borrowing = await openDataEngine(structuredClone(engine.share()), 1, new MemoryLogger());
  });
  after(async () => {
    await borrowing.close();
    await engine.close();
  });

  it('runs for its owner and for those who borrow it, and outlives their copies', async () => {
    const model = await loadZooModel(engine, halfPlusTwo);
    const lent = structuredClone(model.lend());
    const [first, second] = [borrowing.borrow(lent), borrowing.borrow(lent)];
    assert.deepEqual(await Promise.all([run(model), run(first), run(second)]), [7, 7, 7]);
    await first.close();
    assert.throws(() => run(first), { code: Code.FAILED_PRECONDITION });
    assert.deepEqual(await Promise.all([run(model), run(second)]), [7, 7]);
    await Promise.all([second.close(), second.close()]);
    assert.equal(await run(model), 7);
    await model.close();
    assert.throws(() => model.lend(), { code: Code.FAILED_PRECONDITION });
  });

  it('cannot be given away by one who borrowed it', async () => {
    const model = await loadZooModel(engine, halfPlusTwo);
    const borrowed = borrowing.borrow(model.lend());
    assert.throws(() => borrowed.handOver(), { message: 'The model belongs to another thread' });
    await borrowed.close();
    await model.close();
  });

  it('is closed for one who borrowed it once no run of theirs is under way', async () => {
    const model = await loadZooModel(engine, 'models/control_flow/1');
    const borrowed = borrowing.borrow(model.lend());
    const scope = borrowed.openScope();
    const given = new AbortController();
    const feeds: NumericTensor[] = [{ dtype: DType.INT32, shape: [], data: Int32Array.of(27) }];
    const options = { ...unlimited, signal: given.signal };
    const signature = signatureOf(borrowed, 'collatz');
    const outputs = Promise.resolve(borrowed.run(scope, signature, feeds, null, options));
    // Nobody waits for the run any more, and it goes on.
    given.abort();
    await assert.rejects(outputs, { code: Code.CANCELLED });
    scope.close();
    await borrowed.close();
    await model.close();
  });

  it('shares the places for runs with all threads', async () => {
    const model = await loadZooModel(engine, 'models/control_flow/1');
    const borrowed = borrowing.borrow(model.lend());
    const collatz = (on: LoadedModel) => {
      const scope = on.openScope();
      const feeds: NumericTensor[] = [{ dtype: DType.INT32, shape: [], data: Int32Array.of(27) }];
      return Promise.resolve(
        on.run(scope, signatureOf(on, 'collatz'), feeds, null, unlimited),
      ).finally(() => scope.close());
    };
    const runs = Array.from({ length: 8 }, (_, i) => collatz(i % 2 === 0 ? model : borrowed));
    assert.equal((await Promise.all(runs)).length, 8);
    await borrowed.close();
    await model.close();
  });

  it('is refused by an engine that is closed or of another kind', async () => {
    const model = await loadZooModel(engine, halfPlusTwo);
    assert.throws(() => borrowing.borrow({ ...model.lend(), engine: 'onnx' }), /engine onnx/);
    const closed = await openDataEngine(engine.share(), 1, new MemoryLogger());
    await closed.close();
    assert.throws(() => closed.borrow(model.lend()), { code: Code.FAILED_PRECONDITION });
    await model.close();
  });
});
