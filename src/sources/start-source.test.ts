import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { VersionPolicy } from '../config/index.ts';
import { Code, StatusError } from '../status/index.ts';
import { LocalStore } from '../stores/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import type { AspiredPath } from './start-source.ts';
import { StartSource } from './start-source.ts';

const never = new AbortController().signal;

describe('StartSource', () => {
  let base: string;
  let clock: FakeClock;
  let logger: MemoryLogger;
  let aspired: AspiredPath[];

  beforeEach(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'serval-source-'));
    clock = new FakeClock();
    logger = new MemoryLogger();
    aspired = [];
  });

  afterEach(() => rm(base, { recursive: true }));

  const make = async (...names: string[]) => {
    for (const name of names) await mkdir(path.join(base, name), { recursive: true });
  };

  const source = (policies: Record<string, VersionPolicy>, pollWaitSeconds = 1) =>
    new StartSource({
      store: new LocalStore(),
      clock,
      logger,
      pollWaitSeconds,
      servables: Object.entries(policies).map(([name, policy]) => ({
        name,
        basePath: path.join(base, name),
        policy,
      })),
      onAspired: (versions) => aspired.push(...versions),
    });

  const found = () =>
    aspired.map(({ id, path: at }) => `${id.name}:${id.version} ${path.relative(base, at)}`);

  /** Steps the clock until a wait for files, which no fake clock governs, has ended. */
  async function stepUntil(done: Promise<void>, milliseconds: number): Promise<void> {
    let ended = false;
    const watched = done.finally(() => {
      ended = true;
    });
    while (!ended) await clock.advance(milliseconds);
    await watched;
  }

  test('latest takes the highest numbers, and the later of two names of one number', async () => {
    await make('m/1', 'm/9', 'm/010', 'm/10', 'm/note', 'm/1.5', 'm/99999999999999999999');
    await source({ m: { kind: 'latest', count: 2 } }).lookUntilFound(never);
    assert.deepEqual(found(), ['m:10 m/10', 'm:9 m/9']);
    assert.deepEqual(logger.messages('warn'), [
      'Duplicate version directories detected. Version 10 will be loaded from 10, 010 will be ignored.',
    ]);
  });

  test('all takes every one, under the names that they have', async () => {
    await make('m/00000123', 'm/5');
    await source({ m: { kind: 'all' } }).lookUntilFound(never);
    assert.deepEqual(found(), ['m:123 m/00000123', 'm:5 m/5']);
  });

  test('specific takes what is there, by number, and warns of the rest', async () => {
    await make('m/001', 'm/2', 'm/3');
    const policy: VersionPolicy = { kind: 'specific', versions: [1n, 3n, 8n] };
    await source({ m: policy }).lookUntilFound(never);
    assert.deepEqual(found(), ['m:1 m/001', 'm:3 m/3']);
    assert.deepEqual(logger.messages('warn'), [
      "Version 8 of servable m, which was requested to be served as a 'specific' version in the servable's version policy, was not found in the file system",
    ]);
  });

  test('specific versions that are all there are taken without listing', async () => {
    await make('m/1', 'm/01');
    await source({ m: { kind: 'specific', versions: [1n] } }).lookUntilFound(never);
    assert.deepEqual(found(), ['m:1 m/1']);
    assert.deepEqual(logger.messages('warn'), []);
  });

  test('a missing base path is waited for, with a line at once and every 30 s', async () => {
    await make('other/1');
    const policy: VersionPolicy = { kind: 'latest', count: 1 };
    const waiting = source({ m: policy, other: policy });
    await waiting.look();
    assert.deepEqual(found(), ['other:1 other/1']);
    assert.deepEqual(waiting.missing, ['m']);
    const basePath = path.join(base, 'm');
    const line =
      `Waiting for model m (looking again every 1 s): Could not find base path ${basePath} for ` +
      `servable m with error NOT_FOUND: ${basePath}; No such file or directory`;
    assert.deepEqual(logger.messages('warn'), [line]);
    await clock.advance(29_999);
    await waiting.look();
    assert.equal(logger.messages('warn').length, 1);
    await clock.advance(1);
    await waiting.look();
    assert.deepEqual(logger.messages('warn'), [line, line]);
    await make('m/7');
    await stepUntil(waiting.lookUntilFound(never), 1000);
    assert.deepEqual(found(), ['other:1 other/1', 'm:7 m/7']);
  });

  test('a base path without versions is waited for, and says so', async () => {
    await make('m/saved_model');
    const waiting = source({ m: { kind: 'latest', count: 1 } });
    const done = waiting.lookUntilFound(never);
    while (clock.sleeping === 0) await clock.advance(0);
    assert.match(
      logger.messages('warn')[0] ?? '',
      /No versions of servable m found under base path .*\/m\. Did you forget to name your leaf directory as a number \(eg\. '\/1\/'\)\?$/,
    );
    await make('m/1');
    await stepUntil(done, 1000);
    assert.deepEqual(found(), ['m:1 m/1']);
  });

  test('a base path that is a version is told from one', async () => {
    await make('m/1/variables');
    await source({ 'm/1': { kind: 'latest', count: 1 } }).look();
    assert.match(
      logger.messages('warn')[0] ?? '',
      / \S*\/m\/1 looks like a version itself: the base path is the folder above it\.$/,
    );
  });

  test('an empty list of specific versions is waited on with its own warning', async () => {
    await make('m/1');
    await source({ m: { kind: 'specific', versions: [] } }).look();
    assert.match(
      logger.messages('warn')[0] ?? '',
      /No specific versions requested for servable m\./,
    );
  });

  test('where no further look is allowed, missing versions are an error', async () => {
    const once = source({ m: { kind: 'all' } }, 0);
    await assert.rejects(
      once.lookUntilFound(never),
      (error) =>
        error instanceof StatusError &&
        error.code === Code.FAILED_PRECONDITION &&
        error.message ===
          'No versions were found of m, and --file_system_poll_wait_seconds=0 looks at the file system once',
    );
    await make('m/1');
    await assert.rejects(source({ m: { kind: 'all' } }, -1).lookUntilFound(never), /never looks/);
    assert.deepEqual(found(), []);
  });

  test('the wait ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const done = source({ m: { kind: 'all' } }).lookUntilFound(controller.signal);
    while (clock.sleeping === 0) await clock.advance(0);
    controller.abort(new Error('stopped'));
    await assert.rejects(done, /stopped/);
  });
});
