import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { unavailable } from '../status/index.ts';
import { resourcePreserving } from './aspired-version-policy.ts';
import { AspiredKit } from './testing/aspired-kit.ts';
import { FakeLoader } from './testing/fake-loader.ts';
import { GatedLoader } from './testing/manager-kit.ts';

const failures = (count: number) =>
  Array.from({ length: count }, (_, i) => unavailable(`failure ${i + 1}`));

describe('AspiredVersionsManager: 3: a version that failed', () => {
  let kit: AspiredKit;

  beforeEach(() => {
    kit = new AspiredKit({ maxLoadRetries: 0 });
  });

  afterEach(async () => {
    await kit.manager.stop();
    assert.deepEqual(kit.order.violations, []);
    assert.deepEqual(kit.clock.sleeping, 0);
  });

  test('ends, is tried again after 60 s, 120 s and so on, and starts over once it was loaded', async () => {
    const loader = new FakeLoader('m', failures(5));
    await kit.tell('m', { version: 1n, loader, revision: 'r1' });
    assert.deepEqual(kit.take(), ['m/1 START', 'm/1 LOADING', 'm/1 END failure 1']);
    for (const [round, pauseMs] of [60_000, 120_000, 240_000, 300_000, 300_000].entries()) {
      await kit.clock.advance(pauseMs - 1);
      assert.equal(loader.loads, round + 1, `before the end of pause ${round + 1}`);
      await kit.clock.advance(1);
      assert.equal(loader.loads, round + 2, `after pause ${round + 1}`);
    }
    assert.deepEqual(kit.take().slice(-3), ['m/1 START', 'm/1 LOADING', 'm/1 AVAILABLE']);
    assert.equal(kit.latest('m'), 'm');
    assert.deepEqual(kit.logger.messages('warn').slice(0, 2), [
      'Servable {name: m version: 1} is tried again in 60 s while it is aspired',
      'Servable {name: m version: 1} is tried again in 120 s while it is aspired',
    ]);

    const again = new FakeLoader('again', failures(2));
    await kit.tell('m');
    await kit.until(() => kit.state('m', 1n) === 'END');
    await kit.tell('m', { version: 1n, loader: again });
    await kit.clock.advance(60_000);
    assert.equal(again.loads, 2);
    await kit.clock.advance(119_999);
    assert.equal(again.loads, 2);
    await kit.clock.advance(1);
    assert.equal(kit.latest('m'), 'again');
  });

  test('has all its attempts each time', async () => {
    kit = new AspiredKit({ maxLoadRetries: 1, loadRetryIntervalMs: 1000 });
    const loader = new FakeLoader('m', failures(3));
    await kit.tell('m', { version: 1n, loader });
    await kit.clock.advance(1000);
    assert.equal(kit.state('m', 1n), 'END');
    await kit.clock.advance(60_000);
    assert.equal(kit.state('m', 1n), 'LOADING');
    await kit.clock.advance(1000);
    assert.equal(kit.latest('m'), 'm');
  });

  test('keeps the old one serving, which goes once the new one could be loaded', async () => {
    await kit.tell('m', 1n);
    await kit.tell('m', { version: 2n, loader: new FakeLoader('new', failures(2)) });
    assert.deepEqual(kit.states('m'), ['2 END', '1 AVAILABLE']);
    await kit.clock.advance(60_000);
    assert.deepEqual(kit.states('m'), ['2 END', '1 AVAILABLE']);
    await kit.clock.advance(120_000);
    await kit.until(() => kit.state('m', 1n) === 'END');
    assert.equal(kit.latest('m'), 'new');
  });

  test('gives way to the old one that its source goes back to', async () => {
    const [old, broken] = [new FakeLoader('old'), new FakeLoader('broken', failures(9))];
    await kit.tell('m', { version: 1n, loader: old, revision: 'r1' });
    await kit.tell('m', { version: 2n, loader: broken });
    await kit.tell('m', { version: 1n, revision: 'r1' });
    await kit.clock.advance(1_000_000);
    assert.deepEqual([old.loads, old.unloads, broken.loads], [1, 0, 1]);
    assert.deepEqual(kit.states('m'), ['2 END', '1 AVAILABLE']);
  });

  test('is given up for an old one whose new content alone is wanted: the old content stays', async () => {
    const [old, anew] = [new FakeLoader('old'), new FakeLoader('anew')];
    const broken = new FakeLoader('broken', failures(9));
    await kit.tell('m', { version: 1n, loader: old, revision: 'r1' });
    await kit.tell('m', { version: 2n, loader: broken });
    await kit.tell('m', { version: 1n, loader: anew, revision: 'r2' });
    assert.equal(kit.clock.sleeping, 0);
    await kit.clock.advance(1_000_000);
    assert.deepEqual([broken.loads, old.unloads, anew.loads], [1, 0, 0]);
    assert.equal(kit.latest('m'), 'old');
    assert.match(
      kit.logger.messages('warn').at(-1) ?? '',
      /^Servable \{name: m version: 1\} was replaced while it is served: its old content stays/,
    );
    await kit.tell('m', { version: 3n, loader: new FakeLoader('new') });
    await kit.until(() => kit.state('m', 1n) === 'END');
    assert.equal(kit.latest('m'), 'new');
  });

  test('holds the list up that names it and such an old one, until it could be loaded', async () => {
    const anew = new FakeLoader('anew');
    await kit.tell('m', { version: 1n, loader: new FakeLoader('old'), revision: 'r1' });
    await kit.tell('m', { version: 2n, loader: new FakeLoader('m/2', failures(9)) });
    await kit.tell(
      'm',
      { version: 3n, loader: new FakeLoader('m/3', failures(2)) },
      { version: 1n, loader: anew, revision: 'r2' },
    );
    await kit.clock.advance(179_999);
    assert.equal(kit.latest('m'), 'old');
    await kit.clock.advance(1);
    await kit.until(() => anew.loads === 1);
    assert.deepEqual(kit.states('m'), ['3 AVAILABLE', '2 END', '1 AVAILABLE']);
    assert.equal(kit.clock.sleeping, 0);
  });

  test('is not tried again once it is no longer aspired', async () => {
    const loader = new FakeLoader('m', failures(1));
    await kit.tell('m', { version: 1n, loader });
    assert.equal(kit.clock.sleeping, 1);
    await kit.tell('m', 2n);
    assert.equal(kit.clock.sleeping, 0);
    await kit.clock.advance(1_000_000);
    assert.equal(loader.loads, 1);
  });

  test('is loaded at once, with a new count, when it was left out and comes back', async () => {
    const [first, second] = [new FakeLoader('first', failures(1)), new FakeLoader('second')];
    second.failures.push(...failures(1));
    await kit.tell('m', { version: 1n, loader: first });
    await kit.tell('m');
    await kit.tell('m', { version: 1n, loader: second });
    assert.equal(second.loads, 1);
    await kit.clock.advance(60_000);
    assert.equal(kit.latest('m'), 'second');
  });

  test('is tried at once, with a new count, when its source says that its content has changed', async () => {
    const [first, second] = [new FakeLoader('first', failures(2)), new FakeLoader('second')];
    second.failures.push(...failures(1));
    await kit.tell('m', { version: 1n, loader: first, revision: 'r1' });
    await kit.clock.advance(60_000);
    await kit.tell('m', { version: 1n, loader: second, revision: 'r2' });
    assert.deepEqual([first.loads, second.loads], [2, 1]);
    await kit.clock.advance(60_000);
    assert.equal(kit.latest('m'), 'second');
    assert.equal(first.loads, 2);
    assert.equal(kit.clock.sleeping, 0);
  });

  test('is not tried at once when its source says the same of it', async () => {
    const [first, second] = [new FakeLoader('first', failures(1)), new FakeLoader('second')];
    await kit.tell('m', { version: 1n, loader: first, revision: 'r1' });
    await kit.tell('m', { version: 1n, loader: second, revision: 'r1' });
    await kit.clock.advance(60_000);
    assert.deepEqual([first.loads, second.loads], [2, 0]);
    assert.equal(kit.latest('m'), 'first');
  });

  test('keeps the count of its failures through changes that do not change it', async () => {
    const loader = new FakeLoader('m', failures(3));
    await kit.tell('m', { version: 1n, loader });
    await kit.clock.advance(60_000);
    await kit.tell('m', { version: 1n, loader }, 2n);
    kit.manager.reconsider('m');
    await kit.clock.advance(119_999);
    assert.equal(loader.loads, 2);
    await kit.clock.advance(1);
    assert.equal(loader.loads, 3);
  });

  test('is never tried again where that is switched off, until its source says else', async () => {
    kit = new AspiredKit({ maxLoadRetries: 0, retryFailed: null });
    const [first, second] = [new FakeLoader('first', failures(1)), new FakeLoader('second')];
    await kit.tell('m', { version: 1n, loader: first, revision: 'r1' });
    assert.equal(kit.clock.sleeping, 0);
    await kit.clock.advance(1e9);
    assert.equal(first.loads, 1);
    await kit.tell('m', { version: 1n, loader: second, revision: 'r2' });
    assert.equal(kit.latest('m'), 'second');
  });

  test('for want of resources is tried again like any other', async () => {
    kit = new AspiredKit({}, 10);
    const [first, second] = [new FakeLoader('a'), new FakeLoader('b')];
    first.bytes = second.bytes = 6;
    await kit.tell('a', { version: 1n, loader: first });
    await kit.tell('b', { version: 1n, loader: second });
    assert.equal(
      kit.take().at(-1),
      'b/1 END Insufficient resources to load servable {name: b version: 1}',
    );
    await kit.tell('a');
    await kit.until(() => kit.state('a', 1n) === 'END');
    await kit.clock.advance(60_000);
    assert.equal(kit.latest('b'), 'b');
  });

  test('lets the others of its servable load and serve', async () => {
    const broken = new FakeLoader('broken', failures(9));
    await kit.tell('m', 1n, { version: 3n, loader: broken }, 2n);
    assert.deepEqual(kit.states('m'), ['3 END', '2 AVAILABLE', '1 AVAILABLE']);
    assert.equal(kit.latest('m'), 'm/2');
  });

  test('waits for the old one to go before it is tried again where resources are preserved', async () => {
    kit.policies.set('m', resourcePreserving);
    const loader = new FakeLoader('new', failures(1));
    await kit.tell('m', 1n);
    await kit.tell('m', { version: 2n, loader });
    await kit.until(() => loader.loads === 1);
    await kit.clock.advance(60_000);
    assert.deepEqual(kit.states('m'), ['2 AVAILABLE', '1 END']);
  });

  test('whose source could not offer it ends with that, and is loaded once it can', async () => {
    const error = unavailable('no disk');
    await kit.tell('m', { version: 1n, error });
    assert.deepEqual(kit.take(), ['m/1 START', 'm/1 END no disk']);
    await kit.clock.advance(1e9);
    await kit.tell('m', { version: 1n, error: unavailable('still no disk') });
    assert.deepEqual(kit.take(), []);
    await kit.tell('m', { version: 1n, error: unavailable('another disk'), revision: 'r2' });
    assert.deepEqual(kit.take(), ['m/1 START', 'm/1 END another disk']);
    await kit.tell('m', { version: 1n, revision: 'r2' });
    assert.equal(kit.latest('m'), 'm/1');
  });

  test('is left alone by a source that has lost its loader', async () => {
    const loader = new FakeLoader('m', failures(1));
    await kit.tell('m', { version: 1n, loader });
    await kit.tell('m', { version: 1n, error: unavailable('no disk') });
    await kit.clock.advance(60_000);
    assert.equal(kit.latest('m'), 'm');
  });

  test('may change as it ends: it is the new content that is tried, and no other', async () => {
    const [first, second] = [new FakeLoader('first', failures(1)), new GatedLoader('second')];
    kit.monitor.subscribe(({ state, error }) => {
      if (state === 'END' && error?.message === 'failure 1') {
        kit.tellNow('m', { version: 1n, loader: second, revision: 'r2' });
      }
    });
    await kit.tell('m', { version: 1n, loader: first, revision: 'r1' });
    assert.equal(second.loads, 1);
    await kit.clock.advance(60_000);
    second.open();
    await kit.until(() => kit.latest('m') === 'second');
    await kit.clock.advance(1_000_000);
    assert.equal(kit.latest('m'), 'second');
  });

  for (const [change, told, expected] of [
    ['change', [{ version: 1n, revision: 'r2' }], ['1 AVAILABLE']],
    ['be given up', [], ['1 END']],
  ] as const) {
    test(`may ${change} in the moment in which its pause ends`, async () => {
      const { clock } = kit;
      const loader = new FakeLoader('m', failures(9));
      const late = new AspiredKit({
        maxLoadRetries: 0,
        clock: {
          now: () => clock.now(),
          sleep: async (milliseconds, signal) => {
            await clock.sleep(milliseconds, signal);
            late.tellNow('m', ...told);
          },
        },
      });
      await late.tell('m', { version: 1n, loader, revision: 'r1' });
      await clock.advance(60_000);
      assert.deepEqual(late.states('m'), expected);
      assert.equal(loader.loads, 1);
      assert.deepEqual(late.order.violations, []);
    });
  }
});

