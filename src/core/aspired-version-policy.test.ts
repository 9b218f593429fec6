import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type AspiredVersionPolicy,
  availabilityPreserving,
  resourcePreserving,
  type VersionSnapshot,
} from './aspired-version-policy.ts';
import type { HarnessState } from './loader-harness.ts';

/** `+3 ready`: version 3 is aspired and ready; `-` stands for one that is not aspired. */
function versions(...texts: readonly string[]): VersionSnapshot[] {
  return texts.map((text) => {
    const [, sign, version, state] = /^([+-])(\d+) (.+)$/.exec(text)!;
    return { version: BigInt(version!), state: state as HarnessState, isAspired: sign === '+' };
  });
}

function decision(policy: AspiredVersionPolicy, ...texts: readonly string[]): string {
  const action = policy(versions(...texts));
  return action === null ? 'nothing' : `${action.kind} ${action.version}`;
}

const rows: readonly [versions: string[], availability: string, resource: string][] = [
  [[], 'nothing', 'nothing'],
  [['+1 new'], 'load 1', 'load 1'],
  [['+1 new', '+3 new', '+2 new'], 'load 3', 'load 3'],
  [['+3 loading', '+2 new'], 'load 2', 'load 2'],
  [['+1 ready'], 'nothing', 'nothing'],
  [['-1 ready', '+2 new'], 'load 2', 'unload 1'],
  [['-1 ready', '+2 loading'], 'nothing', 'unload 1'],
  [['-1 ready', '+2 error'], 'nothing', 'unload 1'],
  [['-1 ready', '+2 ready'], 'unload 1', 'unload 1'],
  [['-2 ready', '-1 ready', '+3 new'], 'unload 1', 'unload 1'],
  [['-2 ready', '-1 quiescing', '+3 new'], 'load 3', 'unload 2'],
  [['-1 quiescing', '+2 new'], 'load 2', 'nothing'],
  [['-1 loading', '+2 new'], 'load 2', 'nothing'],
  [['-1 disabled', '+2 new'], 'load 2', 'load 2'],
  [['-1 error', '+2 new'], 'load 2', 'load 2'],
  [['-2 ready', '-1 ready'], 'unload 1', 'unload 1'],
  [['-2 ready', '+1 new'], 'load 1', 'unload 2'],
  [['-2 ready', '+1 ready', '+3 new'], 'unload 2', 'unload 2'],
  [['+2 ready', '+3 new'], 'load 3', 'load 3'],
  [
    ['+9007199254740993 new', '+9007199254740992 new'],
    'load 9007199254740993',
    'load 9007199254740993',
  ],
];

describe('aspired version policies', () => {
  for (const [given, availability, resource] of rows) {
    test(given.join(', ') || 'no versions', () => {
      assert.equal(decision(availabilityPreserving, ...given), availability);
      assert.equal(decision(resourcePreserving, ...given), resource);
    });
  }

  test('availability is never given up while a version is wanted, resources are never doubled', () => {
    const states: readonly HarnessState[] = ['new', 'loading', 'ready', 'quiescing', 'error'];
    const one = (version: bigint, code: number): VersionSnapshot => ({
      version,
      state: states[code % 5]!,
      isAspired: code < 5,
    });
    for (let code = 0; code < 1000; code++) {
      const given = [
        one(1n, code % 10),
        one(2n, ((code / 10) | 0) % 10),
        one(3n, (code / 100) | 0),
      ];
      const isReady = ({ state }: VersionSnapshot) => state === 'ready';
      const text = JSON.stringify(given, (_, value) =>
        typeof value === 'bigint' ? Number(value) : value,
      );
      const kept = availabilityPreserving(given);
      if (kept?.kind === 'unload' && given.some(({ isAspired }) => isAspired)) {
        assert.ok(given.filter(isReady).length > 1, text);
      }
      const spared = resourcePreserving(given);
      if (spared?.kind === 'load') {
        const isOldInMemory = (version: VersionSnapshot) =>
          !version.isAspired && ['loading', 'ready', 'quiescing'].includes(version.state);
        assert.ok(!given.some(isOldInMemory), text);
      }
    }
  });
});
