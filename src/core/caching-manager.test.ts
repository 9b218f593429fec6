import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Code, notFound, StatusError, unavailable } from '../status/index.ts';
import { CachingManager, type LoaderFactory } from './caching-manager.ts';
import { mainMemory } from './resources.ts';
import { servableData, servableError } from './servable-data.ts';
import type { ServableHandle } from './servable-handle.ts';
import type { ServableId } from './servable-id.ts';
import type { ServableRequest } from './servable-lookup.ts';
import { FakeLoader } from './testing/fake-loader.ts';
import { GatedLoader, ManagerKit } from './testing/manager-kit.ts';

const latest = (name: string) => ({ name, version: null, label: null });
const specific = (name: string, version: bigint) => ({ name, version, label: null });
const hasText = (code: Code, message: string) => (error: unknown) =>
  error instanceof StatusError && error.code === code && error.message === message;

/** Makes a loader that succeeds for every version of `m`, if a test says nothing else. */
class FakeFactory implements LoaderFactory<string> {
  newest: bigint | null = 1n;
  /** Loaders to hand out, the first first. */
  readonly next: FakeLoader[] = [];
  readonly asked: string[] = [];

  async latest(name: string): Promise<bigint | null> {
    return name === 'm' ? this.newest : null;
  }

  async createLoader(id: ServableId) {
    this.asked.push(`${id.name}/${id.version}`);
    if (id.name !== 'm') return servableError(id, notFound(`There is no ${id.name}`));
    return servableData(id, this.next.shift() ?? new FakeLoader(`m/${id.version}`));
  }
}

