import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import type { Engine, LoadedModel } from '../engines/index.ts';
import { floats, openTestEngine, unlimited, zooPath } from '../engines/testing/tensorflow.ts';
import { ConfigProtoSchema } from '../proto/index.ts';
import { MetricRegistry } from '../telemetry/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { LoadThreads } from './load-threads.ts';
import { systemThreads } from './testing/threads.ts';

const models = ['bert_mini', 'resnet_mini', 'lstm_seq', 'text_classifier', 'control_flow'];
const isLoadThread = ({ name }: { readonly name: string }) => name === 'serval-load';

/** Loads models on two threads, and runs what takes floats of a known shape. */
async function loadAndRun(engine: Engine, threads: LoadThreads): Promise<LoadedModel[]> {
  const results = await Promise.all(
    models.map((name) =>
      threads.load({ path: zooPath(`models/${name}/1`), tags: ['serve'], warmup: null }),
    ),
  );
  const loaded = results.map(({ shared }) => engine.adopt(shared));
  let runs = 0;
  for (const model of loaded) {
    for (const signature of model.signatures.values()) {
      const feeds = signature.inputs.map(({ shape }) => {
        const sizes = (shape ?? []).map((size) => Math.max(size, 2));
        return floats(
          sizes,
          sizes.reduce<number[]>((values, size) => new Array(values.length * size).fill(0), [0]),
        );
      });
      const scope = model.openScope();
      try {
        await model.run(scope, signature, feeds, null, unlimited);
        runs++;
      } catch {
        // A signature that takes something else than floats.
      } finally {
        scope.close();
      }
    }
  }
  assert.ok(runs >= 3, `${runs} runs`);
  return loaded;
}

describe('the priority of threads', () => {
  const engines: Engine[] = [];
  after(() => Promise.all(engines.map((engine) => engine.close())));

  async function open(sessionConfig = new Uint8Array()) {
    const logger = new MemoryLogger();
    const engine = await openTestEngine({ sessionConfig, logger });
    engines.push(engine);
    const threads = new LoadThreads({
      maxThreads: 2,
      idleMs: 60_000,
      maxHeapMb: 256,
      logger,
      metrics: new MetricRegistry([]),
    });
    threads.open(engine.share());
    return { engine, threads, logger };
  }

  test('is the lowest for load threads, and normal for all that serve and outlive them', async () => {
    const { engine, threads, logger } = await open();
    const loaded = await loadAndRun(engine, threads);
    const all = systemThreads();
    const loading = all.filter(isLoadThread);
    assert.deepEqual(
      loading.map(({ nice }) => nice),
      [19, 19],
    );
    assert.deepEqual(
      all.filter((thread) => !isLoadThread(thread) && thread.nice !== 0),
      [],
    );
    await threads.close();
    assert.deepEqual(
      systemThreads().filter(({ nice }) => nice !== 0),
      [],
    );
    await Promise.all(loaded.map((model) => model.close()));
    assert.deepEqual(logger.messages('warn'), []);
  });

  test('is normal for load threads where sessions have threads of their own', async () => {
    const config = create(ConfigProtoSchema, { usePerSessionThreads: true });
    const { engine, threads } = await open(toBinary(ConfigProtoSchema, config));
    assert.equal(engine.share().modelsOwnThreads, true);
    const before = systemThreads().length;
    const loaded = await loadAndRun(engine, threads);
    const all = systemThreads();
    assert.equal(all.filter(isLoadThread).length >= 2, true);
    assert.ok(all.length > before + 2, 'sessions have threads');
    assert.deepEqual(
      all.filter(({ nice }) => nice !== 0),
      [],
    );
    await threads.close();
    await Promise.all(loaded.map((model) => model.close()));
  });
});
