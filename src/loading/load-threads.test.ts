import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Engine, LoadedModel } from '../engines/index.ts';
import { pendingCalls } from '../engines/index.ts';
import {
  floats,
  loadZooModel,
  openTestEngine,
  signatureOf,
  unlimited,
  zooPath,
} from '../engines/testing/tensorflow.ts';
import { SavedModelError } from '../saved-model/index.ts';
import { Code, StatusError } from '../status/index.ts';
import { MetricRegistry } from '../telemetry/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import type { NumericTensor } from '../tensor/index.ts';
import { LoadThreads, type LoadThreadsOptions } from './load-threads.ts';
import type { LoadResult } from './protocol.ts';
import { Stage, stagedWorker } from './testing/stage.ts';
import { systemThreads } from './testing/threads.ts';

const tags = ['serve'];
const warmup = null;
const halfPlusTwo = zooPath('tfserving/saved_model_half_plus_two_cpu/00000123');

/** What half_plus_two says of 10. */
async function answerOf(model: LoadedModel): Promise<number> {
  const scope = model.openScope();
  try {
    const outputs = await model.run(
      scope,
      signatureOf(model),
      [floats([1], [10])],
      null,
      unlimited,
    );
    return Number((outputs[0] as NumericTensor).data[0]);
  } finally {
    scope.close();
  }
}