describe('CachingManager', () => {
  let kit: ManagerKit;
  let factory: FakeFactory;
  let manager: CachingManager<string>;

  beforeEach(() => {
    kit = new ManagerKit();
    factory = new FakeFactory();
    manager = new CachingManager(kit.options({ maxLoadRetries: 0 }), factory);
  });

  afterEach(() => {
    assert.deepEqual(kit.order.violations, []);
  });

  /** Asks for a servable and lets go of it. */
  async function ask(request: ServableRequest = latest('m')): Promise<string> {
    const handle = await manager.acquire(request);
    handle.release();
    return handle.servable;
  }

  test('loads a version when it is first asked for, and keeps it', async () => {
    assert.deepEqual(kit.events, []);
    assert.equal(await ask(specific('m', 3n)), 'm/3');
    assert.equal(await ask(specific('m', 3n)), 'm/3');
    assert.deepEqual(factory.asked, ['m/3']);
    assert.deepEqual(kit.take(), ['m/3 START', 'm/3 LOADING', 'm/3 AVAILABLE']);
  });

  test('a named version that is loaded is there without waiting', async () => {
    await ask(specific('m', 3n));
    const handle = manager.acquire(specific('m', 3n));
    assert.ok(!(handle instanceof Promise));
    assert.deepEqual([handle.id, handle.servable], [{ name: 'm', version: 3n }, 'm/3']);
    handle.release();
  });

  test('requests that come at once share one load', async () => {
    const loader = new GatedLoader('shared');
    factory.next.push(loader);
    const asked = [ask(), ask(specific('m', 1n)), ask(), ask(specific('m', 2n))];
    await kit.settle();
    loader.open();
    assert.deepEqual(await Promise.all(asked), ['shared', 'shared', 'shared', 'm/2']);
    assert.equal(loader.loads, 1);
  });

  test('a load that fails fails all who wait for it, and the next request tries again', async () => {
    const loader = new GatedLoader('broken');
    loader.failures.push(unavailable('no disk'));
    loader.bytes = 5;
    factory.next.push(loader);
    const asked = [ask(), ask(), ask()];
    const failures = asked.map((one) => assert.rejects(one, hasText(Code.UNAVAILABLE, 'no disk')));
    await kit.settle();
    loader.open();
    await Promise.all(failures);
    assert.equal(kit.resources.used(mainMemory), 0);
    assert.equal(await ask(), 'm/1');
    assert.deepEqual(factory.asked, ['m/1', 'm/1']);
    assert.deepEqual(kit.take(), [
      ...['m/1 START', 'm/1 LOADING', 'm/1 END no disk'],
      ...['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE'],
    ]);
  });

  test('which version is the latest is asked each time', async () => {
    assert.equal(await ask(), 'm/1');
    factory.newest = 2n;
    assert.equal(await ask(), 'm/2');
    factory.newest = 1n;
    assert.equal(await ask(), 'm/1');
    assert.deepEqual(factory.asked, ['m/1', 'm/2']);
    factory.newest = null;
    await assert.rejects(
      ask(),
      hasText(Code.NOT_FOUND, 'Servable not found for request: Latest(m)'),
    );
  });

  test('what the factory does not know ends with its reason, and leaves nothing', async () => {
    await assert.rejects(ask(specific('other', 1n)), hasText(Code.NOT_FOUND, 'There is no other'));
    await assert.rejects(ask(specific('other', 1n)), /There is no other/);
    assert.deepEqual(factory.asked, ['other/1', 'other/1']);
    assert.deepEqual(kit.events, []);
  });

  test('a factory that fails fails the request alone', async () => {
    factory.createLoader = () => Promise.reject(unavailable('no list'));
    await assert.rejects(ask(), hasText(Code.UNAVAILABLE, 'no list'));
    factory.createLoader = FakeFactory.prototype.createLoader;
    factory.latest = () => Promise.reject(unavailable('no idea'));
    await assert.rejects(ask(), hasText(Code.UNAVAILABLE, 'no idea'));
    assert.equal(await ask(specific('m', 1n)), 'm/1');
  });

  test('labels are refused at once', () => {
    assert.throws(
      () => manager.acquire({ name: 'm', version: null, label: 'stable' }),
      hasText(Code.UNAVAILABLE, 'Model labels does not init yet.stable'),
    );
    assert.deepEqual(factory.asked, []);
  });

  test('an unloaded version is freed after its last handle, and loaded anew when asked for', async () => {
    const first = new FakeLoader('first');
    factory.next.push(first);
    const id = { name: 'm', version: 1n };
    const handle = await manager.acquire(latest('m'));
    const unloading = manager.unload(id);
    await kit.settle();
    assert.equal(first.unloads, 0);
    handle.release();
    await unloading;
    assert.equal(first.unloads, 1);
    assert.equal(await ask(), 'm/1');
    assert.deepEqual(factory.asked, ['m/1', 'm/1']);
  });

  test('a request that comes during an unload waits for it, and loads the version anew', async () => {
    await ask();
    const handle = await manager.acquire(latest('m'));
    const unloading = manager.unload({ name: 'm', version: 1n });
    factory.next.push(new FakeLoader('anew'));
    const asked = [ask(), ask(specific('m', 1n))];
    await kit.settle();
    assert.deepEqual(factory.asked, ['m/1']);
    handle.release();
    await unloading;
    assert.deepEqual(await Promise.all(asked), ['anew', 'anew']);
    assert.deepEqual(factory.asked, ['m/1', 'm/1']);
  });

  test('what is not loaded cannot be unloaded', async () => {
    const id = { name: 'm', version: 1n };
    const isNotLoaded = hasText(Code.NOT_FOUND, 'Servable {name: m version: 1} is not loaded');
    await assert.rejects(manager.unload(id), isNotLoaded);
    const loader = new GatedLoader('m');
    factory.next.push(loader);
    const asked = ask();
    await kit.settle();
    await assert.rejects(manager.unload(id), isNotLoaded);
    loader.open();
    await asked;
    const unloading = manager.unload(id);
    await assert.rejects(manager.unload(id), isNotLoaded);
    await unloading;
  });

  test('stop during a load: who asked for it is served, then it is unloaded', async () => {
    const loader = new FakeLoader('m/7');
    factory.next.push(loader);
    await ask(specific('m', 7n));
    const slow = new GatedLoader('slow');
    factory.next.push(slow);
    const asked = manager.acquire(latest('m')) as Promise<ServableHandle<string>>;
    await kit.settle();
    const stopped = manager.stop();
    slow.open();
    const handle = await asked;
    assert.equal(handle.servable, 'slow');
    await kit.settle();
    assert.equal(slow.unloads, 0);
    handle.release();
    await stopped;
    assert.deepEqual([loader.unloads, slow.unloads], [1, 1]);
  });

  test('stop waits for unloads under way and for handles, as often as it is called', async () => {
    await ask(specific('m', 1n));
    const handles = [
      await manager.acquire(specific('m', 1n)),
      await manager.acquire(specific('m', 2n)),
    ];
    const unloading = manager.unload({ name: 'm', version: 1n });
    let stopped = 0;
    const stops = [manager.stop(), manager.stop()].map((stop) => stop.then(() => stopped++));
    handles[1]!.release();
    await kit.until(() => kit.state('m', 2n) === 'END');
    assert.equal(stopped, 0);
    handles[0]!.release();
    await Promise.all([unloading, ...stops]);
    assert.equal(kit.state('m', 1n), 'END');
  });

  test('nothing is loaded once it is stopped, also for those who asked before', async () => {
    const { promise, resolve } = Promise.withResolvers<bigint>();
    factory.latest = () => promise;
    const early = ask();
    await manager.stop();
    resolve(1n);
    const isOver = hasText(
      Code.UNAVAILABLE,
      'Servable {name: m version: 1} is not loaded any more',
    );
    await assert.rejects(early, isOver);
    await assert.rejects(ask(specific('m', 1n)), isOver);
    assert.deepEqual(kit.events, []);
  });
});
