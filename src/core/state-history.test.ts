import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unavailable } from '../status/index.ts';
import { randomFrom } from '../util/testing/random.ts';
import type { ServableState, ServableStatus } from './servable-state.ts';
import { StateHistory } from './state-history.ts';

const status = (name: string, version: bigint, state: ServableState): ServableStatus => ({
  id: { name, version },
  state,
  error: null,
});

const texts = (history: StateHistory, name: string) =>
  history.statuses(name).map(({ id, state }) => `${id.version} ${state}`);

describe('StateHistory', () => {
  test('keeps the last state of each version, the newest version first', () => {
    const history = new StateHistory({ maxEndedVersions: 10, maxEndedServables: 10 });
    history.record(status('m', 9n, 'START'));
    history.record(status('m', 10n, 'START'));
    history.record(status('m', 2n, 'END'));
    history.record(status('m', 9n, 'LOADING'));
    history.record(status('a', 1n, 'AVAILABLE'));
    assert.deepEqual(texts(history, 'm'), ['10 START', '9 LOADING', '2 END']);
    assert.deepEqual(history.names(), ['a', 'm']);
    assert.deepEqual(texts(history, 'nope'), []);
  });

  test('tells the state of one version, with its error', () => {
    const history = new StateHistory({ maxEndedVersions: 10, maxEndedServables: 10 });
    const failed: ServableStatus = { ...status('m', 1n, 'END'), error: unavailable('no') };
    history.record(failed);
    history.record(status('m', 2n, 'AVAILABLE'));
    assert.equal(history.status({ name: 'm', version: 1n }), failed);
    assert.equal(history.status({ name: 'm', version: 2n })?.state, 'AVAILABLE');
    assert.equal(history.status({ name: 'm', version: 3n }), null);
    assert.equal(history.status({ name: 'n', version: 1n }), null);
  });

  test('of ended versions, those that ended last are kept', () => {
    const history = new StateHistory({ maxEndedVersions: 2, maxEndedServables: 10 });
    history.record(status('m', 5n, 'AVAILABLE'));
    for (const version of [3n, 1n, 2n]) history.record(status('m', version, 'END'));
    assert.deepEqual(texts(history, 'm'), ['5 AVAILABLE', '2 END', '1 END']);
    history.record(status('m', 1n, 'END'));
    history.record(status('m', 5n, 'END'));
    assert.deepEqual(texts(history, 'm'), ['5 END', '1 END']);
  });

  test('a version that starts again has not ended', () => {
    const history = new StateHistory({ maxEndedVersions: 1, maxEndedServables: 10 });
    history.record(status('m', 1n, 'END'));
    history.record(status('m', 1n, 'START'));
    history.record(status('m', 2n, 'END'));
    assert.deepEqual(texts(history, 'm'), ['2 END', '1 START']);
  });

  test('of servables that have ended, those whose last end is oldest are forgotten', () => {
    const history = new StateHistory({ maxEndedVersions: 5, maxEndedServables: 2 });
    history.record(status('alive', 1n, 'END'));
    history.record(status('alive', 2n, 'LOADING'));
    history.record(status('a', 1n, 'END'));
    history.record(status('b', 1n, 'END'));
    history.record(status('a', 2n, 'END'));
    assert.deepEqual(history.names(), ['a', 'alive', 'b']);
    history.record(status('c', 1n, 'END'));
    assert.deepEqual(history.names(), ['a', 'alive', 'c']);
    history.record(status('a', 3n, 'START'));
    history.record(status('d', 1n, 'END'));
    assert.deepEqual(history.names(), ['a', 'alive', 'c', 'd']);
    assert.deepEqual(texts(history, 'a'), ['3 START', '2 END', '1 END']);
    history.record(status('alive', 2n, 'END'));
    assert.deepEqual(history.names(), ['a', 'alive', 'd']);
  });

  test('with a limit of none, only what lives is known', () => {
    const history = new StateHistory({ maxEndedVersions: 0, maxEndedServables: 0 });
    history.record(status('m', 1n, 'AVAILABLE'));
    history.record(status('m', 2n, 'END'));
    assert.deepEqual(texts(history, 'm'), ['1 AVAILABLE']);
    history.record(status('m', 1n, 'END'));
    assert.deepEqual(history.names(), []);
  });

  test('stays within its limits whatever comes, and forgets nothing that lives', () => {
    const states: readonly ServableState[] = ['START', 'LOADING', 'AVAILABLE', 'UNLOADING', 'END'];
    const limits = { maxEndedVersions: 3, maxEndedServables: 4 };
    const random = randomFrom(7);
    const below = (limit: number) => Math.floor(random() * limit);
    const history = new StateHistory(limits);
    const live = new Map<string, string>();
    for (let step = 0; step < 5000; step++) {
      const name = `m${below(12)}`;
      const version = BigInt(below(8));
      const state = random() < 0.5 ? 'END' : states[below(states.length)]!;
      history.record(status(name, version, state));
      const key = `${name} ${version}`;
      if (state === 'END') live.delete(key);
      else live.set(key, state);
      const known = history.names().map((known) => history.statuses(known));
      const ended = known.filter((all) => all.every((one) => one.state === 'END'));
      assert.ok(ended.length <= limits.maxEndedServables, `step ${step}`);
      for (const all of known) {
        assert.ok(all.length > 0);
        const ends = all.filter((one) => one.state === 'END');
        assert.ok(ends.length <= limits.maxEndedVersions, `step ${step}`);
      }
      const living = known.flat().filter((one) => one.state !== 'END');
      assert.deepEqual(
        new Map(living.map(({ id, state }) => [`${id.name} ${id.version}`, state as string])),
        new Map([...live].sort()),
      );
    }
  });
});
