import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { Engine, LoadedModel, SharedModel } from '../engines/index.ts';
import { zooPath } from '../engines/testing/tensorflow.ts';
import { unavailable } from '../status/index.ts';
import { MetricRegistry, servingSpecs, ThreadMetrics } from '../telemetry/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { handlerOf } from './job-handlers.ts';
import type { LoadJob } from './protocol.ts';

const shared: SharedModel = { engine: 'fake', signatures: [], native: {} };

/** An engine of models that cannot be run, and how many of them are open. */
class FakeEngine {
  open = 0;
  handsOver = true;
  readonly asked: ReadonlySet<string>[] = [];
  readonly #starts: boolean;

  constructor(starts: boolean) {
    this.#starts = starts;
  }

  startsThreads(ops: ReadonlySet<string>): boolean {
    this.asked.push(ops);
    return this.#starts;
  }

  async load(): Promise<LoadedModel> {
    this.open++;
    const close = async () => void this.open--;
    const handOver = () => {
      if (!this.handsOver) throw unavailable('not now');
      return shared;
    };
    return { close, handOver, signatures: new Map() } as unknown as LoadedModel;
  }

  adopt(): LoadedModel {
    return { close: async () => void this.open-- } as unknown as LoadedModel;
  }
}

const job = (folder: string, more: Partial<LoadJob> = {}) =>
  ({ kind: 'load', path: zooPath(folder), tags: ['serve'], warmup: null, ...more }) as const;
const warmup = {
  iterations: 1,
  atOnce: 1,
  inAllSizes: false,
  checkShapes: true,
  checkMethodName: false,
  maxFilledBytes: 1,
};

/** A thread whose metrics are read by `registry`. */
function sideOf(fake: FakeEngine, lowPriority: boolean, registry = new MetricRegistry([])) {
  const source = registry.open();
  return {
    engine: fake as unknown as Engine,
    lowPriority,
    metrics: new ThreadMetrics((cell) => source.take(cell)),
    logger: new MemoryLogger(),
  };
}

describe('the load job', () => {
  const run = (fake: FakeEngine, lowPriority: boolean, given = job('models/mlp_tabular/1')) =>
    handlerOf(given).do(given, sideOf(fake, lowPriority));

  test('leaves a model that starts threads to a thread of normal priority', async () => {
    const fake = new FakeEngine(true);
    assert.equal(await run(fake, true), null);
    assert.equal(fake.open, 0);
    assert.ok(fake.asked[0]?.has('MatMul'));
    assert.ok((await run(fake, false)) !== null);
    assert.equal(fake.open, 1);
  });

  test('closes what it cannot hand over or warm up', async () => {
    const fake = new FakeEngine(false);
    fake.handsOver = false;
    await assert.rejects(run(fake, true), /not now/);
    const broken = job('broken/warmup_not_records/1', { warmup });
    await assert.rejects(run(fake, true, broken), /corrupted record at 0/);
    assert.equal(fake.open, 0);
  });

  test('frees what nobody can be told of', async () => {
    const fake = new FakeEngine(false);
    const given = job('models/mlp_tabular/1');
    const side = sideOf(fake, true);
    const result = await handlerOf(given).do(given, side);
    await handlerOf(given).drop(result, side);
    await handlerOf(given).drop(null as never, side);
    assert.equal(fake.open, 0);
  });

  test('says how many records it has replayed, and replays none where it is not to', async () => {
    const fake = new FakeEngine(false);
    const given = job('models/mlp_tabular/1', { warmup });
    const result = (await run(fake, true, given)) as { readonly warmup: unknown };
    assert.deepEqual(Object.keys(result.warmup as object).sort(), [
      'cutAt',
      'milliseconds',
      'records',
    ]);
    const none = (await run(fake, true, job('broken/warmup_not_records/1'))) as typeof result;
    assert.equal(none.warmup, null);
  });
});

describe('what loads are counted as', () => {
  async function counted(given: ReturnType<typeof job>, lowPriority = true) {
    const registry = new MetricRegistry(Object.values(servingSpecs));
    const side = sideOf(new FakeEngine(given.path.includes('mlp')), lowPriority, registry);
    await Promise.allSettled([handlerOf(given).do(given, side)]);
    const lines = registry.page().split('\n');
    const cells = lines.filter((line) => /^[^#]+\{/.test(line) && !/_bucket|latency/.test(line));
    const texts = cells.map((line) => line.replace(given.path, '<path>').replace(/^:(\w+:)*/, ''));
    return { texts, lines, logger: side.logger };
  }

  test('a load, and the version of its format', async () => {
    const { texts, lines } = await counted(job('tfserving/saved_model_half_plus_two_cpu/00000123'));
    assert.deepEqual(texts, [
      'load_attempt_count{model_path="<path>",status="success"} 1',
      'count{write_version="1"} 1',
    ]);
    assert.ok(lines.some((line) => /:load_latency\{model_path="[^"]+"\} [1-9]/.test(line)));
  });

  test('nothing on a thread that leaves it to another', async () => {
    assert.deepEqual((await counted(job('models/mlp_tabular/1'))).texts, []);
    assert.deepEqual((await counted(job('models/mlp_tabular/1'), false)).texts, [
      'load_attempt_count{model_path="<path>",status="success"} 1',
      'count{write_version="2"} 1',
    ]);
  });

  test('a load that fails', async () => {
    assert.deepEqual((await counted(job('broken/truncated_graph/1'))).texts, [
      'load_attempt_count{model_path="<path>",status="fail"} 1',
    ]);
  });

  test('a warm-up that fails after a load, by what its file is', async () => {
    const { texts } = await counted(job('broken/warmup_not_records/1', { warmup }));
    assert.deepEqual(texts, [
      'load_attempt_count{model_path="<path>",status="success"} 1',
      'count{write_version="2"} 1',
      'model_warmup_records_read{model_path="<path>",status="DATA_LOSS: corrupted record at 0 (Is this even a TFRecord file?)"} 0',
    ]);
  });

  test('a key of ML Metadata, where that is asked for', async () => {
    const metadataOf = { model: 'm', version: 7n };
    const folder = 'tfserving/saved_model_half_plus_two_mlmd/00000123';
    const isTold = async (given: ReturnType<typeof job>) =>
      (await counted(given)).texts.includes('mlmd_map{model_name="m",version="7"} 0');
    assert.ok(await isTold(job(folder, { metadataOf })));
    assert.ok(!(await isTold(job(folder))));
    const without = 'tfserving/saved_model_half_plus_two_cpu/00000123';
    assert.ok(!(await isTold(job(without, { metadataOf }))));
  });
});

test('the check job tells a whole version from one that is not', async () => {
  const check = (folder: string) => {
    const given = { kind: 'check', path: zooPath(folder), tags: ['serve'] } as const;
    return handlerOf(given).do(given, sideOf(null as never, true));
  };
  assert.deepEqual(await check('models/mlp_tabular/1'), { complete: true });
  const { reason } = (await check('broken/truncated_data/1')) as unknown as {
    readonly reason: string;
  };
  assert.ok(reason.includes(path.join('variables', 'variables.data-00000-of-00001')), reason);
});
