import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type {
  Engine,
  LoadedModel,
  ModelSource,
  SharedEngine,
  SharedModel,
  TensorParcel,
} from '../engines/index.ts';
import { Code, StatusError } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import type { Tensor } from '../tensor/index.ts';
import { loadOn, type SavedModelSource } from './load-saved-model.ts';
import { SavedModelLoader } from './saved-model-loader.ts';

const zoo = fileURLToPath(new URL('../../test/zoo/', import.meta.url));

/** Takes what it is given and runs nothing. */
class RecordingEngine implements Engine {
  readonly name = 'recording';
  readonly sources: ModelSource[] = [];
  readonly adopted: SharedModel[] = [];
  closed = 0;

  async load(source: ModelSource): Promise<LoadedModel> {
    this.sources.push(source);
    const { signatures } = source;
    const shared: SharedModel = { engine: this.name, signatures, native: {} };
    return { handOver: () => shared } as unknown as LoadedModel;
  }

  adopt(shared: SharedModel): LoadedModel {
    this.adopted.push(shared);
    return { close: async () => void this.closed++ } as unknown as LoadedModel;
  }

  async releaseFreeMemory(): Promise<void> {}

  borrow(): LoadedModel {
    assert.fail('no thread borrows');
  }

  exportTensor(): TensorParcel {
    assert.fail('no tensor leaves');
  }

  adoptTensor(): Tensor {
    assert.fail('no tensor comes');
  }

  freeTensor(): void {}

  threadEnded(): void {}

  readonly runsOffThread = { running: 0, waiting: 0 };

  countRuns(): void {}

  startsThreads(): boolean {
    return false;
  }

  share(): SharedEngine {
    return { engine: this.name, modelsOwnThreads: false, native: null };
  }

  async close(): Promise<void> {}
}

const loaderOf = (model: string, engine = new RecordingEngine(), tags = ['serve']) => {
  const source = { path: path.join(zoo, model), tags };
  return {
    engine,
    source,
    loader: new SavedModelLoader({
      source,
      engine,
      loadModel: loadOn(engine),
      logger: new MemoryLogger(),
    }),
  };
};

/** What a load that must fail fails with, and whether the loader would try again. */
async function failure(model: string, tags?: string[]) {
  const { loader } = loaderOf(model, undefined, tags);
  const [result] = await Promise.allSettled([loader.load()]);
  assert.equal(result.status, 'rejected');
  const error = (result as PromiseRejectedResult).reason as StatusError;
  return { code: error.code, isTransient: loader.isTransient(error) };
}

describe('SavedModelLoader', () => {
  test('gives the engine the path, the tags and the signatures of the model', async () => {
    const { engine, source, loader } = loaderOf('models/several_tags/1', undefined, [
      'gpu',
      'serve',
    ]);
    const servable = await loader.load();
    assert.equal(engine.sources[0]?.path, source.path);
    assert.deepEqual(engine.sources[0]?.tags, ['gpu', 'serve']);
    assert.deepEqual(
      engine.sources[0]?.signatures.map(({ key, outputs }) => [key, outputs[0]?.name]),
      [['serving_default', 'mul_3:0']],
    );
    assert.ok(servable.signatureDefMap.length > 0);
  });

  test('has the engine adopt what was loaded elsewhere, and that alone', async () => {
    const engine = new RecordingEngine();
    const shared: SharedModel = { engine: 'recording', signatures: [], native: { session: 1 } };
    const signatureDefMap = Uint8Array.of(1);
    const asked: unknown[] = [];
    const source = { path: '/m/1', tags: ['serve'] };
    const loadModel = async (given: SavedModelSource) => {
      asked.push(given);
      return { shared, signatureDefMap };
    };
    const loader = new SavedModelLoader({ source, engine, loadModel, logger: new MemoryLogger() });
    const servable = await loader.load();
    assert.deepEqual(asked, [source]);
    assert.equal(engine.adopted[0], shared);
    assert.equal(engine.sources.length, 0);
    assert.equal(servable.signatureDefMap, signatureDefMap);
    await loader.unload();
    assert.equal(engine.closed, 1);
  });

  test('takes more while it is loaded, where it is told so', async () => {
    const { engine, source } = loaderOf('models/nan_inf/1');
    const loader = new SavedModelLoader({
      ...{ source, engine, loadModel: loadOn(engine), logger: new MemoryLogger() },
      transientLoadBytes: 1000,
    });
    const quantity = async () => (await loader.estimateResources())[0]!.quantity;
    const before = await quantity();
    await loader.load();
    assert.equal(await quantity(), before - 1000);
    assert.ok(before > 1000);
    await loader.unload();
  });

  test('is loaded once, and unloaded once', async () => {
    const { engine, loader } = loaderOf('models/nan_inf/1');
    await loader.load();
    await assert.rejects(loader.load(), /already loaded/);
    assert.equal(engine.sources.length, 1);
    await loader.unload();
    await loader.unload();
    assert.equal(engine.closed, 1);
  });

  test('files that a copy may still bring are worth another try, wrong ones are not', async () => {
    assert.deepEqual(await failure('broken/no_graph/1'), {
      code: Code.NOT_FOUND,
      isTransient: true,
    });
    assert.deepEqual(await failure('broken/truncated_graph/1'), {
      code: Code.OUT_OF_RANGE,
      isTransient: true,
    });
    assert.deepEqual(await failure('broken/wrong_tags/1'), {
      code: Code.NOT_FOUND,
      isTransient: false,
    });
    assert.deepEqual(await failure('models/nan_inf/1', ['serve', 'gpu']), {
      code: Code.NOT_FOUND,
      isTransient: false,
    });
  });

  test('errors of the engine are worth another try unless they can only be lasting', () => {
    const { loader } = loaderOf('models/nan_inf/1');
    const cases: readonly [Code, string, boolean][] = [
      [Code.NOT_FOUND, '/m/1/variables/variables.data-00000-of-00001; No such file', true],
      [Code.DATA_LOSS, 'Checksum does not match', true],
      [Code.UNAVAILABLE, 'busy', true],
      [Code.INTERNAL, 'The thread that loaded /m/1 ended before it had', true],
      [Code.NOT_FOUND, "Op type not registered 'X' in binary running on host", false],
      [Code.INVALID_ARGUMENT, "NodeDef mentions attr 'x' not in Op", false],
      [Code.UNIMPLEMENTED, 'no kernel', false],
    ];
    for (const [code, message, expected] of cases) {
      assert.equal(loader.isTransient(new StatusError(code, message)), expected, message);
    }
  });
});
