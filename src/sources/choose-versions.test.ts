import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { VersionPolicy } from '../config/index.ts';
import { unavailable } from '../status/index.ts';
import type { VersionDirectory } from '../stores/index.ts';
import { type Admit, chooseVersions } from './choose-versions.ts';

const directory = (name: string): VersionDirectory => ({
  version: BigInt(name),
  name,
  path: `/m/${name}`,
});

const latest = (count: number): VersionPolicy => ({ kind: 'latest', count });
const specific = (...versions: readonly bigint[]): VersionPolicy => ({
  kind: 'specific',
  versions,
});
const all: VersionPolicy = { kind: 'all' };

/** Chooses among directories of these names, of which those with a `?` are not ready. */
async function choose(policy: VersionPolicy, ...names: readonly string[]) {
  const notReady = new Set(
    names.filter((name) => name.endsWith('?')).map((name) => name.slice(0, -1)),
  );
  const asked: string[] = [];
  const admit: Admit = async ({ name }) => {
    asked.push(name);
    return notReady.has(name) ? null : `revision of ${name}`;
  };
  const found = names.map((name) => directory(name.replace('?', '')));
  const { versions, waiting, warnings } = await chooseVersions('m', policy, found, admit);
  for (const {
    directory: { name },
    revision,
  } of versions) {
    assert.equal(revision, `revision of ${name}`);
  }
  return {
    chosen: versions.map(({ directory: { name } }) => name),
    waiting: waiting.map(({ name }) => name),
    warnings,
    asked,
  };
}

const missing = (version: bigint) =>
  `Version ${version} of servable m, which was requested to be served as a 'specific' version in ` +
  "the servable's version policy, was not found in the file system";
const duplicate = (chosen: string, ignored: string) =>
  `Duplicate version directories detected. Version ${Number(chosen)} will be loaded from ` +
  `${chosen}, ${ignored} will be ignored.`;

describe('chooseVersions', () => {
  const rows: readonly [
    what: string,
    policy: VersionPolicy,
    names: readonly string[],
    chosen: readonly string[],
    waiting?: readonly string[],
    warnings?: readonly string[],
  ][] = [
    ['latest takes the highest number', latest(1), ['1', '10', '9'], ['10']],
    ['latest takes the highest numbers', latest(2), ['1', '10', '9'], ['10', '9']],
    ['latest takes all where there are fewer', latest(5), ['1', '2'], ['2', '1']],
    ['latest has nothing to take', latest(1), [], []],
    ['latest passes over what is not ready', latest(2), ['1', '2', '3?', '4'], ['4', '2'], ['3']],
    ['latest where nothing is ready', latest(1), ['1?', '2?'], [], ['2', '1']],
    [
      'latest sorts numbers beyond doubles',
      latest(1),
      ['9007199254740992', '9007199254740993'],
      ['9007199254740993'],
    ],
    [
      'latest takes the last of one number',
      latest(2),
      ['01', '1', '2'],
      ['2', '1'],
      [],
      [duplicate('1', '01')],
    ],
    [
      'latest warns of each duplicate',
      latest(1),
      ['001', '01', '1'],
      ['1'],
      [],
      [duplicate('01', '001'), duplicate('1', '01')],
    ],
    ['all takes every one', all, ['1', '10', '9'], ['1', '10', '9']],
    ['all takes duplicates too', all, ['01', '1'], ['01', '1']],
    ['all passes over what is not ready', all, ['1?', '2'], ['2'], ['1']],
    ['specific takes what is asked for', specific(3n, 1n), ['1', '2', '3'], ['3', '1']],
    ['specific takes one asked for twice once', specific(1n, 1n), ['1'], ['1']],
    [
      'specific warns of what is missing',
      specific(1n, 8n, 9n),
      ['1'],
      ['1'],
      [],
      [missing(8n), missing(9n)],
    ],
    ['specific finds nothing', specific(8n), ['1'], [], [], [missing(8n)]],
    ['specific waits for what is not ready', specific(1n, 2n), ['1', '2?', '3'], ['1'], ['2']],
    ['specific finds numbers with zeros', specific(1n), ['001'], ['001']],
    [
      'specific takes the last of one number',
      specific(1n),
      ['01', '1'],
      ['1'],
      [],
      [duplicate('1', '01')],
    ],
    [
      'specific asks for nothing',
      specific(),
      ['1'],
      [],
      [],
      ['No specific versions requested for servable m.'],
    ],
  ];
  for (const [what, policy, names, chosen, waiting = [], warnings = []] of rows) {
    test(what, async () => {
      const outcome = await choose(policy, ...names);
      assert.deepEqual(outcome.chosen, chosen);
      assert.deepEqual(outcome.waiting, waiting);
      assert.deepEqual(outcome.warnings, warnings);
    });
  }

  test('what is not needed is not looked at', async () => {
    assert.deepEqual((await choose(latest(1), '1', '2', '3?')).asked, ['3', '2']);
    assert.deepEqual((await choose(specific(2n), '1', '2', '3')).asked, ['2']);
  });

  test('a directory that cannot be looked at fails the choice', async () => {
    const admit = () => Promise.reject(unavailable('no disk'));
    await assert.rejects(chooseVersions('m', all, [directory('1')], admit), /no disk/);
  });
});
