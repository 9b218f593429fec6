import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { unavailable } from '../status/index.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { FakeStore } from './testing/fake-store.ts';
import { VersionGate, type VersionGateOptions } from './version-gate.ts';

const path = '/models/m/1';
const incompleteReason = 'half of it is missing';

describe('VersionGate', () => {
  let clock: FakeClock;
  let store: FakeStore;
  let isComplete: boolean;
  /** Paths that were looked into. */
  let checked: string[];
  let gate: VersionGate;

  const gateOf = (options: Partial<VersionGateOptions> = {}) =>
    new VersionGate({
      store,
      clock,
      settleMs: 60_000,
      quietMs: 1000,
      checkComplete: async (checkedPath) => {
        checked.push(checkedPath);
        return isComplete ? { complete: true } : { complete: false, reason: incompleteReason };
      },
      ...options,
    });

  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeStore();
    isComplete = true;
    checked = [];
    gate = gateOf();
  });

  const admitted = (revision: string, incomplete: string | null = null) => ({
    admitted: true,
    revision,
    incomplete,
  });
  const waiting = (incomplete: string | null) => ({ admitted: false, incomplete });
  const justChanged = waiting(null);

  /** A look during which 10 s pass. */
  async function slowLook() {
    const answer = store.hold(path);
    const looking = gate.look(path, false, false);
    await clock.advance(10_000);
    answer();
    return await looking;
  }

  test('1: what had settled before the first look is let in at once, whatever is in it, without a look into it', async () => {
    isComplete = false;
    store.put(path, { quietMs: 60_000 });
    assert.deepEqual(await gate.look(path, false, true), admitted('r1'));
    assert.deepEqual(checked, []);
  });

  test('1: what comes later and is incomplete settles by the looks alone: the store may have another clock', async () => {
    isComplete = false;
    store.put(path, { quietMs: 60_000 });
    assert.deepEqual(await gate.look(path, false, false), waiting('half of it is missing'));
    await clock.advance(60_000);
    const settled = await gate.look(path, false, false);
    assert.deepEqual(settled, admitted('r1', 'half of it is missing'));
  });

  test('1: what is incomplete is let in once it was seen unchanged for long enough', async () => {
    isComplete = false;
    store.put(path, { quietMs: 0 });
    assert.deepEqual(await gate.look(path, false, false), waiting(incompleteReason));
    await clock.advance(59_999);
    assert.deepEqual(await gate.look(path, false, false), waiting(incompleteReason));
    await clock.advance(1);
    assert.deepEqual(await gate.look(path, false, false), admitted('r1', incompleteReason));
    assert.deepEqual(checked, [path]);
  });

  test('1: a change begins the settling anew, and a look into it', async () => {
    isComplete = false;
    store.put(path, { quietMs: 0 });
    await gate.look(path, false, false);
    await clock.advance(59_000);
    store.put(path, { revision: 'r2', quietMs: 0 });
    assert.deepEqual(await gate.look(path, false, false), waiting(incompleteReason));
    await clock.advance(59_999);
    assert.deepEqual(await gate.look(path, false, false), waiting(incompleteReason));
    await clock.advance(1);
    assert.deepEqual(await gate.look(path, false, false), admitted('r2', incompleteReason));
    assert.deepEqual(checked, [path, path]);
  });

  test('1: nothing waits where there is no settling', async () => {
    gate = gateOf({ settleMs: 0, quietMs: 0 });
    isComplete = false;
    store.put(path, { quietMs: -5 });
    assert.deepEqual(await slowLook(), admitted('r1'));
  });

  test('2: what is complete and quiet is let in at the first look', async () => {
    store.put(path, { quietMs: 1000 });
    assert.deepEqual(await gate.look(path, false, false), admitted('r1'));
    assert.deepEqual(checked, [path]);
  });

  test('2: what is complete is let in once it was seen unchanged for long enough', async () => {
    store.put(path, { quietMs: 999 });
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    await clock.advance(1000);
    store.put(path, { revision: 'r2', quietMs: 0 });
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    // By the clock of the store its files are yet to change.
    store.put(path, { revision: 'r2', quietMs: -1000 });
    await clock.advance(999);
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    await clock.advance(1);
    assert.deepEqual(await gate.look(path, false, false), admitted('r2'));
    assert.deepEqual(checked, [path, path]);
  });

  test('2: looks a moment apart do not let in what has just changed, however many', async () => {
    store.put(path, { quietMs: 0 });
    for (let look = 0; look < 5; look++) {
      assert.deepEqual(await gate.look(path, false, false), justChanged);
    }
    await clock.advance(1);
    assert.deepEqual(await gate.look(path, false, false), justChanged);
  });

  test('2: what the store says and what the looks tell are not added up', async () => {
    store.put(path, { quietMs: 600 });
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    await clock.advance(999);
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    store.put(path, { quietMs: 1000 });
    assert.deepEqual(await gate.look(path, false, false), admitted('r1'));
  });

  test('2: the time that a look takes does not count', async () => {
    store.put(path, { quietMs: 0 });
    assert.deepEqual(await slowLook(), justChanged);
    assert.deepEqual(await slowLook(), justChanged);
    // This one begins long after the first was over.
    assert.deepEqual(await gate.look(path, false, false), admitted('r1'));
  });

  test('2: what becomes complete by a change is waited for as any change', async () => {
    isComplete = false;
    store.put(path, { quietMs: 0 });
    await gate.look(path, false, false);
    await clock.advance(5000);
    isComplete = true;
    store.put(path, { revision: 'r2', quietMs: 0 });
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    await clock.advance(1000);
    assert.deepEqual(await gate.look(path, false, false), admitted('r2'));
  });

  test('what was let in is not looked at again, though its files change', async () => {
    store.put(path);
    await gate.look(path, false, false);
    const calls = store.calls.length;
    store.put(path, { revision: 'r2', quietMs: 0 });
    assert.deepEqual(await gate.look(path, false, false), admitted('r1'));
    assert.equal(store.calls.length, calls);
  });

  test('what failed is let in as it was until its files change, then once they are whole', async () => {
    store.put(path);
    await gate.look(path, false, false);
    assert.deepEqual(await gate.look(path, true, false), admitted('r1'));
    isComplete = false;
    store.put(path, { revision: 'r2', quietMs: 0 });
    assert.deepEqual(await gate.look(path, true, false), waiting(incompleteReason));
    isComplete = true;
    store.put(path, { revision: 'r3', quietMs: 0 });
    assert.deepEqual(await gate.look(path, true, false), justChanged);
    assert.deepEqual(await gate.look(path, true, false), justChanged);
    await clock.advance(1000);
    assert.deepEqual(await gate.look(path, true, false), admitted('r3'));
    assert.deepEqual(await gate.look(path, false, false), admitted('r3'));
  });

  test('what has gone is forgotten, and looked into when it is back', async () => {
    store.put(path, { quietMs: 1000 });
    store.put('/models/m/2', { quietMs: 1000 });
    await gate.look(path, false, false);
    await gate.look('/models/m/2', false, false);
    gate.keepOnly(new Set(['/models/m/2']));
    store.put(path, { revision: 'r2', quietMs: 1000 });
    store.put('/models/m/2', { revision: 'r2', quietMs: 1000 });
    assert.deepEqual(await gate.look(path, false, false), admitted('r2'));
    assert.deepEqual(await gate.look('/models/m/2', false, false), admitted('r1'));
  });

  test('what waits and goes begins its waiting anew', async () => {
    store.put(path, { quietMs: 0 });
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    await clock.advance(1000);
    gate.keepOnly(new Set());
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    await clock.advance(999);
    assert.deepEqual(await gate.look(path, false, false), justChanged);
    await clock.advance(1);
    assert.deepEqual(await gate.look(path, false, false), admitted('r1'));
  });

  test('directories wait apart from each other', async () => {
    store.put(path, { quietMs: 0 });
    store.put('/models/m/2', { quietMs: 0 });
    await gate.look(path, false, false);
    await clock.advance(500);
    assert.deepEqual(await gate.look('/models/m/2', false, false), justChanged);
    await clock.advance(500);
    assert.deepEqual(await gate.look(path, false, false), admitted('r1'));
    assert.deepEqual(await gate.look('/models/m/2', false, false), justChanged);
    await clock.advance(500);
    assert.deepEqual(await gate.look('/models/m/2', false, false), admitted('r1'));
  });

  test('an error of the store is thrown, and changes nothing', async () => {
    store.put(path, { quietMs: 0 });
    await gate.look(path, false, false);
    await clock.advance(500);
    store.fault(path, unavailable('no disk'));
    await assert.rejects(gate.look(path, false, false), /no disk/);
    store.fault(path, null);
    await clock.advance(500);
    assert.deepEqual(await gate.look(path, false, false), admitted('r1'));
  });
});
