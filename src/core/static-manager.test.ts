import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { mainMemory } from './resources.ts';
import { StaticManagerBuilder } from './static-manager.ts';
import { FakeLoader } from './testing/fake-loader.ts';
import { GatedLoader, ManagerKit } from './testing/manager-kit.ts';

const latest = (name: string) => ({ name, version: null, label: null });
const hasText = (code: Code, message: string) => (error: unknown) =>
  error instanceof StatusError && error.code === code && error.message === message;

describe('StaticManager', () => {
  let kit: ManagerKit;
  let builder: StaticManagerBuilder<string>;

  beforeEach(() => {
    kit = new ManagerKit();
    builder = new StaticManagerBuilder(kit.options({ maxLoadRetries: 0 }));
  });

  afterEach(() => {
    assert.deepEqual(kit.order.violations, []);
  });

  const add = (name: string, version: bigint, loader = new FakeLoader(`${name}/${version}`)) => {
    builder.add({ name, version }, loader);
    return loader;
  };

  test('serves all that were added, from build to stop', async () => {
    const loaders = [add('a', 1n), add('a', 2n), add('b', 7n)];
    const manager = await builder.build();
    using newest = manager.acquire(latest('a'));
    using specific = manager.acquire({ name: 'a', version: 1n, label: null });
    using other = manager.acquire(latest('b'));
    assert.deepEqual(
      [newest, specific, other].map(({ servable }) => servable),
      ['a/2', 'a/1', 'b/7'],
    );
    assert.deepEqual(manager.names(), ['a', 'b']);
    assert.deepEqual(
      manager.statuses('a').map(({ id, state }) => [id.version, state]),
      [
        [2n, 'AVAILABLE'],
        [1n, 'AVAILABLE'],
      ],
    );
    assert.deepEqual(
      loaders.map(({ loads, unloads }) => [loads, unloads]),
      [
        [1, 0],
        [1, 0],
        [1, 0],
      ],
    );
  });

  test('one without versions can be built', async () => {
    const manager = await builder.build();
    assert.throws(
      () => manager.acquire(latest('m')),
      hasText(Code.NOT_FOUND, 'Servable not found for request: Latest(m)'),
    );
    await manager.stop();
  });

  test('a version that was added before is refused', async () => {
    add('m', 1n);
    assert.throws(
      () => add('m', 1n),
      hasText(Code.FAILED_PRECONDITION, 'Servable {name: m version: 1} is already being managed'),
    );
    const manager = await builder.build();
    assert.equal(manager.statuses('m').length, 1);
  });

  test('nothing is added once it is built, and it is built once', async () => {
    const isBuilt = hasText(
      Code.FAILED_PRECONDITION,
      'Build() already called on this StaticManagerBuilder.',
    );
    const loader = new GatedLoader('m');
    add('m', 1n, loader);
    const building = builder.build();
    assert.throws(() => add('m', 2n), isBuilt);
    await assert.rejects(builder.build(), isBuilt);
    loader.open();
    await building;
    assert.throws(() => add('m', 2n), isBuilt);
    assert.equal(loader.loads, 1);
  });

  test('a load that fails fails the build with the first error, and the others are unloaded', async () => {
    const [first, slow] = [add('a', 1n), new GatedLoader('slow')];
    first.bytes = slow.bytes = 5;
    add('b', 1n, slow);
    add('c', 1n, new FakeLoader('c', [unavailable('first by order')]));
    add('d', 1n, new FakeLoader('d', [unavailable('second by order')]));
    let isOver = false;
    const building = builder.build().finally(() => {
      isOver = true;
    });
    building.catch(() => {});
    await kit.settle();
    assert.ok(!isOver, 'the build waits for loads under way');
    slow.open();
    await assert.rejects(building, hasText(Code.UNAVAILABLE, 'first by order'));
    assert.deepEqual([first.unloads, slow.unloads], [1, 1]);
    assert.equal(kit.resources.used(mainMemory), 0);
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((name) => kit.state(name, 1n)),
      ['END', 'END', 'END', 'END'],
    );
  });

  test('failures that may pass are tried again before the build fails', async () => {
    builder = new StaticManagerBuilder(kit.options({ maxLoadRetries: 1 }));
    const loader = add('m', 1n, new FakeLoader('m', [unavailable('busy')]));
    const building = builder.build();
    await kit.clock.advance(60_000);
    await building;
    assert.equal(loader.loads, 2);
  });

  test('stop waits for handles, and every call of it waits for the same', async () => {
    const loaders = [add('a', 1n), add('b', 1n)];
    const manager = await builder.build();
    const handle = manager.acquire(latest('a'));
    let stopped = 0;
    const stops = [manager.stop(), manager.stop()].map((stop) => stop.then(() => stopped++));
    await kit.until(() => loaders[1]!.unloads === 1);
    assert.deepEqual([loaders[0]!.unloads, stopped], [0, 0]);
    assert.throws(() => manager.acquire(latest('a')), /Servable not found/);
    handle.release();
    await Promise.all(stops);
    assert.deepEqual([loaders[0]!.unloads, stopped], [1, 2]);
    await manager.stop();
    assert.equal(loaders[0]!.unloads, 1);
  });
});
