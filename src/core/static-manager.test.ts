import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import type { ServableStatus } from './servable-state.ts';
import type { ServableStateMonitor } from './servable-state-monitor.ts';
import { StaticManager } from './static-manager.ts';
import { FakeLoader } from './testing/fake-loader.ts';
import { testStateMonitor } from './testing/test-state-monitor.ts';

const never = new AbortController().signal;
const latest = (name: string) => ({ name, version: null, label: null });
const specific = (name: string, version: bigint) => ({ name, version, label: null });
const labelled = (name: string, label: string) => ({ name, version: null, label });
const hasText = (code: Code, message: string) => (error: unknown) =>
  error instanceof StatusError && error.code === code && error.message === message;

describe('StaticManager', () => {
  let clock: FakeClock;
  let logger: MemoryLogger;
  let monitor: ServableStateMonitor;
  let events: string[];
  let manager: StaticManager<string>;

  const create = (maxConcurrentLoads = 4) =>
    new StaticManager<string>({
      monitor,
      clock,
      logger,
      maxConcurrentLoads,
      maxLoadRetries: 2,
      loadRetryIntervalMs: 60_000,
    });

  const version = (name: string, number: bigint, loader = new FakeLoader(`${name}/${number}`)) => ({
    id: { name, version: number },
    loader,
  });

  const decided = (...names: string[]) => monitor.waitUntilDecided(names, never);

  beforeEach(() => {
    clock = new FakeClock();
    logger = new MemoryLogger();
    monitor = testStateMonitor();
    events = [];
    monitor.subscribe(({ id, state }: ServableStatus) => {
      events.push(`${id.name}/${id.version} ${state}`);
    });
    manager = create();
  });

  test('a version passes through START, LOADING and AVAILABLE, and can be looked up by then', async () => {
    let servableWhenAvailable: string | null = null;
    monitor.subscribe(({ state }) => {
      if (state !== 'AVAILABLE') return;
      const handle = manager.acquire(latest('m'));
      servableWhenAvailable = handle.servable;
      handle.release();
    });
    manager.add([version('m', 3n)]);
    await decided('m');
    assert.deepEqual(events, ['m/3 START', 'm/3 LOADING', 'm/3 AVAILABLE']);
    assert.equal(servableWhenAvailable, 'm/3');
    assert.deepEqual(logger.messages('info'), [
      'Loading servable version {name: m version: 3}',
      'Successfully loaded servable version {name: m version: 3}',
    ]);
  });

  test('a request without a version gets the newest one, others get theirs', async () => {
    manager.add([version('m', 9n), version('m', 10n), version('m', 2n)]);
    await settled();
    assert.equal(manager.acquire(latest('m')).servable, 'm/10');
    assert.equal(manager.acquire(specific('m', 2n)).servable, 'm/2');
    assert.deepEqual(
      manager.statuses('m').map(({ id }) => id.version),
      [10n, 9n, 2n],
    );
    assert.deepEqual(manager.names(), ['m']);
  });

  test('lookups of what is not there fail with the texts of TFS', async () => {
    manager.add([version('m', 1n)]);
    await decided('m');
    const notFound = (text: string) =>
      hasText(Code.NOT_FOUND, `Servable not found for request: ${text}`);
    assert.throws(() => manager.acquire(latest('nope')), notFound('Latest(nope)'));
    assert.throws(() => manager.acquire(specific('m', 9n)), notFound('Specific(m, 9)'));
    assert.throws(
      () => manager.acquire(labelled('m', 'stable')),
      hasText(Code.UNAVAILABLE, 'Model labels does not init yet.stable'),
    );
    manager.assignLabels(new Map(), false);
    assert.throws(
      () => manager.acquire(labelled('m', 'stable')),
      hasText(Code.INVALID_ARGUMENT, 'Unrecognized servable version label: stable'),
    );
    assert.deepEqual(manager.statuses('nope'), []);
  });

  test('a label leads to its version, and may be given only to one that is available', async () => {
    manager.add([version('m', 1n), version('m', 2n)]);
    await settled();
    manager.assignLabels(new Map([['m', new Map([['stable', 1n]])]]), false);
    assert.equal(manager.acquire(labelled('m', 'stable')).id.version, 1n);
    assert.throws(
      () => manager.assignLabels(new Map([['m', new Map([['stable', 7n]])]]), true),
      hasText(
        Code.FAILED_PRECONDITION,
        'Request to assign label to version 7 of model m, which is not currently available for inference',
      ),
    );
    assert.equal(manager.acquire(labelled('m', 'stable')).id.version, 1n);
    manager.assignLabels(new Map([['m', new Map([['canary', 7n]])]]), true);
    assert.throws(
      () => manager.acquire(labelled('m', 'canary')),
      hasText(Code.NOT_FOUND, 'Servable not found for request: Specific(m, 7)'),
    );
  });

  test('a failure that may pass is logged at once and tried again after the interval', async () => {
    const loader = new FakeLoader('m', [unavailable('busy'), unavailable('still busy')]);
    manager.add([version('m', 1n, loader)]);
    await clock.advance(0);
    assert.equal(loader.loads, 1);
    assert.deepEqual(logger.messages('error'), [
      'Loading servable {name: m version: 1} failed: UNAVAILABLE: busy; trying again in 60 s, 2 more at most',
    ]);
    await clock.advance(59_999);
    assert.equal(loader.loads, 1);
    await clock.advance(60_001);
    assert.equal(loader.loads, 3);
    assert.equal(manager.statuses('m')[0]?.state, 'AVAILABLE');
    assert.deepEqual(events, ['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE']);
  });

  test('the last failure ends the version, with its error as health', async () => {
    const failures = ['one', 'two', 'three', 'four'].map((text) => unavailable(text));
    const loader = new FakeLoader('m', failures);
    manager.add([version('m', 1n, loader)]);
    await clock.advance(600_000);
    const status = manager.statuses('m')[0];
    assert.equal(loader.loads, 3);
    assert.equal(status?.state, 'END');
    assert.equal(status?.error?.message, 'three');
    assert.match(logger.messages('error').at(-1) ?? '', /UNAVAILABLE: three; giving up$/);
  });

  test('a failure that retrying cannot mend ends the version at once', async () => {
    const loader = new FakeLoader('m', [unavailable('for ever')]);
    loader.transient = false;
    manager.add([version('m', 1n, loader)]);
    const [status] = await decided('m');
    assert.equal(loader.loads, 1);
    assert.equal(status?.error?.message, 'for ever');
  });

  test('what a loader throws that is no StatusError becomes INTERNAL with its cause', async () => {
    const defect = new TypeError('oops');
    const loader = new FakeLoader('m', [defect as never]);
    loader.transient = false;
    manager.add([version('m', 1n, loader)]);
    const [status] = await decided('m');
    assert.equal(status?.error?.code, Code.INTERNAL);
    assert.equal(status?.error?.cause, defect);
  });

  test('no more loads are under way than allowed, and a pause holds no slot', async () => {
    manager = create(1);
    const gate = Promise.withResolvers<void>();
    const first = new FakeLoader('a', [unavailable('busy')]);
    const second = new FakeLoader('b');
    first.gate = gate.promise;
    manager.add([version('a', 1n, first)]);
    manager.add([version('b', 1n, second)]);
    await clock.advance(0);
    assert.deepEqual([first.loads, second.loads], [1, 0]);
    assert.deepEqual(events, ['a/1 START', 'a/1 LOADING', 'b/1 START']);
    gate.resolve();
    await clock.advance(0);
    assert.deepEqual([first.loads, second.loads], [1, 1]);
    await clock.advance(60_000);
    assert.deepEqual([first.loads, second.loads], [2, 1]);
  });

  test('unloadAll waits for the last handle', async () => {
    const loader = new FakeLoader('m');
    manager.add([version('m', 1n, loader)]);
    await decided('m');
    const handles = [manager.acquire(latest('m')), manager.acquire(latest('m'))];
    const unloaded = manager.unloadAll();
    await clock.advance(0);
    assert.equal(manager.statuses('m')[0]?.state, 'UNLOADING');
    assert.throws(() => manager.acquire(latest('m')), /Servable not found/);
    handles[0]?.release();
    await clock.advance(0);
    assert.equal(loader.unloads, 0);
    handles[1]?.release();
    await unloaded;
    assert.equal(loader.unloads, 1);
    assert.deepEqual(events.slice(-2), ['m/1 UNLOADING', 'm/1 END']);
    assert.equal(manager.statuses('m')[0]?.error, null);
  });

  test('a second release throws, and counts for nothing', async () => {
    manager.add([version('m', 1n)]);
    await decided('m');
    const kept = manager.acquire(latest('m'));
    const handle = manager.acquire(latest('m'));
    handle.release();
    assert.throws(
      () => handle.release(),
      hasText(Code.INTERNAL, 'A servable handle was released twice.'),
    );
    const unloaded = manager.unloadAll();
    await clock.advance(0);
    assert.equal(manager.statuses('m')[0]?.state, 'UNLOADING');
    kept.release();
    await unloaded;
  });

  test('unloadAll during a pause ends the version with the error that was retried', async () => {
    const loader = new FakeLoader('m', [unavailable('busy')]);
    manager.add([version('m', 1n, loader)]);
    await clock.advance(0);
    await manager.unloadAll();
    assert.deepEqual([loader.loads, loader.unloads], [1, 0]);
    assert.equal(manager.statuses('m')[0]?.error?.message, 'busy');
  });

  test('what is loaded after unloadAll began is unloaded, and ends CANCELLED', async () => {
    const gate = Promise.withResolvers<void>();
    const loader = new FakeLoader('m');
    loader.gate = gate.promise;
    manager.add([version('m', 1n, loader)]);
    await clock.advance(0);
    const unloaded = manager.unloadAll();
    gate.resolve();
    await unloaded;
    assert.deepEqual([loader.loads, loader.unloads], [1, 1]);
    assert.ok(
      hasText(Code.CANCELLED, 'Loading of servable cancelled')(manager.statuses('m')[0]?.error),
    );
  });

  test('a version that is given again is ignored', async () => {
    manager.add([version('m', 1n)]);
    await decided('m');
    const again = new FakeLoader('again');
    manager.add([version('m', 1n, again)]);
    await clock.advance(0);
    assert.equal(again.loads, 0);
    const [first, second] = [new FakeLoader('first'), new FakeLoader('second')];
    manager.add([version('m', 2n, first), version('m', 2n, second)]);
    await clock.advance(0);
    assert.deepEqual([first.loads, second.loads], [1, 0]);
  });

  /** Until every version has been decided, not only one for each name. */
  async function settled(): Promise<void> {
    await clock.advance(0);
  }
});

describe('ServableStateMonitor.waitUntilDecided', () => {
  const status = (name: string, version: bigint, state: ServableStatus['state']) => ({
    id: { name, version },
    state,
    error: null,
  });

  test('the newest version that is AVAILABLE or END decides', async () => {
    const monitor = testStateMonitor();
    const waiting = monitor.waitUntilDecided(['a', 'b'], never);
    monitor.publish(status('a', 2n, 'LOADING'));
    monitor.publish(status('a', 1n, 'END'));
    monitor.publish(status('b', 1n, 'END'));
    const [a, b] = await waiting;
    assert.deepEqual([a?.id.version, a?.state, b?.id.version], [1n, 'END', 1n]);
  });

  test('no names are decided at once', async () => {
    assert.deepEqual(await testStateMonitor().waitUntilDecided([], never), []);
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const waiting = testStateMonitor().waitUntilDecided(['a'], controller.signal);
    controller.abort(new Error('stopped'));
    await assert.rejects(waiting, /stopped/);
  });
});