describe('AspiredVersionsManager.stop', () => {
  let kit: AspiredKit;

  beforeEach(() => {
    kit = new AspiredKit();
  });

  afterEach(() => {
    assert.deepEqual(kit.order.violations, []);
    assert.equal(kit.clock.sleeping, 0);
  });

  test('unloads everything, and hears its sources no more', async () => {
    await kit.tell('a', 1n, 2n);
    await kit.tell('b', 1n);
    await kit.manager.stop();
    assert.deepEqual(kit.states('a'), ['2 END', '1 END']);
    assert.deepEqual(kit.states('b'), ['1 END']);
    await kit.tell('a', 3n);
    assert.equal(kit.state('a', 3n), null);
    await kit.manager.stop();
  });

  test('has nothing to do where nothing is', async () => {
    await kit.manager.stop();
    assert.deepEqual(kit.events, []);
  });

  test('waits for loads that have begun, and undoes them', async () => {
    kit = new AspiredKit({ maxConcurrentLoads: 1 });
    const [loading, queued] = [new GatedLoader('loading'), new FakeLoader('queued')];
    await kit.tell('a', { version: 1n, loader: loading });
    await kit.tell('b', { version: 1n, loader: queued });
    let isStopped = false;
    const stopped = kit.manager.stop().then(() => {
      isStopped = true;
    });
    await kit.settle();
    assert.ok(!isStopped);
    loading.open();
    await stopped;
    assert.deepEqual([loading.loads, loading.unloads], [1, 1]);
    assert.deepEqual([queued.loads, queued.unloads], [0, 0]);
  });

  test('ends pauses between attempts and between tries', async () => {
    kit = new AspiredKit({ maxLoadRetries: 1 });
    const loaders = [new FakeLoader('attempts', failures(2)), new FakeLoader('tries', failures(2))];
    loaders[1]!.transient = false;
    for (const loader of loaders) await kit.tell(loader.servable, { version: 1n, loader });
    assert.equal(kit.clock.sleeping, 2);
    await kit.manager.stop();
    assert.deepEqual(
      loaders.map(({ loads }) => loads),
      [1, 1],
    );
  });

  test('waits for handles', async () => {
    const loader = new FakeLoader('m');
    await kit.tell('m', { version: 1n, loader });
    const handle = kit.manager.acquire({ name: 'm', version: null, label: null });
    const stopped = kit.manager.stop();
    await kit.settle();
    assert.equal(loader.unloads, 0);
    handle.release();
    await stopped;
    assert.equal(loader.unloads, 1);
  });

  test('drops lists that wait', async () => {
    await kit.tell('m', 1n);
    const handle = kit.manager.acquire({ name: 'm', version: null, label: null });
    await kit.tell('m');
    const anew = new FakeLoader('anew');
    await kit.tell('m', { version: 1n, loader: anew });
    const stopped = kit.manager.stop();
    handle.release();
    await stopped;
    assert.equal(anew.loads, 0);
    assert.deepEqual(kit.states('m'), ['1 END']);
  });

  test('detach leaves what is served as it is', async () => {
    await kit.tell('m', 1n);
    kit.manager.detach();
    await kit.tell('m');
    assert.equal(kit.latest('m'), 'm/1');
    await kit.manager.stop();
    assert.equal(kit.state('m', 1n), 'END');
  });
});
