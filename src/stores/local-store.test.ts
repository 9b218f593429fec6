import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { folderSize } from './folder-size.ts';
import { LocalStore } from './local-store.ts';
import type { StoreEntry, StoreStat } from './store.ts';
import { listVersions, parseVersion } from './version-directory.ts';

describe('LocalStore', () => {
  const store = new LocalStore();
  let base: string;

  beforeEach(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'serval-store-'));
  });

  afterEach(() => rm(base, { recursive: true }));

  test('lists children by name, and follows links to folders', async () => {
    await mkdir(path.join(base, 'b'));
    await writeFile(path.join(base, 'a'), 'text');
    await symlink(path.join(base, 'b'), path.join(base, 'link'));
    await symlink(path.join(base, 'nowhere'), path.join(base, 'dead'));
    assert.deepEqual(await store.list(base), [
      { name: 'a', isDirectory: false },
      { name: 'b', isDirectory: true },
      { name: 'dead', isDirectory: false },
      { name: 'link', isDirectory: true },
    ]);
  });

  test('reads files and their sizes', async () => {
    await writeFile(path.join(base, 'a'), 'text');
    const { isDirectory, size } = await store.stat(path.join(base, 'a'));
    assert.deepEqual({ isDirectory, size }, { isDirectory: false, size: 4 });
    assert.equal(Buffer.from(await store.read(path.join(base, 'a'))).toString(), 'text');
  });

  test('tells by their identity that two paths lead to one thing', async () => {
    await mkdir(path.join(base, 'b'));
    await mkdir(path.join(base, 'c'));
    await symlink(path.join(base, 'b'), path.join(base, 'link'));
    const [b, c, link] = await Promise.all(
      ['b', 'c', 'link'].map(async (name) => (await store.stat(path.join(base, name))).identity),
    );
    assert.equal(link, b);
    assert.notEqual(c, b);
  });

  test('says what is wrong in the form of TensorFlow', async () => {
    const missing = path.join(base, 'missing');
    await writeFile(path.join(base, 'file'), '');
    for (const attempt of [
      () => store.list(missing),
      () => store.stat(missing),
      () => store.read(missing),
      () => store.fingerprint(missing),
    ]) {
      await assert.rejects(
        attempt,
        (error) =>
          error instanceof StatusError &&
          error.code === Code.NOT_FOUND &&
          error.message === `${missing}; No such file or directory`,
      );
    }
    await assert.rejects(store.list(path.join(base, 'file')), /file; Not a directory$/);
  });

  test('sums the files of a folder at any depth', async () => {
    await mkdir(path.join(base, 'x/y'), { recursive: true });
    await writeFile(path.join(base, 'a'), 'abc');
    await writeFile(path.join(base, 'x/y/b'), 'defgh');
    assert.equal(await folderSize(store, base), 8);
  });

  test('sums up what is there, once', async () => {
    await mkdir(path.join(base, 'x'));
    await writeFile(path.join(base, 'x/a'), 'abc');
    await symlink('nowhere', path.join(base, 'dead'));
    await symlink('self', path.join(base, 'self'));
    for (const name of ['p', 'q', 'r']) await symlink(base, path.join(base, 'x', name));
    assert.equal(await folderSize(store, base), 3);
    await assert.rejects(folderSize(store, path.join(base, 'x/a')), /a; Not a directory$/);
    await assert.rejects(folderSize(store, path.join(base, 'y')), /y; No such file or directory$/);
  });

  test('does not count what vanishes while it sums up', async () => {
    await mkdir(path.join(base, 'x'));
    await writeFile(path.join(base, 'x/a'), 'abc');
    await writeFile(path.join(base, 'b'), 'de');
    await writeFile(path.join(base, 'c'), 'f');
    const vanishing = new (class extends LocalStore {
      override async list(folder: string): Promise<readonly StoreEntry[]> {
        const entries = await super.list(folder);
        if (folder === base) await unlink(path.join(base, 'b'));
        return entries;
      }

      override async stat(file: string): Promise<StoreStat> {
        const stat = await super.stat(file);
        if (file === path.join(base, 'x')) await rm(file, { recursive: true });
        return stat;
      }
    })();
    assert.equal(await folderSize(vanishing, base), 1);
  });

  test('finds versions by name, whatever they are', async () => {
    await mkdir(path.join(base, '0002'));
    await mkdir(path.join(base, 'v3'));
    await writeFile(path.join(base, '10'), '');
    assert.deepEqual(await listVersions(store, base), [
      { version: 2n, name: '0002', path: path.join(base, '0002') },
      { version: 10n, name: '10', path: path.join(base, '10') },
    ]);
  });
});

test('a version is a decimal int64, and nothing else in the name', () => {
  const cases: readonly [string, bigint | null][] = [
    ['1', 1n],
    ['00000123', 123n],
    ['+5', 5n],
    [' 7 ', 7n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['9223372036854775808', null],
    ['-1', -1n],
    ['', null],
    ['1a', null],
    ['0x10', null],
    ['1.0', null],
    ['1e3', null],
    ['--1', null],
    ['1 2', null],
    ['١', null],
  ];
  for (const [name, version] of cases) assert.equal(parseVersion(name), version, `"${name}"`);
});
