import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DecidedServables } from './decided-servables.ts';
import type { ServableState } from './servable-state.ts';

const status = (name: string, state: ServableState) => ({
  id: { name, version: 1n },
  state,
  error: null,
});

describe('DecidedServables', () => {
  test('looks every name up once, and none again for the events of others', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `m${i}`);
    const lookedUp: string[] = [];
    const decided = new DecidedServables(names, (name) => {
      lookedUp.push(name);
      return [status(name, 'LOADING')];
    });
    for (const name of names) {
      assert.equal(decided.all(), null);
      decided.see(status(name, 'LOADING'));
      decided.see(status(name, 'AVAILABLE'));
      decided.see(status('another', 'AVAILABLE'));
    }
    assert.equal(decided.all()?.length, 1000);
    assert.deepEqual(lookedUp, names);
  });
});
