import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { create } from '@bufbuild/protobuf';
import type { UserServerOptions } from '../config/index.ts';
import { compileServerOptions } from '../config/index.ts';
import type {
  Engine,
  LoadedModel,
  ModelSource,
  SharedEngine,
  SharedModel,
  TensorParcel,
} from '../engines/index.ts';
import {
  type ModelConfig as ModelConfigMessage,
  ModelServerConfigSchema,
  FileSystemStoragePathSourceConfig_ServableVersionPolicySchema as PolicySchema,
} from '../proto/index.ts';
import { checkComplete } from '../saved-model/index.ts';
import { loadOn, SavedModelLoader } from '../servables/index.ts';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import type { Tensor } from '../tensor/index.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { ConfigPoll } from './config-poll.ts';
import type { ModelPlatform } from './model-pipeline.ts';
import { Models } from './models.ts';

const zoo = fileURLToPath(new URL('../../test/zoo/', import.meta.url));

/** An engine that loads nothing, and counts what it would have in memory. */
class CountingEngine implements Engine {
  readonly name = 'counting';
  readonly loaded = new Set<string>();
  /** Thrown by the next loads. */
  readonly failures: StatusError[] = [];
  readonly #folders = new WeakMap<SharedModel, string>();

  async load({ path: folder, signatures }: ModelSource): Promise<LoadedModel> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.loaded.add(folder);
    const shared: SharedModel = { engine: this.name, signatures, native: {} };
    this.#folders.set(shared, folder);
    return { handOver: () => shared } as unknown as LoadedModel;
  }

  adopt(shared: SharedModel): LoadedModel {
    const model = {
      signatures: new Map(shared.signatures.map((signature) => [signature.key, signature])),
      close: async () => void this.loaded.delete(this.#folders.get(shared)!),
    };
    return model as unknown as LoadedModel;
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

describe('Models', () => {
  let base: string;
  let clock: FakeClock;
  let logger: MemoryLogger;
  let engine: CountingEngine;
  let stopping: AbortController;

  beforeEach(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'serval-models-'));
    clock = new FakeClock();
    logger = new MemoryLogger();
    engine = new CountingEngine();
    stopping = new AbortController();
  });

  afterEach(() => rm(base, { recursive: true }));

  const models = (user: UserServerOptions) =>
    new Models({
      options: compileServerOptions({ settleSeconds: 0, ...user }),
      clock,
      logger,
      maxInitialLoads: 4,
      maxThreads: 1,
      requestLogging: { plan: () => ({ rules: [], loggers: [], warnings: [] }), apply: () => {} },
      signal: stopping.signal,
    });

  /** What makes loaders for SavedModels, on the fake engine. */
  const platform = (): ModelPlatform => ({
    makeLoader: (folder) =>
      new SavedModelLoader({
        source: { path: folder, tags: ['serve'] },
        ...{ engine, logger, loadModel: loadOn(engine) },
      }),
    checkComplete: async (folder) => await checkComplete(folder, ['serve']),
  });

  const configureAndLoad = async (given: Models): Promise<void> => {
    await given.configure();
    await given.load(platform());
  };

  /** Copies a good model as a version of `name`. */
  const add = (name: string, version: string) =>
    cp(
      path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123'),
      path.join(base, name, version),
      { recursive: true },
    );

  const config = async (text: string): Promise<UserServerOptions> => {
    const file = path.join(base, 'models.config');
    await writeFile(file, text);
    return { modelConfigFile: file, modelConfigListRootDir: base };
  };

  const listed = (name: string, more = '') =>
    `config { name: "${name}" base_path: "${name}" model_platform: "tensorflow" ${more} }`;

  test('a single model by its flags, the newest version', async () => {
    await add('m', '2');
    await add('m', '10');
    const single = models({ modelName: 'm', modelBasePath: path.join(base, 'm') });
    await configureAndLoad(single);
    const handle = single.lookup.acquire({ name: 'm', version: null, label: null });
    assert.equal(handle.id.version, 10n);
    assert.ok(handle.servable.signatureDefMap.length > 0);
    assert.ok(handle.servable.model.signatures.has('serving_default'));
    handle.release();
    assert.deepEqual([...engine.loaded], [path.join(base, 'm/10')]);
    assert.deepEqual(logger.messages('info'), [
      `Building single TensorFlow model file config:  model_name: m model_base_path: ${base}/m`,
      'Adding/updating models.',
      ' (Re-)adding model: m',
      'Successfully reserved resources to load servable {name: m version: 10}',
      'Approving load for servable version {name: m version: 10}',
      'Loading servable version {name: m version: 10}',
      'Successfully loaded servable version {name: m version: 10}',
    ]);
    stopping.abort();
    await single.unload();
    assert.equal(engine.loaded.size, 0);
  });

  test('many models by a config file, with their policies', async () => {
    for (const version of ['1', '2', '3']) {
      await add('a', version);
      await add('b', version);
    }
    const many = models(
      await config(`model_config_list {
        ${listed('a', 'model_version_policy { all {} }')}
        ${listed('b', 'model_version_policy { specific { versions: 2 } }')}
      }`),
    );
    await configureAndLoad(many);
    const available = (name: string) =>
      many.lookup
        .statuses(name)
        .filter(({ state }) => state === 'AVAILABLE')
        .map(({ id }) => id.version);
    while (available('a').length < 3) await clock.advance(0);
    assert.deepEqual(available('a'), [3n, 2n, 1n]);
    assert.deepEqual(available('b'), [2n]);
  });

  test('a broken model fails the start, at once and with TFS words', async () => {
    await add('good', '1');
    const broken = path.join(base, 'broken/1');
    await cp(path.join(zoo, 'broken/wrong_tags/1'), broken, { recursive: true });
    const both = models(
      await config(`model_config_list { ${listed('good')} ${listed('broken')} }`),
    );
    await assert.rejects(configureAndLoad(both), (error) => {
      assert.ok(error instanceof StatusError);
      assert.equal(error.code, Code.UNKNOWN);
      assert.equal(
        error.message,
        '1 servable(s) did not become available: {{{name: broken version: 1} due to error: ' +
          'NOT_FOUND: Could not find meta graph def matching supplied tags: { serve }. To inspect ' +
          'available tag-sets in the SavedModel, please use the SavedModel CLI: `saved_model_cli`}, }',
      );
      return true;
    });
    assert.equal(clock.now(), 0, 'nothing was tried again');
  });

  test('a failure of the engine that may pass is tried again', async () => {
    await add('m', '1');
    engine.failures.push(unavailable('busy'));
    const single = models({ modelName: 'm', modelBasePath: path.join(base, 'm') });
    const loading = configureAndLoad(single);
    while (engine.loaded.size === 0) await clock.advance(1000);
    await loading;
    assert.ok(clock.now() >= 60_000);
    assert.match(logger.messages('error')[0] ?? '', /UNAVAILABLE: busy; trying again in 60 s/);
  });

  test('an op that TensorFlow does not have is not tried again', async () => {
    await add('m', '1');
    engine.failures.push(new StatusError(Code.NOT_FOUND, "Op type not registered 'X' in binary"));
    const single = models({ modelName: 'm', modelBasePath: path.join(base, 'm') });
    await assert.rejects(configureAndLoad(single), /Op type not registered/);
  });

  test('start_policy=any serves what loads, reports the rest, and goes on looking for it', async () => {
    await add('good', '1');
    await mkdir(path.join(base, 'broken/1'), { recursive: true });
    const any = models({
      ...(await config(
        `model_config_list { ${listed('good')} ${listed('broken')} ${listed('late')} }`,
      )),
      startPolicy: 'any',
      maxNumLoadRetries: 0,
    });
    await configureAndLoad(any);
    any.lookup.acquire({ name: 'good', version: null, label: null }).release();
    const errors = logger.messages('error').join('\n');
    assert.match(
      errors,
      /Starting without: 1 servable\(s\) did not become available: \{\{\{name: broken/,
    );
    assert.match(logger.messages('warn').join('\n'), /Starting without versions of: late/);
    await add('late', '4');
    while (any.lookup.statuses('late')[0]?.state !== 'AVAILABLE') await clock.advance(1000);
    stopping.abort();
    await any.unload();
    assert.equal(engine.loaded.size, 0);
  });

  test('start_policy=any does not wait for a version that is still being copied', async () => {
    await add('good', '1');
    await add('copied', '1');
    const any = models({
      ...(await config(`model_config_list { ${listed('good')} ${listed('copied')} }`)),
      startPolicy: 'any',
      settleSeconds: 1000,
    });
    await any.configure();
    const checkComplete = async (folder: string) =>
      folder.includes('copied')
        ? ({ complete: false, reason: 'half of it is missing' } as const)
        : ({ complete: true } as const);
    let isLoaded = false;
    // Copied just now: what is whole is let in at the second look.
    const loading = any.load({ ...platform(), checkComplete }).then(() => {
      isLoaded = true;
    });
    // Time stands still while files are read, however long that takes.
    while (!logger.messages().includes('Looked at all base paths')) await clock.advance(0);
    await clock.advance(1000);
    while (!isLoaded) await clock.advance(0);
    await loading;
    assert.match(logger.messages('warn').join('\n'), /Starting without versions of: copied$/m);
    assert.equal(any.lookup.statuses('good')[0]?.state, 'AVAILABLE');
    assert.deepEqual(any.lookup.statuses('copied'), []);
    stopping.abort();
    await any.unload();
  });

  test('the wait for a missing base path ends when the server is stopped', async () => {
    const single = models({ modelName: 'm', modelBasePath: path.join(base, 'gone') });
    const loading = configureAndLoad(single);
    while (logger.messages('warn').length === 0) await clock.advance(0);
    assert.match(logger.messages('warn')[0] ?? '', /^Waiting for model m/);
    stopping.abort(new Error('stopped'));
    await assert.rejects(loading, /stopped/);
    await single.unload();
  });

  test('labels need a version that is available, or leave to wait for one', async () => {
    await add('m', '1');
    const text = `model_config_list {
      ${listed('m', 'version_labels { key: "stable" value: 1 }')}
    }`;
    await assert.rejects(
      models(await config(text)).configure(),
      (error) =>
        error instanceof StatusError &&
        error.code === Code.FAILED_PRECONDITION &&
        error.message.startsWith('Request to assign label to version 1 of model m'),
    );
    const lenient = models({
      ...(await config(text)),
      allowVersionLabelsForUnavailableModels: true,
    });
    await configureAndLoad(lenient);
    const handle = lenient.lookup.acquire({ name: 'm', version: null, label: 'stable' });
    assert.equal(handle.id.version, 1n);
  });

  test('a config that lists nothing is served as it is, with a warning', async () => {
    const none = models(await config(''));
    await configureAndLoad(none);
    assert.deepEqual(none.lookup.names(), []);
    assert.match(logger.messages('warn')[0] ?? '', /nothing to serve/);
  });

  /** A configuration of these models, with nothing but their names, policies and labels. */
  const listOf = (...names: readonly string[]) =>
    create(ModelServerConfigSchema, {
      config: {
        case: 'modelConfigList',
        value: {
          config: names.map((name) => ({
            name,
            basePath: path.join(base, name),
            modelPlatform: 'tensorflow',
          })),
        },
      },
    });
  const available = (given: Models, name: string) =>
    given.lookup
      .statuses(name)
      .flatMap(({ id, state }) => (state === 'AVAILABLE' ? id.version : []));

  describe('reload', () => {
    let server: Models;
    const never = new AbortController().signal;

    beforeEach(async () => {
      await add('a', '1');
      await add('b', '1');
      server = models(await config(`model_config_list { ${listed('a')} }`));
      await configureAndLoad(server);
    });

    afterEach(async () => {
      stopping.abort(new Error('stopped'));
      await server.unload();
      assert.equal(engine.loaded.size, 0);
    });

    test('adds models and waits for them, and unloads those that are left out', async () => {
      await server.reload(listOf('a', 'b'), never);
      assert.deepEqual([available(server, 'a'), available(server, 'b')], [[1n], [1n]]);
      await server.reload(listOf('b'), never);
      while (server.lookup.statuses('a')[0]?.state !== 'END') await clock.advance(0);
      assert.deepEqual(server.lookup.statuses('a')[0]?.error, null);
      await server.reload(listOf('a', 'b'), never);
      assert.deepEqual(available(server, 'a'), [1n]);
    });

    test('a config that sets nothing changes nothing, another kind of config is refused', async () => {
      await assert.rejects(
        server.reload(create(ModelServerConfigSchema), never),
        /It is only legal to transition from one ModelConfigList to another/,
      );
      assert.deepEqual(available(server, 'a'), [1n]);
    });

    test('a server that stops takes no other configuration', async () => {
      stopping.abort(unavailable('The server is stopping'));
      await assert.rejects(server.reload(listOf('b'), never), /The server is stopping/);
      assert.deepEqual(server.lookup.names(), ['a']);
    });

    test('who waits for a model that a later config leaves out is told so', async () => {
      const waiting = server.reload(listOf('a', 'late'), never);
      const outcome = waiting.catch((error: unknown) => error);
      await server.reload(listOf('a'), never);
      const error = await outcome;
      assert.ok(error instanceof StatusError);
      assert.deepEqual(
        [error.code, error.message],
        [Code.ABORTED, 'Model late was removed from the configuration before it was available'],
      );
    });

    test('who waits goes on waiting when a later config keeps the model', async () => {
      const waiting = server.reload(listOf('a', 'late'), never);
      await server.reload(listOf('a', 'b', 'late'), never).catch(() => assert.fail());
      await add('late', '3');
      while (available(server, 'late').length === 0) await clock.advance(1000);
      await waiting;
    });

    test('who stops waiting undoes nothing', async () => {
      const client = new AbortController();
      const waiting = server.reload(listOf('a', 'late'), client.signal);
      client.abort(new Error('gone'));
      await assert.rejects(waiting, /gone/);
      await add('late', '3');
      while (available(server, 'late').length === 0) await clock.advance(1000);
    });

    test('a wait ends when the server stops', async () => {
      const waiting = server.reload(listOf('late'), never);
      stopping.abort(new Error('stopped'));
      await assert.rejects(waiting, /stopped/);
    });

    test('a base path of another store is refused before anything changes', async () => {
      const config = listOf('a', 'b');
      const list = config.config.value as { config: { basePath: string }[] };
      list.config[1]!.basePath = 's3://bucket/b';
      await assert.rejects(server.reload(config, never), /reads only local paths/);
      assert.deepEqual(server.lookup.names(), ['a']);
    });

    test('a changed policy applies at once', async () => {
      await add('a', '2');
      await add('a', '3');
      while (available(server, 'a')[0] !== 3n) await clock.advance(1000);
      const config = listOf('a');
      const list = config.config.value as { config: ModelConfigMessage[] };
      list.config[0]!.modelVersionPolicy = create(PolicySchema, {
        policyChoice: { case: 'specific', value: { versions: [2n] } },
      });
      await server.reload(config, never);
      while (available(server, 'a').join() !== '2') await clock.advance(1);
    });
  });

  describe('ConfigPoll', () => {
    test('applies the file again and again, and says what is wrong with it once', async () => {
      await add('a', '1');
      await add('b', '1');
      const options = await config(`model_config_list { ${listed('a')} }`);
      const server = models(options);
      await configureAndLoad(server);
      const poll = new ConfigPoll({
        options: compileServerOptions({ ...options, modelConfigFilePollWaitSeconds: 5 }),
        clock,
        logger,
        models: server,
        readParameters: async () => {},
        signal: stopping.signal,
      });
      poll.start();
      const problems = () =>
        logger.messages('error').filter((line) => /ModelServerConfig/.test(line));
      await config('model_config_list { config { name: ');
      while (problems().length === 0) await clock.advance(1000);
      assert.match(
        problems()[0] ?? '',
        /^Failed to read ModelServerConfig file: Invalid protobuf file/,
      );
      await clock.advance(20_000);
      assert.equal(problems().length, 1);
      while (problems().length === 1) await clock.advance(5000);
      await config(`model_config_list { ${listed('a')} ${listed('b')} }`);
      while (available(server, 'b').length === 0) await clock.advance(1000);
      stopping.abort();
      await poll.ended;
      await server.unload();
    });

    test('does nothing without a file or a pause', async () => {
      for (const user of [{ modelBasePath: '/m' }, { modelConfigFile: '/c' }]) {
        const given = compileServerOptions({
          ...user,
          modelConfigFilePollWaitSeconds: user.modelBasePath ? 1 : 0,
        });
        const reload = () => Promise.reject(new Error('it was read'));
        const poll = new ConfigPoll({
          options: given,
          clock,
          logger,
          models: { reload },
          readParameters: async () => {},
          signal: stopping.signal,
        });
        poll.start();
        await poll.ended;
      }
      assert.equal(clock.sleeping, 0);
    });
  });
});
