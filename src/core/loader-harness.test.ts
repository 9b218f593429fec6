import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Code, StatusError, unavailable } from '../status/index.ts';
import { type HarnessState, LoaderHarness } from './loader-harness.ts';
import { servableData, servableError } from './servable-data.ts';
import { FakeLoader } from './testing/fake-loader.ts';

const id = { name: 'm', version: 1n };
const whole = [
  ...['load-requested', 'load-approved', 'loading', 'ready'],
  ...['unload-requested', 'quiescing', 'quiesced', 'unloading', 'disabled'],
] as Exclude<HarnessState, 'error'>[];

describe('LoaderHarness', () => {
  test('goes the whole way', () => {
    const harness = new LoaderHarness(servableData(id, new FakeLoader('m')));
    const seen = [harness.state];
    for (const state of whole) {
      harness.to(state);
      seen.push(harness.state);
    }
    assert.deepEqual(seen, ['new', ...whole]);
  });

  test('every other move ends in error, with a reason', () => {
    const after: Partial<Record<HarnessState, readonly HarnessState[]>> = {
      'load-requested': ['load-requested'],
      'load-approved': ['load-requested'],
      loading: ['load-requested'],
    };
    const states: HarnessState[] = ['new', ...whole];
    for (const [at, state] of states.entries()) {
      for (const next of ['new', ...whole] as const) {
        const isLegal = next === states[at + 1] || after[state]?.includes(next) === true;
        const harness = new LoaderHarness(servableData(id, new FakeLoader('m')));
        for (const step of whole.slice(0, at)) harness.to(step);
        if (isLegal) {
          harness.to(next);
          assert.equal(harness.state, next);
          continue;
        }
        const text = `Illegal transition of servable {name: m version: 1} from ${state} to ${next}`;
        assert.throws(() => harness.to(next), new StatusError(Code.INTERNAL, text));
        assert.deepEqual([harness.state, harness.error?.message], ['error', text]);
      }
    }
  });

  test('a failure can be tried again, with a fresh signal', () => {
    const harness = new LoaderHarness(servableData(id, new FakeLoader('m')));
    harness.to('load-requested');
    harness.cancelLoad();
    assert.equal(harness.signal.aborted, true);
    harness.fail(unavailable('busy'));
    assert.equal(harness.error?.message, 'busy');
    harness.to('new');
    assert.deepEqual([harness.state, harness.error, harness.signal.aborted], ['new', null, false]);
  });

  test('what a source cannot offer is in error from the begin', () => {
    const harness = new LoaderHarness<string>(servableError(id, unavailable('no disk'), 'r'));
    assert.deepEqual(
      [harness.state, harness.error?.message, harness.hasLoader, harness.revision],
      ['error', 'no disk', false, 'r'],
    );
  });
});
