import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code } from '../../status/index.ts';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { DType, type NumericTensor, type Tensor } from '../../tensor/index.ts';
import type { Engine, LoadedModel } from '../engine.ts';
import { openLoadEngine } from '../open-load-engine.ts';
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
