import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { VersionPolicy } from '../config/index.ts';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { FileSystemSource } from './file-system-source.ts';
import { SourceKit, watched } from './testing/source-kit.ts';

const latest = (count: number): VersionPolicy => ({ kind: 'latest', count });
const specific = (...versions: readonly bigint[]): VersionPolicy => ({
  kind: 'specific',
  versions,
});
const all: VersionPolicy = { kind: 'all' };

const noVersions = (name: string) =>
  `No versions of servable ${name} found under base path /models/${name}. Did you forget to name ` +
  "your leaf directory as a number (eg. '/1/')?";
const noBasePath = (name: string, path = `/models/${name}`) =>
  `Could not find base path ${path} for servable ${name} with error NOT_FOUND: ${path}; No such ` +
  'file or directory';
const missing = (version: bigint) =>
  `Version ${version} of servable m, which was requested to be served as a 'specific' version in ` +
  "the servable's version policy, was not found in the file system";

describe('FileSystemSource: what a look tells', () => {
  let kit: SourceKit;

  beforeEach(() => {
    kit = new SourceKit();
  });

  describe('by policy', () => {
    test('latest: the highest numbers, and the last of two names of one number', async () => {
      kit.put('m/1', 'm/9', 'm/010', 'm/10', 'm/note', 'm/1.5', 'm/99999999999999999999');
      kit.watch({ m: latest(2) });
      assert.deepEqual(await kit.look(), ['m: 10=m/10, 9=m/9']);
      assert.deepEqual(kit.warnings(), [
        'Duplicate version directories detected. Version 10 will be loaded from 10, 010 will be ignored.',
      ]);
    });

    test('all: every one, under the names that they have', async () => {
      kit.put('m/00000123', 'm/5', 'm/05');
      kit.watch({ m: all });
      assert.deepEqual(await kit.look(), ['m: 123=m/00000123, 5=m/05, 5=m/5']);
    });

    test('specific: what is there by number, with a warning of what is missing', async () => {
      kit.put('m/001', 'm/2', 'm/3');
      kit.watch({ m: specific(1n, 3n, 8n) });
      assert.deepEqual(await kit.look(), ['m: 1=m/001, 3=m/3']);
      assert.deepEqual(kit.warnings(), [missing(8n)]);
      kit.put('m/8');
      assert.deepEqual(await kit.look(), ['m: 1=m/001, 3=m/3, 8=m/8']);
    });

    test('specific: where all are there nothing is listed', async () => {
      kit.put('m/1', 'm/01', 'm/2');
      kit.watch({ m: specific(1n, 2n, 1n) });
      assert.deepEqual(await kit.look(), ['m: 1=m/1, 2=m/2']);
      assert.ok(!kit.store.calls.includes('list /models/m'));
      assert.deepEqual(kit.warnings(), []);
    });

    test('a revision comes with each version', async () => {
      kit.store.put('/models/m/1', { revision: 'first' });
      kit.watch({ m: latest(1) });
      await kit.look();
      assert.deepEqual(kit.target.versions, [
        [
          {
            id: { name: 'm', version: 1n },
            data: '/models/m/1',
            error: null,
            revision: 'first',
          },
        ],
      ]);
    });

    test('a policy that changes applies at the next look', async () => {
      kit.put('m/1', 'm/2', 'm/3');
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), ['m: 3=m/3']);
      kit.watch({ m: specific(1n) });
      assert.deepEqual(kit.take(), []);
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      kit.watch({ m: all });
      assert.deepEqual(await kit.look(), ['m: 1=m/1, 2=m/2, 3=m/3']);
    });

    test('a list that has not changed is not told again', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      assert.deepEqual(await kit.look(), []);
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), []);
      kit.put('m/2');
      assert.deepEqual(await kit.look(), ['m: 2=m/2']);
    });
  });

  describe('where versions are missing', () => {
    test('1: a missing base path holds up no other, and is waited for', async () => {
      kit.put('other/1');
      kit.watch({ m: latest(1), other: latest(1) });
      assert.deepEqual(kit.source.missing, ['m', 'other']);
      assert.deepEqual(await kit.look(), ['other: 1=other/1']);
      assert.deepEqual(kit.source.missing, ['m']);
      assert.deepEqual(kit.warnings(), [
        `Waiting for model m (looking again every 1 s): ${noBasePath('m')}`,
      ]);
      kit.put('m/7');
      assert.deepEqual(await kit.look(), ['m: 7=m/7']);
      assert.deepEqual(kit.source.missing, []);
    });

    test('1: a base path that goes missing leaves what was told', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.store.remove('/models/m');
      assert.deepEqual(await kit.look(), []);
      assert.deepEqual(kit.warnings(), [
        `FileSystemStoragePathSource encountered a filesystem access error: ${noBasePath('m')}. ` +
          'Servable m keeps its versions until /models/m can be read again',
      ]);
      kit.put('m/2');
      assert.deepEqual(await kit.look(), ['m: 2=m/2']);
    });

    test('a base path that cannot be listed leaves what was told', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.store.fault('/models/m', new StatusError(Code.PERMISSION_DENIED, 'closed'));
      assert.deepEqual(await kit.look(), []);
      assert.match(
        kit.warnings()[0] ?? '',
        /with error PERMISSION_DENIED: closed\. Servable m keeps/,
      );
    });

    test('a version directory that cannot be read is passed over', async () => {
      kit.put('m/1', 'm/2');
      kit.store.fault('/models/m/2', new StatusError(Code.PERMISSION_DENIED, 'closed'));
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      assert.deepEqual(kit.warnings(), [
        'Waiting for servable version {name: m version: 2} at /models/m/2 to be complete: ' +
          'PERMISSION_DENIED: closed',
      ]);
      kit.store.fault('/models/m/2', null);
      assert.deepEqual(await kit.look(), ['m: 2=m/2']);
    });

    test('3: versions that have all gone are unloaded', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.store.remove('/models/m/1');
      assert.deepEqual(await kit.look(), ['m: ']);
      assert.deepEqual(await kit.look(), []);
      assert.deepEqual(kit.warnings(), [noVersions('m')]);
      kit.put('m/1');
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
    });

    test('3: versions that have all gone stay, if they are always to be present', async () => {
      kit = new SourceKit({ alwaysPresent: true });
      kit.put('m/1', 'm/2');
      kit.watch({ m: latest(2) });
      await kit.look();
      kit.store.remove('/models/m/1');
      kit.store.remove('/models/m/2');
      assert.deepEqual(await kit.look(), []);
      assert.deepEqual(kit.warnings(), [
        `Refusing to unload all versions for Servable: m. ${noVersions('m')}`,
      ]);
      kit.put('m/2');
      assert.deepEqual(await kit.look(), ['m: 2=m/2']);
    });

    test('an empty list of specific versions unloads all, whatever is to be present', async () => {
      kit = new SourceKit({ alwaysPresent: true });
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.watch({ m: specific() });
      assert.deepEqual(await kit.look(), ['m: ']);
      assert.deepEqual(kit.warnings(), ['No specific versions requested for servable m.']);
      assert.deepEqual(kit.source.missing, []);
    });

    test('specific versions that have all gone are as any that have', async () => {
      kit.put('m/1', 'm/2');
      kit.watch({ m: specific(1n) });
      await kit.look();
      kit.store.remove('/models/m/1');
      assert.deepEqual(await kit.look(), ['m: ']);
      assert.deepEqual(kit.warnings(), [missing(1n), noVersions('m')]);
    });

    test('a base path without versions is waited for, one that is a version is told from one', async () => {
      kit.store.put('/models/m/saved_model');
      kit.store.put('/models/n/1/variables');
      kit.source.watch([watched('m'), watched('n', latest(1), '/models/n/1')]);
      assert.deepEqual(await kit.look(), []);
      assert.deepEqual(kit.source.missing, ['m', 'n']);
      assert.deepEqual(kit.warnings(), [
        `Waiting for model m (looking again every 1 s): ${noVersions('m')}`,
        `Waiting for model n (looking again every 1 s): ` +
          `${noVersions('n').replace('/models/n', '/models/n/1')} /models/n/1 looks like a ` +
          'version itself: the base path is the folder above it.',
      ]);
    });

    test('reminders come at once, every 30 s, and at once again after all was well', async () => {
      kit.watch({ m: latest(1) });
      const count = async () => {
        await kit.source.look();
        return kit.warnings().length;
      };
      assert.equal(await count(), 1);
      await kit.clock.advance(29_999);
      assert.equal(await count(), 1);
      await kit.clock.advance(1);
      assert.equal(await count(), 2);
      kit.put('m/1');
      assert.equal(await count(), 2);
      kit.store.remove('/models/m');
      assert.equal(await count(), 3);
      assert.equal(await count(), 3);
    });
  });

  describe('2: where versions are being written', () => {
    const young = { quietMs: 0 };

    test('the next one that is whole counts in place of one that is not', async () => {
      kit.put('m/1');
      kit.store.put('/models/m/2', young);
      kit.incomplete.set('/models/m/2', 'variables are missing');
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      assert.deepEqual(kit.warnings(), [
        'Waiting for servable version {name: m version: 2} at /models/m/2 to be complete: ' +
          'variables are missing',
      ]);
      kit.incomplete.clear();
      kit.store.put('/models/m/2', { revision: 'r2', quietMs: 0 });
      assert.deepEqual(await kit.nextLook(), []);
      assert.deepEqual(await kit.nextLook(), ['m: 2=m/2']);
      assert.equal(kit.warnings().length, 1);
    });

    test('nothing is told where only such are left, though one was served before', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.store.remove('/models/m/1');
      kit.store.put('/models/m/2', young);
      assert.deepEqual(await kit.look(), []);
      assert.deepEqual(await kit.nextLook(), ['m: 2=m/2']);
    });

    test('looks a moment apart do not tell one that has just changed', async () => {
      kit.store.put('/models/m/1', young);
      kit.watch({ m: latest(1) });
      for (let look = 0; look < 5; look++) assert.deepEqual(await kit.look(), []);
      await kit.clock.advance(899);
      assert.deepEqual(await kit.look(), []);
      await kit.clock.advance(1);
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
    });

    test('one that is waited for is not missing', async () => {
      kit.store.put('/models/m/1', young);
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), []);
      assert.deepEqual(kit.source.missing, []);
    });

    test('one that stays incomplete is told as it is once it has settled, with a warning', async () => {
      kit = new SourceKit({ settleSeconds: 5 });
      kit.store.put('/models/m/1', young);
      kit.incomplete.set('/models/m/1', 'no graph');
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), []);
      await kit.clock.advance(4999);
      assert.deepEqual(await kit.look(), []);
      await kit.clock.advance(1);
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      assert.deepEqual(kit.warnings().slice(1), [
        'Servable version {name: m version: 1} at /models/m/1 is incomplete and has not changed ' +
          'for 5 s, it is loaded as it is: no graph',
      ]);
      assert.deepEqual(await kit.look(), []);
      assert.equal(kit.warnings().length, 2);
    });

    test('nothing waits where there is no settling', async () => {
      kit = new SourceKit({ settleSeconds: 0 });
      kit.store.put('/models/m/1', young);
      kit.incomplete.set('/models/m/1', 'no graph');
      kit.watch({ m: latest(1) });
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      assert.deepEqual(kit.warnings(), []);
    });

    test('one that failed is told again, with a new revision, once its files have changed', async () => {
      kit.put('m/1');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.failed.add('{name: m version: 1}');
      assert.deepEqual(await kit.look(), []);
      kit.store.put('/models/m/1', { revision: 'r2', quietMs: 0 });
      assert.deepEqual(await kit.nextLook(), []);
      assert.deepEqual(await kit.nextLook(), ['m: 1=m/1']);
      assert.deepEqual(
        kit.target.versions.map(([version]) => version?.revision),
        ['r1', 'r2'],
      );
    });

    test('one that went and came back is looked into anew', async () => {
      kit.put('m/1', 'm/2');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.store.remove('/models/m/2');
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      kit.store.put('/models/m/2', { revision: 'r2', quietMs: 0 });
      assert.deepEqual(await kit.nextLook(), []);
      assert.deepEqual(await kit.nextLook(), ['m: 2=m/2']);
      assert.equal(kit.target.versions.at(-1)?.[0]?.revision, 'r2');
    });

    for (const [pollWaitSeconds, settleSeconds, quietMs] of [
      [30, 60, 27_000],
      [120, 60, 60_000],
      [0.5, 60, 450],
      [0, 60, 900],
      [-1, 60, 900],
    ] as const) {
      test(`a pause of ${pollWaitSeconds} s takes for whole at once what is quiet for ${quietMs} ms`, async () => {
        kit = new SourceKit({ pollWaitSeconds, settleSeconds });
        kit.store.put('/models/m/1', { quietMs });
        kit.store.put('/models/n/1', { quietMs: quietMs - 1 });
        kit.watch({ m: latest(1), n: latest(1) });
        assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      });
    }

    test('one that failed gives way to an older one while its files change', async () => {
      kit.put('m/1', 'm/2');
      kit.watch({ m: latest(1) });
      await kit.look();
      kit.failed.add('{name: m version: 2}');
      kit.store.put('/models/m/2', { revision: 'r2', quietMs: 0 });
      assert.deepEqual(await kit.look(), ['m: 1=m/1']);
      assert.deepEqual(await kit.nextLook(), ['m: 2=m/2']);
    });
  });

  test('an error of the store in one servable touches no other', async () => {
    kit.put('a/1', 'b/1', 'c/1');
    kit.store.fault('/models/b', unavailable('no disk'));
    kit.watch({ a: latest(1), b: latest(1), c: latest(1) });
    assert.deepEqual((await kit.look()).sort(), ['a: 1=a/1', 'c: 1=c/1']);
    kit.store.fault('/models/b', null);
    assert.deepEqual(await kit.look(), ['b: 1=b/1']);
  });

  test('a source has one target', () => {
    assert.throws(
      () => kit.source.setAspiredVersionsCallback(() => {}),
      (error) => error instanceof StatusError && error.code === Code.FAILED_PRECONDITION,
    );
    assert.ok(kit.source instanceof FileSystemSource);
  });
});
