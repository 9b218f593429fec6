import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { Engine, LoadedModel, SharedModel } from '../engines/index.ts';
import { zooPath } from '../engines/testing/tensorflow.ts';
import { unavailable } from '../status/index.ts';
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
const warmup = { iterations: 1, checkShapes: true, checkMethodName: false, maxFilledBytes: 1 };

describe('the load job', () => {
  const run = (fake: FakeEngine, lowPriority: boolean, given = job('models/mlp_tabular/1')) =>
    handlerOf(given).do(given, { engine: fake as unknown as Engine, lowPriority });

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
    const side = { engine: fake as unknown as Engine, lowPriority: true };
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

test('the check job tells a whole version from one that is not', async () => {
  const check = (folder: string) => {
    const given = { kind: 'check', path: zooPath(folder), tags: ['serve'] } as const;
    return handlerOf(given).do(given, { engine: null as never, lowPriority: true });
  };
  assert.deepEqual(await check('models/mlp_tabular/1'), { complete: true });
  const { reason } = (await check('broken/truncated_data/1')) as unknown as {
    readonly reason: string;
  };
  assert.ok(reason.includes(path.join('variables', 'variables.data-00000-of-00001')), reason);
});
