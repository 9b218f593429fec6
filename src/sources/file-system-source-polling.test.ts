import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { VersionPolicy } from '../config/index.ts';
import { SourceKit, watched } from './testing/source-kit.ts';

const specific = (...versions: readonly bigint[]): VersionPolicy => ({
  kind: 'specific',
  versions,
});
const latest = (count: number): VersionPolicy => ({ kind: 'latest', count });

describe('FileSystemSource: polling', () => {
  let kit: SourceKit;

  beforeEach(() => {
    kit = new SourceKit();
  });

  afterEach(async () => {
    await kit.source.stop();
    assert.equal(kit.clock.sleeping, 0);
  });

  /** Lets time pass, and returns what was told meanwhile. */
  async function after(milliseconds: number): Promise<string[]> {
    await kit.clock.advance(milliseconds);
    return kit.take();
  }

  /** How often a base path was looked at. */
  const looksAt = (name: string) =>
    kit.store.calls.filter((call) => call === `list /models/${name}`).length;

  test('looks at once, and then after each pause', async () => {
    kit.put('m/1');
    kit.watch({ m: latest(1) });
    kit.source.start();
    assert.deepEqual(await after(0), ['m: 1=m/1']);
    kit.put('m/2');
    assert.deepEqual(await after(999), []);
    assert.deepEqual(await after(1), ['m: 2=m/2']);
    kit.store.remove('/models/m/2');
    assert.deepEqual(await after(1000), ['m: 1=m/1']);
    assert.equal(looksAt('m'), 3);
  });

  for (const [pollWaitSeconds, looks] of [
    [0.25, 5],
    [0.001, 101],
    [2, 1],
  ] as const) {
    test(`a pause of ${pollWaitSeconds} s leads to ${looks} looks in a second`, async () => {
      kit = new SourceKit({ pollWaitSeconds });
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      kit.source.start();
      await after(1000);
      assert.equal(looksAt('m'), looks);
    });
  }

  test('a new configuration is looked at at once', async () => {
    kit.put('m/1', 'n/1');
    kit.watch({ m: latest(1) });
    kit.source.start();
    await after(500);
    kit.watch({ m: latest(1), n: latest(1) });
    assert.deepEqual(await after(0), ['n: 1=n/1']);
    assert.deepEqual([looksAt('m'), looksAt('n')], [2, 1]);
  });

  test('a configuration that comes during a look is looked at right after it', async () => {
    kit.put('m/1', 'm/2', 'n/1');
    kit.watch({ m: latest(1) });
    const open = kit.store.hold('/models/m');
    kit.source.start();
    await after(0);
    kit.watch({ m: specific(1n), n: latest(1) });
    assert.deepEqual(await after(0), []);
    open();
    assert.deepEqual((await after(0)).sort(), ['m: 1=m/1', 'n: 1=n/1']);
  });

  test('looks at one servable do not overlap', async () => {
    kit.put('m/1');
    kit.watch({ m: latest(1) });
    const open = kit.store.hold('/models/m');
    kit.source.start();
    const second = kit.source.look();
    assert.deepEqual(await after(1999), []);
    assert.equal(looksAt('m'), 1);
    open();
    await second;
    assert.deepEqual(kit.take(), ['m: 1=m/1']);
    assert.equal(looksAt('m'), 2);
  });

  test('a look that takes long holds up no other servable, and is not begun twice', async () => {
    kit.put('hanging/1', 'm/1');
    kit.watch({ hanging: latest(1), m: latest(1) });
    const open = kit.store.hold('/models/hanging');
    kit.source.start();
    assert.deepEqual(await after(0), ['m: 1=m/1']);
    kit.put('m/2');
    assert.deepEqual(await after(10_000), ['m: 2=m/2']);
    assert.equal(looksAt('hanging'), 1);
    assert.deepEqual(kit.logger.messages('warn'), [
      'Looking at base path /models/hanging of servable hanging takes long: it is not waited for',
    ]);
    open();
    assert.deepEqual(await after(1000), ['hanging: 1=hanging/1']);
    assert.equal(looksAt('hanging'), 2);
  });

  test('a look that still goes on when the source stops tells nothing', async () => {
    kit.put('m/1');
    kit.watch({ m: latest(1) });
    const open = kit.store.hold('/models/m');
    kit.source.start();
    await after(0);
    await kit.source.stop();
    open();
    assert.deepEqual(await after(10_000), []);
  });

  test('a version is whole within two looks', async () => {
    kit.store.put('/models/m/1', { quietMs: 3 });
    kit.watch({ m: latest(1) });
    kit.source.start();
    assert.deepEqual(await after(999), []);
    assert.deepEqual(await after(1), ['m: 1=m/1']);
  });

  test('a look that a new configuration asks for tells no version that has just changed', async () => {
    kit.store.put('/models/m/1', { quietMs: 0 });
    kit.watch({ m: latest(1) });
    kit.source.start();
    assert.deepEqual(await after(0), []);
    for (const [milliseconds, count] of [
      [0, 2],
      [1, 3],
      [898, 4],
    ] as const) {
      await kit.clock.advance(milliseconds);
      kit.watch({ m: latest(count) });
      assert.deepEqual(await after(0), []);
    }
    assert.equal(looksAt('m'), 4);
    assert.deepEqual(await after(999), []);
    assert.deepEqual(await after(1), ['m: 1=m/1']);
  });

  test('a copy that changes from look to look is told once it stands still for a pause', async () => {
    kit.watch({ m: latest(1) });
    kit.source.start();
    await after(0);
    for (let revision = 0; revision < 5; revision++) {
      kit.store.put('/models/m/1', { revision: `r${revision}`, quietMs: 0 });
      assert.deepEqual(await after(1000), []);
    }
    assert.deepEqual(await after(1000), ['m: 1=m/1']);
  });

  test('a missing base path is looked for as often as any, and spoken of every 30 s', async () => {
    kit.watch({ m: latest(1) });
    kit.source.start();
    await after(60_500);
    assert.equal(looksAt('m'), 61);
    assert.equal(kit.warnings().length, 3);
  });

  describe('with a pause of 0', () => {
    beforeEach(() => {
      kit = new SourceKit({ pollWaitSeconds: 0 });
    });

    test('each servable is found once', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      kit.source.start();
      assert.deepEqual(await after(0), ['m: 1=m/1']);
      kit.put('m/2');
      assert.deepEqual(await after(1e9), []);
      assert.equal(looksAt('m'), 1);
    });

    test('those of a later configuration are found too, and changed ones anew', async () => {
      kit.put('m/1', 'm/2', 'n/1');
      kit.watch({ m: latest(1) });
      kit.source.start();
      assert.deepEqual(await after(1e6), ['m: 2=m/2']);
      kit.watch({ m: latest(2), n: latest(1) });
      assert.deepEqual((await after(0)).sort(), ['m: 2=m/2, 1=m/1', 'n: 1=n/1']);
      assert.deepEqual(await after(1e9), []);
      assert.deepEqual([looksAt('m'), looksAt('n')], [2, 1]);
    });

    test('one that is not there yet is looked for every second, the others are left alone', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1), late: latest(1) });
      kit.source.start();
      assert.deepEqual(await after(2500), ['m: 1=m/1']);
      assert.deepEqual(kit.source.missing, ['late']);
      kit.put('late/3');
      assert.deepEqual(await after(500), ['late: 3=late/3']);
      await after(1e6);
      assert.deepEqual([looksAt('m'), looksAt('late')], [1, 4]);
      assert.match(kit.warnings()[0] ?? '', /^Waiting for model late: Could not find base path/);
    });

    test('one whose newest version is still being written is looked at until it is whole', async () => {
      kit.put('m/1');
      kit.store.put('/models/m/2', { quietMs: 0 });
      kit.watch({ m: latest(1) });
      kit.source.start();
      assert.deepEqual(await after(999), ['m: 1=m/1']);
      assert.deepEqual(await after(1), ['m: 2=m/2']);
      await after(1e6);
      assert.equal(looksAt('m'), 2);
    });
  });

  test('with a pause below 0 nothing is ever looked at, but what is asked for', async () => {
    kit = new SourceKit({ pollWaitSeconds: -1 });
    kit.put('m/1');
    kit.watch({ m: latest(1) });
    kit.source.start();
    kit.watch({ m: latest(2) });
    assert.deepEqual(await after(1e9), []);
    assert.deepEqual(kit.store.calls, []);
    assert.deepEqual(await kit.look(), ['m: 1=m/1']);
    kit.watch({});
    assert.deepEqual(kit.take(), ['m: ']);
  });

  test('stop during a pause ends it', async () => {
    kit.watch({ m: latest(1) });
    kit.source.start();
    await after(500);
    assert.equal(kit.clock.sleeping, 1);
    await kit.source.stop();
    assert.equal(kit.clock.sleeping, 0);
    kit.watch({ n: latest(1) });
    await after(1e6);
    assert.equal(looksAt('m') + looksAt('n'), 1);
  });

  test('stop during a look waits for none, and begins with no other servable', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `m${i}`);
    kit.put(...names.map((name) => `${name}/1`));
    kit.watch(Object.fromEntries(names.map((name) => [name, latest(1)])));
    const opens = names.map((name) => kit.store.hold(`/models/${name}`));
    const looking = kit.source.look();
    kit.source.start();
    await after(0);
    await Promise.all([kit.source.stop(), looking]);
    for (const open of opens) open();
    const begun = names.filter((name) => looksAt(name) > 0);
    assert.ok(begun.length < names.length, `${begun}`);
    assert.deepEqual(await after(1e6), []);
    assert.deepEqual(
      names.filter((name) => looksAt(name) > 0),
      begun,
    );
  });

  test('the same configuration again asks for no look', async () => {
    kit = new SourceKit({ pollWaitSeconds: 60 });
    kit.put('m/1');
    kit.watch({ m: latest(1) });
    kit.source.start();
    await after(0);
    for (let i = 0; i < 5; i++) {
      kit.watch({ m: latest(1) });
      await after(10);
    }
    assert.equal(looksAt('m'), 1);
  });

  test('a source that was never started stops, and one that stopped does not look', async () => {
    await kit.source.stop();
    kit.put('m/1');
    kit.watch({ m: latest(1) });
    kit.source.start();
    assert.deepEqual(await kit.look(), []);
    assert.deepEqual(kit.store.calls, []);
  });

  test('a thousand servables are looked at few at a time, and one that hangs holds up no other', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `m${i}`);
    kit.put(...names.map((name) => `${name}/1`));
    kit.watch(Object.fromEntries(names.map((name) => [name, latest(1)])));
    const open = kit.store.hold('/models/m3');
    const looking = kit.source.look();
    while (kit.target.heard.length < 999) await kit.clock.advance(0);
    assert.deepEqual(kit.source.missing, ['m3']);
    open();
    await looking;
    assert.equal(new Set(kit.take()).size, 1000);
    assert.ok(kit.store.mostUnderWay > 1 && kit.store.mostUnderWay <= 8);
    assert.deepEqual(kit.source.missing, []);
  });
});

