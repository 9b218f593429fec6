import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { UserServerOptions } from '../config/index.ts';
import { compileServerOptions } from '../config/index.ts';
import type {
  Engine,
  LoadedModel,
  ModelSource,
  SharedEngine,
  SharedModel,
} from '../engines/index.ts';
import { loadOn } from '../servables/index.ts';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
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
      options: compileServerOptions(user),
      clock,
      logger,
      maxConcurrentLoads: 4,
      signal: stopping.signal,
    });

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
    await single.load(await single.configure(), engine, loadOn(engine));
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
    await many.load(await many.configure(), engine, loadOn(engine));
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
    await assert.rejects(both.load(await both.configure(), engine, loadOn(engine)), (error) => {
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
    const loading = single
      .configure()
      .then((configs) => single.load(configs, engine, loadOn(engine)));
    while (clock.sleeping === 0) await clock.advance(0);
    await clock.advance(60_000);
    while (engine.loaded.size === 0) await clock.advance(0);
    await loading;
    assert.match(logger.messages('error')[0] ?? '', /UNAVAILABLE: busy; trying again in 60 s/);
  });

  test('an op that TensorFlow does not have is not tried again', async () => {
    await add('m', '1');
    engine.failures.push(new StatusError(Code.NOT_FOUND, "Op type not registered 'X' in binary"));
    const single = models({ modelName: 'm', modelBasePath: path.join(base, 'm') });
    await assert.rejects(
      single.load(await single.configure(), engine, loadOn(engine)),
      /Op type not registered/,
    );
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
    await any.load(await any.configure(), engine, loadOn(engine));
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

  test('the wait for a missing base path ends when the server is stopped', async () => {
    const single = models({ modelName: 'm', modelBasePath: path.join(base, 'gone') });
    const loading = single
      .configure()
      .then((configs) => single.load(configs, engine, loadOn(engine)));
    while (clock.sleeping === 0) await clock.advance(0);
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
    await lenient.load(await lenient.configure(), engine, loadOn(engine));
    const handle = lenient.lookup.acquire({ name: 'm', version: null, label: 'stable' });
    assert.equal(handle.id.version, 1n);
  });

  test('a config that lists nothing is served as it is, with a warning', async () => {
    const none = models(await config(''));
    await none.load(await none.configure(), engine, loadOn(engine));
    assert.deepEqual(none.lookup.names(), []);
    assert.match(logger.messages('warn')[0] ?? '', /nothing to serve/);
  });
});