/** What a promise that must be rejected is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<StatusError> {
  const [result] = await Promise.allSettled([promise]);
  assert.equal(result.status, 'rejected');
  const { reason } = result as PromiseRejectedResult;
  assert.ok(reason instanceof StatusError, String(reason));
  return reason;
}

describe('LoadThreads', () => {
  let engine: Engine;
  let logger: MemoryLogger;
  let stage: Stage;
  const opened: LoadThreads[] = [];

  before(async () => {
    engine = await openTestEngine();
  });
  after(() => engine.close());
  beforeEach(() => {
    logger = new MemoryLogger();
    stage = new Stage();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((threads) => threads.close()));
    stage.close();
    assert.equal(pendingCalls.count, 0);
  });

  /** Threads that were not told their engine yet. */
  function unopened(options: Partial<LoadThreadsOptions> = {}): LoadThreads {
    const defaults = {
      maxThreads: 1,
      idleMs: 60_000,
      maxHeapMb: 64,
      logger,
      metrics: new MetricRegistry([]),
    };
    const threads = new LoadThreads({ ...defaults, ...options });
    opened.push(threads);
    return threads;
  }

  function open(options: Partial<LoadThreadsOptions> = {}): LoadThreads {
    const threads = unopened(options);
    threads.open(engine.share());
    return threads;
  }

  const staged = (options: Partial<LoadThreadsOptions> = {}) =>
    open({ entry: stagedWorker, ...options });

  test('threads that are prepared take the jobs that wait for the engine, and get its priority', async () => {
    const threads = unopened({ maxThreads: 2 });
    threads.prepare(3);
    assert.equal(threads.size, 2);
    const jobs = [1, 2, 3].map(() => threads.load({ path: halfPlusTwo, tags, warmup }));
    await setImmediate();
    threads.open(engine.share());
    for (const { shared } of await Promise.all(jobs)) {
      const model = engine.adopt(shared);
      assert.equal(await answerOf(model), 7);
      await model.close();
    }
    assert.equal(threads.size, 2);
    const nice = systemThreads().flatMap((thread) =>
      thread.name === 'serval-load' ? thread.nice : [],
    );
    assert.deepEqual(new Set(nice), new Set([19]));
  });

  test('a model that a thread has loaded runs on the main thread', async () => {
    const threads = open();
    const { shared, signatureDefMap } = await threads.load({ path: halfPlusTwo, tags, warmup });
    assert.ok(signatureDefMap.length > 0);
    const model = engine.adopt(shared);
    assert.throws(() => engine.adopt(shared), { code: Code.FAILED_PRECONDITION });
    assert.equal(await answerOf(model), 7);
    await threads.close();
    assert.equal(threads.size, 0);
    for (let i = 0; i < 10; i++) assert.equal(await answerOf(model), 7, 'it outlives its thread');
    await Promise.all([model.close(), model.close()]);
  });

  test('errors are those of a load on the main thread', async () => {
    const threads = open();
    for (const name of [
      ...['corrupt_data', 'corrupt_index', 'empty_graph', 'empty_version', 'missing_data'],
      ...['missing_index', 'missing_variables', 'no_graph', 'truncated_data', 'truncated_graph'],
      ...['unknown_op', 'unknown_op_in_graph', 'wrong_tags', 'no_such_folder'],
    ]) {
      const relative = `broken/${name}/1`;
      const job = { path: zooPath(relative), tags, warmup };
      const [direct, byThread] = await Promise.allSettled([
        loadZooModel(engine, relative),
        threads.load(job),
      ]);
      if (direct.status === 'fulfilled') {
        assert.equal(byThread.status, 'fulfilled', name);
        await direct.value.close();
        await engine.adopt((byThread as PromiseFulfilledResult<LoadResult>).value.shared).close();
        continue;
      }
      assert.equal(byThread.status, 'rejected', name);
      const [expected, error] = [direct.reason, (byThread as PromiseRejectedResult).reason];
      assert.ok(error instanceof StatusError, name);
      assert.equal(error.code, expected.code, name);
      assert.equal(withoutNumbers(error.message), withoutNumbers(expected.message), name);
      assert.equal(error instanceof SavedModelError, expected instanceof SavedModelError, name);
      assert.equal((error as SavedModelError).fault, expected.fault, name);
      assert.equal((error.cause as Error)?.message, (expected.cause as Error)?.message, name);
    }
  });

  test('jobs wait in their order for one of a bounded number of threads', async () => {
    const threads = staged({ maxThreads: 2 });
    const names = ['hold:a', 'hold:b', 'hold:c', 'hold:d'];
    const ended: string[] = [];
    const jobs = names.map((path) =>
      threads.load({ path, tags, warmup }).then(() => ended.push(path)),
    );
    await stage.untilBegun(2);
    assert.deepEqual(new Set(stage.begun), new Set(['hold:a', 'hold:b']));
    assert.equal(threads.size, 2);
    assert.equal(pendingCalls.count, 2);
    stage.finish('hold:b');
    await stage.untilBegun(3);
    assert.deepEqual(stage.begun.slice(2), ['hold:c']);
    stage.finish('hold:c');
    await stage.untilBegun(4);
    assert.deepEqual(ended, ['hold:b', 'hold:c']);
    assert.equal(threads.size, 2);
    stage.finish('hold:a');
    stage.finish('hold:d');
    await Promise.all(jobs);
  });

  test('more threads start waiting jobs at once, fewer let running ones end', async () => {
    const threads = staged({ maxThreads: 1 });
    const jobs = ['hold:a', 'hold:b', 'hold:c'].map((path) => threads.load({ path, tags, warmup }));
    await stage.untilBegun(1);
    threads.resize(3);
    await stage.untilBegun(3);
    assert.equal(threads.size, 3);
    threads.resize(1);
    assert.equal(threads.size, 3);
    for (const path of ['hold:a', 'hold:b', 'hold:c']) stage.finish(path);
    await Promise.all(jobs);
    while (threads.size > 1) await setImmediate();
    const last = threads.load({ path: 'hold:d', tags, warmup });
    await stage.untilBegun(4);
    assert.equal(threads.size, 1, 'the one that was left is used again');
    stage.finish('hold:d');
    await last;
    for (const wrong of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => threads.resize(wrong), { code: Code.INVALID_ARGUMENT });
    }
  });

  test('a thread without a job for long enough is ended', async () => {
    const threads = open({ idleMs: 20 });
    const { shared } = await threads.load({ path: halfPlusTwo, tags, warmup });
    assert.equal(threads.size, 1);
    while (threads.size > 0) await setImmediate();
    const model = engine.adopt(shared);
    assert.equal(await answerOf(model), 7);
    await model.close();
    const again = await threads.load({ path: halfPlusTwo, tags, warmup });
    await engine.adopt(again.shared).close();
    assert.deepEqual(logger.messages('error'), []);
  });

  test('idle threads can be ended before their time, and others are started when they are needed', async () => {
    const threads = staged({ maxThreads: 2 });
    const busy = threads.load({ path: 'hold:busy', tags, warmup });
    await stage.untilBegun(1);
    const first = await threads.load({ path: halfPlusTwo, tags, warmup });
    assert.equal(threads.size, 2);
    await threads.endIdle();
    assert.equal(threads.size, 1);
    const second = await threads.load({ path: halfPlusTwo, tags, warmup });
    assert.equal(threads.size, 2);
    for (const { shared } of [first, second]) await engine.adopt(shared).close();
    stage.finish('hold:busy');
    await busy;
    await threads.endIdle();
    assert.equal(threads.size, 0);
    assert.deepEqual(logger.messages('error'), []);
  });

  for (const [act, told] of [
    ['exit', /exit code 3/],
    ['throw', /staged/],
    ['heap', /memory limit/],
  ] as const) {
    test(`a thread that ends by ${act} fails its own job and no other`, async () => {
      const threads = staged({ maxThreads: 2 });
      const other = threads.load({ path: 'hold:other', tags, warmup });
      await stage.untilBegun(1);
      const error = await errorOf(threads.load({ path: act, tags, warmup }));
      assert.equal(error.code, Code.INTERNAL);
      assert.equal(error.message, `The thread that loaded ${act} ended before it had`);
      assert.match(String((error.cause as Error).message), told);
      assert.deepEqual(logger.messages('error'), ['A load thread ended by itself']);
      const { shared } = await threads.load({ path: halfPlusTwo, tags, warmup });
      await engine.adopt(shared).close();
      stage.finish('hold:other');
      await other;
    });
  }

  test('a model on its way from a thread that dies then is not lost', async () => {
    const threads = staged();
    for (let i = 0; i < 5; i++) {
      const job = { path: `done-and-exit:${halfPlusTwo}`, tags, warmup };
      const { shared } = await threads.load(job);
      while (threads.size > 0) await setImmediate();
      const model = engine.adopt(shared);
      assert.equal(await answerOf(model), 7);
      await model.close();
    }
    assert.equal(logger.messages('error').length, 5);
  });

  test('close refuses waiting jobs, waits for those under way, and takes no more', async () => {
    const threads = staged();
    const running = threads.load({ path: 'hold:a', tags, warmup });
    const waiting = errorOf(threads.load({ path: 'hold:b', tags, warmup }));
    await stage.untilBegun(1);
    let isClosed = false;
    const closing = threads.close().then(() => {
      isClosed = true;
    });
    assert.equal((await waiting).code, Code.CANCELLED);
    assert.equal(
      (await errorOf(threads.load({ path: 'c', tags, warmup }))).code,
      Code.FAILED_PRECONDITION,
    );
    assert.equal(isClosed, false);
    stage.finish('hold:a');
    await running;
    await Promise.all([closing, threads.close()]);
    assert.equal(threads.size, 0);
  });

  test('a thread that cannot open the engine says why, each time', async () => {
    const shared = engine.share();
    const native = {
      ...(shared.native as object),
      libraryPaths: { framework: '/f', cc: '/no/cc' },
    };
    const threads = unopened();
    threads.open({ ...shared, native });
    for (let i = 0; i < 2; i++) {
      const error = await errorOf(threads.load({ path: halfPlusTwo, tags, warmup }));
      assert.equal(error.code, Code.FAILED_PRECONDITION);
      assert.match(error.message, /Cannot load the native library \/no\/cc/);
    }
  });

  test('log lines of a thread are written by the logger of the main thread', async () => {
    const threads = open();
    const path = zooPath('broken/signature_names_missing_tensor/1');
    const { shared } = await threads.load({ path, tags, warmup });
    const [line] = logger.entries.filter(({ level }) => level === 'warn');
    assert.equal(line?.message, 'A signature cannot be run');
    assert.ok(line.fields.error instanceof StatusError);
    assert.equal(line.fields.error.code, Code.INVALID_ARGUMENT);
    await engine.adopt(shared).close();
    assert.equal(logger.messages('warn').length, 1, 'the adoption does not say it again');
  });
});

/** Without the numbers that TensorFlow gives its functions. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/_\d+\}\}/g, '_N}}');
}
