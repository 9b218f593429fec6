import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Code, unavailable } from '../status/index.ts';
import { availabilityPreserving, resourcePreserving } from './aspired-version-policy.ts';
import { mainMemory } from './resources.ts';
import { servableData } from './servable-data.ts';
import { AspiredKit } from './testing/aspired-kit.ts';
import { FakeLoader } from './testing/fake-loader.ts';
import { GatedLoader } from './testing/manager-kit.ts';

const notFound = 'Servable not found for request: Latest(m)';

describe('AspiredVersionsManager', () => {
  let kit: AspiredKit;

  beforeEach(() => {
    kit = new AspiredKit();
  });

  afterEach(() => {
    assert.deepEqual(kit.order.violations, []);
    assert.deepEqual(kit.clock.sleeping, 0);
  });

  const hold = () => kit.manager.acquire({ name: 'm', version: null, label: null });

  describe('1: a list names all versions of a servable that are to be served', () => {
    test('hot swap: the new version is available before the old one begins to go', async () => {
      const gaps: string[] = [];
      await kit.tell('m', 1n);
      kit.monitor.subscribe(() => {
        if (kit.latest('m') === notFound) gaps.push(kit.events.at(-1)!);
      });
      kit.take();
      const next = new GatedLoader('next');
      await kit.tell('m', { version: 2n, loader: next });
      assert.equal(kit.latest('m'), 'm/1');
      next.open();
      await kit.until(() => kit.state('m', 1n) === 'END');
      assert.equal(kit.latest('m'), 'next');
      assert.deepEqual(kit.take(), [
        ...['m/2 START', 'm/2 LOADING', 'm/2 AVAILABLE'],
        ...['m/1 UNLOADING', 'm/1 END'],
      ]);
      assert.deepEqual(gaps, []);
    });

    test('rollback: the list goes back to a lower version, which is loaded anew', async () => {
      await kit.tell('m', 2n);
      const old = new FakeLoader('old');
      kit.take();
      await kit.tell('m', { version: 1n, loader: old });
      await kit.until(() => kit.state('m', 2n) === 'END');
      assert.equal(kit.latest('m'), 'old');
      assert.deepEqual(kit.take(), [
        ...['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE'],
        ...['m/2 UNLOADING', 'm/2 END'],
      ]);
    });

    test('resource preserving: the old version is gone before the new one takes anything', async () => {
      kit.policies.set('m', resourcePreserving);
      const [old, next] = [new FakeLoader('old'), new FakeLoader('next')];
      old.bytes = 4;
      next.bytes = 5;
      await kit.tell('m', { version: 1n, loader: old });
      const handle = hold();
      kit.take();
      await kit.tell('m', { version: 2n, loader: next });
      assert.deepEqual(kit.take(), ['m/2 START', 'm/1 UNLOADING']);
      assert.equal(kit.latest('m'), notFound);
      handle.release();
      await kit.until(() => kit.state('m', 2n) === 'AVAILABLE');
      assert.deepEqual(kit.take(), ['m/1 END', 'm/2 LOADING', 'm/2 AVAILABLE']);
      assert.equal(kit.resources.used(mainMemory), 5);
    });

    test('each servable has its own policy', async () => {
      kit.policies.set('spared', resourcePreserving);
      const next = { version: 2n, loader: new GatedLoader('next') };
      for (const name of ['spared', 'kept']) {
        await kit.tell(name, 1n);
        await kit.tell(name, next);
      }
      await kit.until(() => kit.state('spared', 1n) === 'END');
      assert.deepEqual(kit.states('spared'), ['2 LOADING', '1 END']);
      assert.deepEqual(kit.states('kept'), ['2 LOADING', '1 AVAILABLE']);
      next.loader.open();
      await kit.until(() => kit.state('kept', 1n) === 'END');
    });

    test('reconsider: a policy that changes while a version loads is obeyed at once', async () => {
      const next = new GatedLoader('next');
      await kit.tell('m', 1n);
      await kit.tell('m', { version: 2n, loader: next });
      assert.deepEqual(kit.states('m'), ['2 LOADING', '1 AVAILABLE']);
      kit.policies.set('m', resourcePreserving);
      kit.manager.reconsider('m');
      await kit.until(() => kit.state('m', 1n) === 'END');
      assert.equal(kit.latest('m'), notFound);
      next.open();
      await kit.until(() => kit.latest('m') === 'next');
    });

    test('several versions are served at once, and the window moves on', async () => {
      await kit.tell('m', 1n, 2n);
      assert.deepEqual(kit.take(), [
        ...['m/1 START', 'm/2 START', 'm/2 LOADING', 'm/1 LOADING'],
        ...['m/2 AVAILABLE', 'm/1 AVAILABLE'],
      ]);
      await kit.tell('m', 2n, 3n);
      await kit.until(() => kit.state('m', 1n) === 'END');
      assert.deepEqual(kit.states('m'), ['3 AVAILABLE', '2 AVAILABLE', '1 END']);
      assert.equal(kit.latest('m'), 'm/3');
      const handle = kit.manager.acquire({ name: 'm', version: 2n, label: null });
      assert.equal(handle.servable, 'm/2');
      handle.release();
    });

    test('one ready version of several is enough to let the old one go', async () => {
      await kit.tell('m', 1n);
      const slow = new GatedLoader('slow');
      await kit.tell('m', 2n, { version: 3n, loader: slow });
      await kit.until(() => kit.state('m', 1n) === 'END');
      assert.deepEqual(kit.states('m'), ['3 LOADING', '2 AVAILABLE', '1 END']);
      slow.open();
      await kit.until(() => kit.latest('m') === 'slow');
    });

    test('a list that omits a version that is being loaded gives its load up', async () => {
      await kit.tell('m', 1n);
      const loader = new GatedLoader('m/2');
      await kit.tell('m', { version: 2n, loader });
      await kit.tell('m', 3n);
      assert.equal(kit.latest('m'), 'm/3');
      loader.open();
      await kit.until(() => kit.state('m', 2n) === 'END');
      assert.equal(kit.monitor.status({ name: 'm', version: 2n })?.error?.code, Code.CANCELLED);
      assert.deepEqual([loader.loads, loader.unloads], [1, 1]);
      assert.deepEqual(kit.states('m'), ['3 AVAILABLE', '2 END', '1 END']);
    });

    test('a list that omits a version in a pause between attempts ends it with their error', async () => {
      const loader = new FakeLoader('m', [unavailable('busy')]);
      await kit.tell('m', { version: 2n, loader });
      await kit.tell('m', 1n);
      assert.deepEqual(kit.take().slice(2), [
        ...['m/1 START', 'm/2 END busy', 'm/1 LOADING', 'm/1 AVAILABLE'],
      ]);
      assert.equal(kit.clock.sleeping, 0);
    });

    test('a list that omits a version that was not begun ends it at once', async () => {
      kit.policies.set('m', resourcePreserving);
      await kit.tell('m', 1n);
      const handle = hold();
      await kit.tell('m', 2n);
      kit.take();
      await kit.tell('m', 3n);
      assert.deepEqual(kit.take(), ['m/3 START', 'm/2 END']);
      handle.release();
      await kit.until(() => kit.state('m', 3n) === 'AVAILABLE');
    });

    test('an empty list unloads everything, and says so of a servable that nobody knows', async () => {
      await kit.tell('m', 1n, 2n);
      kit.take();
      await kit.tell('m');
      await kit.until(() => kit.state('m', 2n) === 'END');
      assert.deepEqual(kit.take(), ['m/1 UNLOADING', 'm/2 UNLOADING', 'm/1 END', 'm/2 END']);
      assert.equal(kit.latest('m'), notFound);
      await kit.tell('unknown');
      assert.deepEqual(kit.manager.names(), ['m']);
    });

    test('of a version that a list names twice the first counts', async () => {
      const [first, second] = [new FakeLoader('first'), new FakeLoader('second')];
      await kit.tell('m', { version: 1n, loader: first }, { version: 1n, loader: second });
      assert.equal(kit.latest('m'), 'first');
      assert.equal(second.loads, 0);
    });

    test('a version of another servable is logged and ignored', async () => {
      kit.emit('m', [
        servableData({ name: 'other', version: 1n }, new FakeLoader('other')),
        servableData({ name: 'm', version: 1n }, new FakeLoader('m')),
      ]);
      await kit.settle();
      assert.deepEqual(kit.manager.names(), ['m']);
      assert.equal(kit.latest('m'), 'm');
      assert.deepEqual(kit.logger.messages('error'), [
        'A source named {name: other version: 1} among the versions of m: it is ignored',
      ]);
    });

    test('a list that says the same again changes nothing', async () => {
      await kit.tell('m', 1n);
      kit.take();
      await kit.tell('m', 1n);
      assert.deepEqual(kit.take(), []);
    });

    test('servables do not hold each other up', async () => {
      const slow = new GatedLoader('slow');
      await kit.tell('slow', { version: 1n, loader: slow });
      await kit.tell('m', 1n);
      assert.equal(kit.latest('m'), 'm/1');
      slow.open();
      await kit.until(() => kit.latest('slow') === 'slow');
    });

    test('no more loads are under way than allowed, and the bound can be moved', async () => {
      kit = new AspiredKit({ maxConcurrentLoads: 1 });
      const loaders = ['a', 'b', 'c'].map((name) => new GatedLoader(name));
      for (const loader of loaders) kit.tellNow(loader.servable, { version: 1n, loader });
      await kit.settle();
      const begun = () => loaders.map(({ loads }) => loads);
      assert.deepEqual(begun(), [1, 0, 0]);
      kit.manager.maxConcurrentLoads = 2;
      await kit.settle();
      assert.deepEqual(begun(), [1, 1, 0]);
      kit.manager.maxConcurrentLoads = 1;
      loaders[0]!.open();
      await kit.until(() => kit.latest('a') === 'a');
      assert.deepEqual(begun(), [1, 1, 0]);
      for (const loader of loaders) loader.open();
      await kit.until(() => kit.latest('c') === 'c');
    });

    test('nothing is freed before the last handle is released', async () => {
      const loader = new FakeLoader('old');
      await kit.tell('m', { version: 1n, loader });
      const handles = [hold(), hold()];
      await kit.tell('m', 2n);
      assert.deepEqual(kit.states('m'), ['2 AVAILABLE', '1 UNLOADING']);
      handles[0]!.release();
      await kit.settle();
      assert.equal(loader.unloads, 0);
      handles[1]!.release();
      await kit.until(() => kit.state('m', 1n) === 'END');
      assert.equal(loader.unloads, 1);
    });

    test('a policy that fails is logged, and asked again at the next occasion', async () => {
      kit.policies.set('m', (versions) => {
        if (versions.some(({ state }) => state === 'ready')) throw new Error('no policy');
        return availabilityPreserving(versions);
      });
      await kit.tell('m', 1n);
      assert.deepEqual(kit.logger.messages('error'), ['Deciding about the versions of m failed']);
      kit.policies.clear();
      await kit.tell('m', 2n);
      await kit.until(() => kit.state('m', 1n) === 'END');
      await kit.manager.stop();
      assert.deepEqual(kit.states('m'), ['2 END', '1 END']);
    });

    test('a listener may say lists while the manager works', async () => {
      kit.monitor.subscribe(({ id, state }) => {
        if (id.version < 4n && state === 'AVAILABLE') kit.tellNow('m', id.version + 1n);
      });
      const loader = new FakeLoader('m/1');
      loader.bytes = 3;
      await kit.tell('m', { version: 1n, loader });
      await kit.until(() => kit.state('m', 3n) === 'END');
      assert.deepEqual(kit.states('m'), ['4 AVAILABLE', '3 END', '2 END', '1 END']);
    });
  });

  describe('2: a version that is named again while it is being got rid of', () => {
    /** Version 1 is ready but no longer wanted, version 2 is being loaded. */
    async function betweenVersions(revision: string) {
      const [old, next] = [new FakeLoader('old'), new GatedLoader('next')];
      await kit.tell('m', { version: 1n, loader: old, revision });
      await kit.tell('m', { version: 2n, loader: next });
      kit.take();
      return { old, next };
    }

    test('stays where it is ready and its content is the same', async () => {
      const { old, next } = await betweenVersions('r1');
      await kit.tell('m', { version: 1n, revision: 'r1' });
      next.open();
      await kit.until(() => kit.state('m', 2n) === 'END');
      assert.deepEqual([old.loads, old.unloads], [1, 0]);
      assert.equal(kit.latest('m'), 'old');
      assert.deepEqual(kit.take(), ['m/2 END Loading of servable cancelled']);
      await kit.tell('m', 3n);
      await kit.until(() => kit.state('m', 1n) === 'END');
      assert.equal(old.unloads, 1);
    });

    for (const [which, before, after] of [
      ['another', 'r1', 'r2'],
      ['unknown', '', ''],
    ] as const) {
      test(`is loaded anew after it is gone where its content is ${which}`, async () => {
        const { old, next } = await betweenVersions(before);
        const anew = new FakeLoader('anew');
        await kit.tell('m', { version: 1n, revision: after, loader: anew });
        assert.deepEqual(kit.take(), []);
        assert.equal(kit.latest('m'), 'old');
        next.open();
        await kit.until(() => kit.state('m', 2n) === 'END');
        assert.deepEqual(kit.take(), [
          ...['m/2 AVAILABLE', 'm/1 UNLOADING', 'm/1 END'],
          ...['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE', 'm/2 UNLOADING', 'm/2 END'],
        ]);
        assert.equal(kit.latest('m'), 'anew');
        assert.equal(old.unloads, 1);
      });
    }

    test('is loaded anew once its unload is over, the same or not', async () => {
      const [old, anew] = [new FakeLoader('old'), new FakeLoader('anew')];
      await kit.tell('m', { version: 1n, loader: old, revision: 'r1' });
      const handle = hold();
      await kit.tell('m');
      assert.equal(kit.state('m', 1n), 'UNLOADING');
      await kit.tell('m', { version: 1n, loader: anew, revision: 'r1' });
      assert.equal(kit.latest('m'), notFound);
      handle.release();
      await kit.until(() => kit.latest('m') === 'anew');
      assert.deepEqual([old.unloads, anew.unloads], [1, 0]);
    });

    test('is loaded anew once its load that was given up is over', async () => {
      const [first, second] = [new GatedLoader('first'), new FakeLoader('second')];
      await kit.tell('m', { version: 1n, loader: first, revision: 'r1' });
      await kit.tell('m');
      await kit.tell('m', { version: 1n, loader: second, revision: 'r1' });
      assert.equal(second.loads, 0);
      first.open();
      await kit.until(() => kit.latest('m') === 'second');
      assert.deepEqual(kit.take(), [
        ...['m/1 START', 'm/1 LOADING', 'm/1 END Loading of servable cancelled'],
        ...['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE'],
      ]);
    });

    test('of the lists that wait only the newest counts', async () => {
      await kit.tell('m', 1n);
      const handle = hold();
      await kit.tell('m');
      const loaders = [new FakeLoader('passed over'), new FakeLoader('newest')];
      await kit.tell('m', { version: 1n, loader: loaders[0]! });
      await kit.tell('m', { version: 1n, loader: loaders[1]! });
      handle.release();
      await kit.until(() => kit.state('m', 1n) === 'AVAILABLE');
      assert.deepEqual([loaders[0]!.loads, loaders[1]!.loads], [0, 1]);
    });

    test('what only an earlier list that waits has begun is given up when the newest is applied', async () => {
      await kit.tell('m', 1n);
      const handle = hold();
      await kit.tell('m');
      const [loaded, loading] = [new FakeLoader('m/7'), new GatedLoader('m/6')];
      await kit.tell('m', 1n, { version: 7n, loader: loaded }, { version: 6n, loader: loading });
      kit.take();
      await kit.tell('m', 1n, 5n);
      assert.deepEqual(kit.take(), ['m/5 START', 'm/5 LOADING', 'm/5 AVAILABLE']);
      assert.deepEqual(kit.states('m').slice(0, 2), ['7 AVAILABLE', '6 LOADING']);
      handle.release();
      await kit.until(() => kit.state('m', 7n) === 'END' && kit.state('m', 1n) === 'AVAILABLE');
      loading.open();
      await kit.until(() => kit.state('m', 6n) === 'END');
      assert.deepEqual(kit.states('m'), ['7 END', '6 END', '5 AVAILABLE', '1 AVAILABLE']);
      assert.equal(kit.monitor.status({ name: 'm', version: 6n })?.error?.code, Code.CANCELLED);
      assert.deepEqual([loaded.unloads, loading.unloads], [1, 1]);
    });

    test('its list begins with the others, which let it go where the old one is all there is', async () => {
      const broken = new FakeLoader('broken', [unavailable('broken')]);
      broken.transient = false;
      const [next, anew] = [new GatedLoader('next'), new FakeLoader('anew')];
      await kit.tell('m', { version: 1n, loader: new FakeLoader('old'), revision: 'r1' });
      await kit.tell('m', { version: 2n, loader: broken });
      kit.take();
      await kit.tell(
        'm',
        { version: 3n, loader: next },
        { version: 1n, loader: anew, revision: 'r2' },
      );
      assert.deepEqual(kit.take(), ['m/3 START', 'm/3 LOADING']);
      assert.equal(kit.latest('m'), 'old');
      next.open();
      await kit.until(() => anew.loads === 1);
      assert.deepEqual(kit.take(), [
        ...['m/3 AVAILABLE', 'm/1 UNLOADING', 'm/1 END'],
        ...['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE'],
      ]);
      await kit.clock.advance(1_000_000);
      assert.equal(broken.loads, 1);
      assert.deepEqual(kit.states('m'), ['3 AVAILABLE', '2 END', '1 AVAILABLE']);
    });

    test('what its list leaves out stays until the list is applied', async () => {
      await kit.tell('m', 1n);
      const handle = hold();
      await kit.tell('m', 2n);
      assert.deepEqual(kit.states('m'), ['2 AVAILABLE', '1 UNLOADING']);
      await kit.tell('m', 1n, 3n);
      assert.deepEqual(kit.states('m'), ['3 AVAILABLE', '2 AVAILABLE', '1 UNLOADING']);
      handle.release();
      await kit.until(() => kit.state('m', 2n) === 'END' && kit.state('m', 1n) === 'AVAILABLE');
      assert.deepEqual(kit.states('m'), ['3 AVAILABLE', '2 END', '1 AVAILABLE']);
    });

    test('a list that need not wait replaces one that does', async () => {
      await kit.tell('m', 1n);
      const handle = hold();
      await kit.tell('m');
      await kit.tell('m', 1n);
      await kit.tell('m', 2n);
      assert.equal(kit.latest('m'), 'm/2');
      handle.release();
      await kit.until(() => kit.state('m', 1n) === 'END');
      assert.deepEqual(kit.states('m'), ['2 AVAILABLE', '1 END']);
    });

    test('a ready version that is wanted stays, whatever its source says of its content', async () => {
      const anew = new FakeLoader('anew');
      await kit.tell('m', { version: 1n, revision: 'r1' });
      await kit.tell('m', { version: 1n, revision: 'r2', loader: anew });
      assert.equal(kit.latest('m'), 'm/1');
      assert.equal(anew.loads, 0);
    });
  });
});