describe('FileSystemSource: as the configuration changes', () => {
  let kit: SourceKit;

  beforeEach(() => {
    kit = new SourceKit();
  });

  test('a servable that is no longer named is told an empty list at once, if it had any', async () => {
    kit.put('m/1', 'n/1');
    kit.watch({ m: latest(1), n: latest(1), never: latest(1) });
    await kit.look();
    kit.watch({ n: latest(1) });
    assert.deepEqual(kit.take(), ['m: ']);
    assert.deepEqual(await kit.look(), []);
    kit.watch({ m: latest(1), n: latest(1) });
    assert.deepEqual(await kit.look(), ['m: 1=m/1']);
  });

  test('a base path that changes applies at the next look, the old versions stay until then', async () => {
    kit.put('m/1', 'm2/1', 'm2/2');
    kit.watch({ m: latest(1) });
    await kit.look();
    kit.source.watch([watched('m', latest(1), '/models/nowhere')]);
    assert.deepEqual(await kit.look(), []);
    kit.source.watch([watched('m', latest(1), '/models/m2')]);
    assert.deepEqual(await kit.look(), ['m: 2=m2/2']);
  });

  for (const [change, next, expected] of [
    ['another policy', [watched('m', specific(1n))], ['m: 1=m/1']],
    ['another base path', [watched('m', latest(1), '/models/m2')], ['m: 5=m2/5']],
    ['no longer there', [], []],
  ] as const) {
    test(`what a look finds of a servable that has ${change} by then is dropped`, async () => {
      kit.put('m/1', 'm/2', 'm2/5');
      kit.watch({ m: latest(1) });
      const open = kit.store.hold('/models/m/2');
      const looking = kit.source.look();
      await kit.clock.advance(0);
      kit.source.watch(next);
      open();
      await looking;
      assert.deepEqual(kit.take(), []);
      assert.deepEqual(await kit.look(), expected);
    });
  }

  test('what a look finds wrong of a servable that has changed by then is not spoken of', async () => {
    kit.watch({ m: latest(1) });
    const open = kit.store.hold('/models/m');
    const looking = kit.source.look();
    await kit.clock.advance(0);
    kit.source.watch([]);
    open();
    await looking;
    assert.deepEqual(kit.warnings(), []);
  });

  test('a look under way counts where the configuration says the same again', async () => {
    kit.put('m/1');
    kit.watch({ m: specific(1n) });
    const open = kit.store.hold('/models/m/1');
    const looking = kit.source.look();
    await kit.clock.advance(0);
    kit.watch({ m: specific(1n) });
    open();
    await looking;
    assert.deepEqual(kit.take(), ['m: 1=m/1']);
  });
});
