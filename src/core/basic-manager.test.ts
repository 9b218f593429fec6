import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { BasicManager } from './basic-manager.ts';
import { mainMemory } from './resources.ts';
import { servableData, servableError } from './servable-data.ts';
import { FakeLoader } from './testing/fake-loader.ts';
import { GatedLoader, ManagerKit } from './testing/manager-kit.ts';

const latest = (name: string) => ({ name, version: null, label: null });
const hasText = (code: Code, message: string) => (error: unknown) =>
  error instanceof StatusError && error.code === code && error.message === message;

describe('BasicManager', () => {
  let kit: ManagerKit;
  let manager: BasicManager<string>;

  beforeEach(() => {
    kit = new ManagerKit();
    manager = new BasicManager(kit.options());
  });

  afterEach(() => {
    assert.deepEqual(kit.order.violations, []);
  });

  /** Takes a version on and returns its id. */
  const manage = (name: string, version: bigint, loader = new FakeLoader(`${name}/${version}`)) => {
    manager.manage(servableData({ name, version }, loader));
    return { name, version };
  };

  test('1: states are published in their order around the facts', async () => {
    const seen: string[] = [];
    const isThere = () => {
      try {
        const handle = manager.acquire(latest('m'));
        handle.release();
        return 'there';
      } catch {
        return 'not there';
      }
    };
    const loader = new FakeLoader('m');
    kit.monitor.subscribe(({ state }) => {
      const facts = [isThere(), `loads ${loader.loads}`, `unloads ${loader.unloads}`];
      const used = kit.resources.used(mainMemory);
      seen.push([state, ...facts, `bytes ${used}`].join(', '));
    });
    loader.bytes = 7;
    const id = manage('m', 3n, loader);
    assert.equal(await manager.load(id), null);
    await manager.unload(id);
    assert.deepEqual(seen, [
      'START, not there, loads 0, unloads 0, bytes 0',
      'LOADING, not there, loads 0, unloads 0, bytes 7',
      'AVAILABLE, there, loads 1, unloads 0, bytes 7',
      'UNLOADING, there, loads 1, unloads 0, bytes 7',
      'END, not there, loads 1, unloads 1, bytes 0',
    ]);
    assert.deepEqual(kit.logger.messages('info'), [
      'Successfully reserved resources to load servable {name: m version: 3}',
      'Approving load for servable version {name: m version: 3}',
      'Loading servable version {name: m version: 3}',
      'Successfully loaded servable version {name: m version: 3}',
      'Quiescing servable version {name: m version: 3}',
      'Done unloading servable version {name: m version: 3}',
    ]);
  });

  test('2: nothing is freed while a handle is held', async () => {
    const loader = new FakeLoader('m');
    const id = manage('m', 1n, loader);
    await manager.load(id);
    const handles = [manager.acquire(latest('m')), manager.acquire(latest('m'))];
    const unloaded = manager.unload(id);
    await kit.settle();
    assert.equal(kit.state('m', 1n), 'UNLOADING');
    assert.throws(() => manager.acquire(latest('m')), /Servable not found/);
    handles[0]?.release();
    await kit.settle();
    assert.equal(loader.unloads, 0);
    handles[1]?.release();
    await unloaded;
    assert.equal(loader.unloads, 1);
    assert.equal(kit.state('m', 1n), 'END');
  });

  test('a failure that may pass is logged at once and tried again after the interval', async () => {
    const loader = new FakeLoader('m', [unavailable('busy'), unavailable('still busy')]);
    const loading = manager.load(manage('m', 1n, loader));
    await kit.settle();
    assert.equal(loader.loads, 1);
    assert.deepEqual(kit.logger.messages('error'), [
      'Loading servable {name: m version: 1} failed: UNAVAILABLE: busy; trying again in 60 s, 2 more at most',
    ]);
    await kit.clock.advance(59_999);
    assert.equal(loader.loads, 1);
    await kit.clock.advance(60_001);
    assert.equal(loader.loads, 3);
    assert.equal(await loading, null);
    assert.deepEqual(kit.take(), ['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE']);
  });

  test('the last failure ends the version, which can be tried again', async () => {
    const failures = ['one', 'two', 'three', 'four'].map((text) => unavailable(text));
    const loader = new FakeLoader('m', failures);
    const id = manage('m', 1n, loader);
    const loading = manager.load(id);
    await kit.clock.advance(600_000);
    assert.equal((await loading)?.message, 'three');
    assert.equal(loader.loads, 3);
    assert.match(kit.logger.messages('error').at(-1) ?? '', /UNAVAILABLE: three; giving up$/);
    manager.retry(id);
    const again = manager.load(id);
    await kit.clock.advance(60_000);
    assert.equal(await again, null);
    assert.deepEqual(kit.take(), [
      ...['m/1 START', 'm/1 LOADING', 'm/1 END three'],
      ...['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE'],
    ]);
  });

  test('a failure that retrying cannot mend ends the version at once', async () => {
    const loader = new FakeLoader('m', [unavailable('for ever')]);
    loader.transient = false;
    assert.equal((await manager.load(manage('m', 1n, loader)))?.message, 'for ever');
    assert.equal(loader.loads, 1);
  });

  test('what a loader throws that is no StatusError becomes INTERNAL with its cause', async () => {
    const defect = new TypeError('oops');
    const loader = new FakeLoader('m', [defect as never]);
    loader.transient = false;
    const error = await manager.load(manage('m', 1n, loader));
    assert.deepEqual([error?.code, error?.cause], [Code.INTERNAL, defect]);
  });

  test('3: no more loads are under way than allowed, and a pause holds neither slot nor resources', async () => {
    kit = new ManagerKit(10);
    manager = new BasicManager(kit.options({ maxConcurrentLoads: 1 }));
    const first = new FakeLoader('a', [unavailable('busy')]);
    const gate = Promise.withResolvers<void>();
    first.gate = gate.promise;
    first.bytes = 10;
    const second = new FakeLoader('b');
    second.bytes = 10;
    void manager.load(manage('a', 1n, first));
    const loadingB = manager.load(manage('b', 1n, second));
    await kit.settle();
    assert.deepEqual([first.loads, second.loads], [1, 0]);
    assert.deepEqual(kit.take(), ['a/1 START', 'b/1 START', 'a/1 LOADING']);
    gate.resolve();
    assert.equal(await loadingB, null);
    assert.deepEqual([first.loads, second.loads], [1, 1]);
    await kit.clock.advance(60_000);
    assert.equal(first.loads, 1);
    assert.match(kit.events.at(-1) ?? '', /^a\/1 END Insufficient resources to load servable/);
  });

  test('a load that does not fit waits for what is under way, then ends RESOURCE_EXHAUSTED', async () => {
    kit = new ManagerKit(10);
    manager = new BasicManager(kit.options());
    const small = new GatedLoader('small');
    small.bytes = 4;
    const large = new FakeLoader('large');
    large.bytes = 8;
    void manager.load(manage('small', 1n, small));
    const loading = manager.load(manage('large', 1n, large));
    await kit.settle();
    assert.equal(kit.state('large', 1n), 'START');
    small.open();
    const error = await loading;
    assert.ok(
      hasText(
        Code.RESOURCE_EXHAUSTED,
        'Insufficient resources to load servable {name: large version: 1}',
      )(error),
      String(error),
    );
    assert.equal(large.loads, 0);
  });

  test('a load that does not fit is let in by an unload that gives enough back', async () => {
    kit = new ManagerKit(10);
    manager = new BasicManager(kit.options());
    const old = new FakeLoader('old');
    old.bytes = 8;
    const oldId = manage('m', 1n, old);
    await manager.load(oldId);
    const handle = manager.acquire(latest('m'));
    const unloading = manager.unload(oldId);
    const next = new FakeLoader('next');
    next.bytes = 8;
    const loading = manager.load(manage('m', 2n, next));
    await kit.settle();
    assert.equal(next.loads, 0);
    handle.release();
    await unloading;
    assert.equal(await loading, null);
  });

  test('an estimate that fails ends the version with its reason', async () => {
    const loader = new FakeLoader('m');
    loader.transient = false;
    loader.estimateFailures.push(unavailable('no such disk'));
    const error = await manager.load(manage('m', 1n, loader));
    assert.equal(
      error?.message,
      'Error while attempting to reserve resources to load servable {name: m version: 1}: no such disk',
    );
    assert.equal(loader.loads, 0);
  });

  test('a loader may estimate less once it has loaded; one that cannot keeps its first estimate', async () => {
    class Shrinking extends FakeLoader {
      override async load(): Promise<string> {
        this.bytes = 3;
        return await super.load();
      }
    }
    const loader = new Shrinking('m');
    loader.bytes = 9;
    await manager.load(manage('m', 1n, loader));
    assert.equal(kit.resources.used(mainMemory), 3);
    const failing = new FakeLoader('n');
    failing.bytes = 5;
    failing.gate = Promise.resolve().then(() => {
      failing.estimateFailures.push(unavailable('gone'));
    });
    assert.equal(await manager.load(manage('n', 1n, failing)), null);
    assert.equal(kit.resources.used(mainMemory), 8);
    assert.match(kit.logger.messages('warn')[0] ?? '', /cannot be estimated again$/);
  });

  test('4: a load that is cancelled in a pause ends with the error that was retried', async () => {
    const loader = new FakeLoader('m', [unavailable('busy')]);
    const id = manage('m', 1n, loader);
    const loading = manager.load(id);
    await kit.settle();
    manager.setAspired(id, false);
    assert.equal((await loading)?.message, 'busy');
    assert.deepEqual([loader.loads, loader.unloads], [1, 0]);
  });

  test('4: a load that succeeds after it was cancelled is undone, and ends CANCELLED', async () => {
    const loader = new GatedLoader('m');
    loader.bytes = 5;
    const id = manage('m', 1n, loader);
    const loading = manager.load(id);
    await kit.settle();
    manager.setAspired(id, false);
    loader.open();
    assert.ok(hasText(Code.CANCELLED, 'Loading of servable cancelled')(await loading));
    assert.deepEqual([loader.loads, loader.unloads], [1, 1]);
    assert.equal(kit.resources.used(mainMemory), 0);
    assert.throws(() => manager.acquire(latest('m')), /Servable not found/);
  });

  test('4: a load that is cancelled while it waits for a slot or for resources ends at once', async () => {
    kit = new ManagerKit(10);
    manager = new BasicManager(kit.options({ maxConcurrentLoads: 3 }));
    const busy = new GatedLoader('busy');
    busy.bytes = 10;
    const waiting = ['does not fit', 'is behind it', 'has no slot'].map((name) => {
      const loader = new FakeLoader(name);
      loader.bytes = 1;
      return loader;
    });
    const loading = manager.load(manage('busy', 1n, busy));
    const ids = waiting.map((loader) => manage(loader.servable, 1n, loader));
    const loads = ids.map((id) => manager.load(id));
    await kit.settle();
    for (const [i, id] of [...ids.entries()].reverse()) {
      manager.setAspired(id, false);
      assert.ok(hasText(Code.CANCELLED, 'Loading of servable cancelled')(await loads[i]));
    }
    assert.equal(kit.state('busy', 1n), 'LOADING');
    assert.deepEqual(
      waiting.map(({ loads }) => loads),
      [0, 0, 0],
    );
    busy.open();
    assert.equal(await loading, null);
    assert.equal(kit.resources.used(mainMemory), 10);
  });

  test('a version whose load was given up before it had a slot can be loaded anew', async () => {
    manager = new BasicManager(kit.options({ maxConcurrentLoads: 1 }));
    const [busy, givenUp] = [new GatedLoader('busy'), new FakeLoader('given up')];
    const loading = manager.load(manage('busy', 1n, busy));
    const id = manage('m', 1n, givenUp);
    const waiting = manager.load(id);
    await kit.settle();
    manager.setAspired(id, false);
    assert.equal((await waiting)?.code, Code.CANCELLED);
    manager.forget(id);
    const anew = manager.load(manage('m', 1n, new FakeLoader('anew')));
    await kit.settle();
    assert.deepEqual(kit.take(), [
      ...['busy/1 START', 'm/1 START', 'busy/1 LOADING'],
      ...['m/1 END Loading of servable cancelled', 'm/1 START'],
    ]);
    busy.open();
    assert.deepEqual(await Promise.all([loading, anew]), [null, null]);
    const handle = manager.acquire(latest('m'));
    assert.equal(handle.servable, 'anew');
    handle.release();
    assert.equal(givenUp.loads, 0);
  });

  test('the hook is called before the first attempt, and its failure is that of the load', async () => {
    const hooked: string[] = [];
    let failure: StatusError | null = unavailable('not now');
    manager = new BasicManager(
      kit.options({
        maxLoadRetries: 0,
        preLoadHook: ({ version }) => {
          hooked.push(`${version}`);
          if (failure !== null) throw failure;
        },
      }),
    );
    const loader = new FakeLoader('m');
    const id = manage('m', 1n, loader);
    assert.equal((await manager.load(id))?.message, 'not now');
    failure = null;
    manager.retry(id);
    assert.equal(await manager.load(id), null);
    assert.deepEqual([hooked, loader.loads], [['1', '1'], 1]);
  });

  test('an unload that fails is logged, and ends all the same', async () => {
    const loader = new FakeLoader('m');
    loader.unload = () => Promise.reject(new Error('stuck'));
    const id = manage('m', 1n, loader);
    await manager.load(id);
    await manager.unload(id);
    assert.equal(kit.state('m', 1n), 'END');
    assert.deepEqual(kit.logger.messages('error'), [
      'Unloading servable version {name: m version: 1} failed',
    ]);
  });

  test('resources are held until the end of a version that is given up as it becomes available', async () => {
    const used: string[] = [];
    const id = { name: 'm', version: 1n };
    let unloaded: Promise<void> | null = null;
    kit.monitor.subscribe(({ state }) => {
      if (state === 'AVAILABLE') unloaded = manager.unload(id);
    });
    const loader = new FakeLoader('m');
    loader.bytes = 5;
    loader.unload = async () => {
      used.push(`unloading ${kit.resources.used(mainMemory)}`);
    };
    manage('m', 1n, loader);
    assert.equal(await manager.load(id), null);
    await unloaded;
    assert.deepEqual(used, ['unloading 5']);
    assert.equal(kit.resources.used(mainMemory), 0);
  });

  test('an estimate that fails for now is asked for again', async () => {
    const loader = new FakeLoader('m');
    loader.estimateFailures.push(unavailable('no such disk'));
    const loading = manager.load(manage('m', 1n, loader));
    await kit.clock.advance(60_000);
    assert.equal(await loading, null);
    assert.deepEqual(kit.take(), ['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE']);
  });

  test('a full table refuses the load, and gives everything back', async () => {
    kit = new ManagerKit();
    manager = new BasicManager(kit.options({ maxLoadRetries: 0 }));
    const slots = Array.from({ length: 100 }, () => kit.table.reserveSlot());
    const loader = new FakeLoader('m');
    loader.bytes = 5;
    const id = manage('m', 1n, loader);
    const error = await manager.load(id);
    assert.equal(error?.message, 'No more than 100 versions can be loaded at once');
    assert.deepEqual([loader.loads, kit.resources.used(mainMemory)], [0, 0]);
    kit.table.giveBackSlot(slots[0]!);
    manager.retry(id);
    assert.equal(await manager.load(id), null);
  });

  test('what a source cannot offer ends at once, and cannot be loaded', () => {
    const id = { name: 'm', version: 1n };
    manager.manage(servableError(id, unavailable('no disk')));
    assert.deepEqual(kit.take(), ['m/1 START', 'm/1 END no disk']);
    assert.throws(
      () => manager.retry(id),
      hasText(Code.FAILED_PRECONDITION, 'Servable {name: m version: 1} has no loader to try again'),
    );
  });

  test('calls out of order are refused', async () => {
    const id = manage('m', 1n);
    const is = (text: string) => hasText(Code.FAILED_PRECONDITION, text);
    assert.throws(
      () => manage('m', 1n),
      is('Servable {name: m version: 1} is already being managed'),
    );
    assert.throws(
      () => manager.forget({ name: 'm', version: 2n }),
      hasText(Code.NOT_FOUND, 'Servable {name: m version: 2} is not being managed'),
    );
    await manager.load(id);
    assert.throws(
      () => manager.forget(id),
      is('Servable {name: m version: 1} is ready and cannot be forgotten'),
    );
    await assert.rejects(
      manager.load(id),
      /Illegal transition of servable .* from ready to load-requested/,
    );
  });

  test('a version that never began ends when it is forgotten', () => {
    manager.forget(manage('m', 1n));
    assert.deepEqual(kit.take(), ['m/1 START', 'm/1 END']);
    assert.deepEqual(manager.managedNames(), []);
  });
});
