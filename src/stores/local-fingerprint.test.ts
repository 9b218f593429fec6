import assert from 'node:assert/strict';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { fingerprintPath } from './local-fingerprint.ts';
import { LocalStore } from './local-store.ts';

const longAgo = new Date('2001-02-03T04:05:06Z');
const farAhead = new Date('2101-02-03T04:05:06Z');
const minute = 60_000;

describe('the fingerprint of a folder', () => {
  let base: string;
  let folder: string;
  let deep: string;
  const at = (name: string) => path.join(folder, name);
  const take = () => fingerprintPath(folder, Date.now());
  const revision = async () => (await take()).revision;

  beforeEach(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'serval-fingerprint-'));
    folder = path.join(base, '1');
    deep = at('a/b/deep');
    await mkdir(path.dirname(deep), { recursive: true });
    await writeFile(deep, 'deep');
    await writeFile(at('top'), 'top');
  });

  afterEach(() => rm(base, { recursive: true }));

  /** Waits for the next tick of the file system's clock, as the ctime of a file shows it. */
  async function nextTick(): Promise<void> {
    const file = path.join(base, 'tick');
    await writeFile(file, '');
    const { ctimeNs } = await stat(file, { bigint: true });
    do await writeFile(file, '');
    while ((await stat(file, { bigint: true })).ctimeNs === ctimeNs);
  }

  test('stays while nothing changes, wherever the folder is', async () => {
    const before = await revision();
    assert.equal(await revision(), before);
    assert.match(before, /^[\w-]{20,50}$/);
    const moved = path.join(base, '2');
    await rename(folder, moved);
    assert.equal((await new LocalStore().fingerprint(moved)).revision, before);
  });

  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    'a file grows': () => appendFile(deep, '!'),
    'a file appears': () => writeFile(at('a/new'), ''),
    'a file vanishes': () => unlink(deep),
    'a file gets another name': () => rename(at('top'), at('pot')),
    'a file moves to another folder': () => rename(deep, at('deep')),
    'a folder appears': () => mkdir(at('a/empty')),
    'a link appears': () => symlink('top', at('link')),
    'a link that leads nowhere appears': () => symlink('nowhere', at('link')),
    'a file is replaced by an equal one': async () => {
      await writeFile(at('new'), 'top');
      await utimes(at('new'), longAgo, longAgo);
      await rename(at('new'), at('top'));
    },
    'a file is written in place, with its size and mtime kept': async () => {
      await nextTick();
      await writeFile(at('top'), 'pot');
      await utimes(at('top'), longAgo, longAgo);
    },
    'permissions change': async () => {
      await nextTick();
      await chmod(deep, 0o600);
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    test(`changes when ${name}`, async () => {
      await utimes(at('top'), longAgo, longAgo);
      const before = await revision();
      await change();
      assert.notEqual(await revision(), before);
    });
  }

  test('sees what a link leads to, and where it leads', async () => {
    const outside = path.join(base, 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'file'), 'x');
    await symlink(outside, at('link'));
    await symlink(path.join(outside, 'file'), at('file'));
    const first = await revision();
    await appendFile(path.join(outside, 'file'), 'y');
    const second = await revision();
    assert.notEqual(second, first);
    await writeFile(path.join(outside, 'other'), '');
    const third = await revision();
    assert.notEqual(third, second);
    await symlink(path.join(outside, 'other'), at('new'));
    await rename(at('new'), at('file'));
    assert.notEqual(await revision(), third);
  });

  test('ends where links go round', async () => {
    for (const name of ['x', 'y', 'z']) {
      await symlink(folder, at(name));
      await symlink('../..', at(`a/b/${name}`));
    }
    await symlink('self', at('self'));
    const before = await revision();
    assert.equal(await revision(), before);
    await appendFile(deep, '!');
    assert.notEqual(await revision(), before);
  });

  test('takes any name', async () => {
    const name = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x0a, 0xe4])]);
    await writeFile(name, 'x');
    const { revision: before, quietMs } = await fingerprintPath(folder, Date.now() + minute);
    assert.ok(quietMs > minute / 2, `${quietMs}`);
    await appendFile(name, 'y');
    assert.notEqual(await revision(), before);
  });

  test('more files than are looked at at once', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, i) => writeFile(at(`a/${i}`), `${i}`)));
    const before = await revision();
    assert.equal(await revision(), before);
    await appendFile(at('a/57'), '!');
    assert.notEqual(await revision(), before);
  });

  test('says for how long nothing changed', async () => {
    for (const name of ['a/b/deep', 'top', 'a/b', 'a', '']) {
      await utimes(at(name), longAgo, longAgo);
    }
    const { quietMs } = await fingerprintPath(folder, Date.now() + minute);
    // The mtimes are years back; the ctimes tell the truth.
    assert.ok(quietMs > minute - 1000 && quietMs < 2 * minute, `${quietMs}`);
  });

  test('takes no mtime of the future for a change', async () => {
    for (const name of ['a/b/deep', 'top', 'a/b', 'a', '']) {
      await utimes(at(name), farAhead, farAhead);
    }
    const { quietMs } = await fingerprintPath(folder, Date.now() + minute);
    assert.ok(quietMs > minute - 1000 && quietMs < 2 * minute, `${quietMs}`);
  });

  test('is negative where the clock of the files is ahead', async () => {
    const { quietMs } = await fingerprintPath(folder, Date.now() - minute);
    assert.ok(quietMs < 1000 - minute, `${quietMs}`);
  });

  const loud: Readonly<Record<string, () => Promise<unknown>>> = {
    'a file deep in it': () => appendFile(deep, '!'),
    'a file that comes': () => writeFile(at('new'), ''),
    'a file that goes from the top': () => unlink(at('top')),
    'a file that goes from below': () => unlink(deep),
    'a link that comes': () => symlink('nowhere', at('link')),
  };
  for (const [name, change] of Object.entries(loud)) {
    test(`is not quiet for ${name}`, async () => {
      while ((await take()).quietMs < 50);
      const began = Date.now();
      await change();
      const { quietMs } = await take();
      // The clock of a file system may tick every 10 ms only.
      assert.ok(quietMs <= Date.now() - began + 20, `${quietMs}`);
    });
  }

  test('does not look at the top folder’s own ctime', async () => {
    while ((await take()).quietMs < 50);
    await chmod(folder, 0o700);
    assert.ok((await take()).quietMs >= 50);
  });

  test('holds while files and folders come and go', async () => {
    let done = false;
    const churn = async (name: string) => {
      while (!done) {
        await mkdir(at(name));
        await Promise.all(['x', 'y', 'z'].map((file) => writeFile(at(`${name}/${file}`), file)));
        await rm(at(name), { recursive: true });
      }
    };
    const churning = Promise.all(['m', 'n', 'a/o'].map(churn));
    try {
      const revisions = new Set<string>();
      for (let round = 0; round < 200 || revisions.size < 3; round++) {
        revisions.add(await revision());
      }
    } finally {
      done = true;
      await churning;
    }
  });

  test('says what is wrong like the other calls', async () => {
    await assert.rejects(
      fingerprintPath(path.join(base, 'gone'), 0),
      (error) =>
        error instanceof StatusError &&
        error.code === Code.NOT_FOUND &&
        error.message === `${path.join(base, 'gone')}; No such file or directory`,
    );
    await assert.rejects(fingerprintPath(path.join(deep, 'x'), 0), /deep\/x; Not a directory$/);
  });
});

test('the fingerprint of a file', async () => {
  const base = await mkdtemp(path.join(tmpdir(), 'serval-fingerprint-'));
  try {
    const file = path.join(base, 'file');
    await writeFile(file, 'x');
    const before = await fingerprintPath(file, Date.now() + minute);
    assert.deepEqual((await fingerprintPath(file, Date.now() + minute)).revision, before.revision);
    assert.ok(before.quietMs > minute - 1000 && before.quietMs < 2 * minute);
    await appendFile(file, 'y');
    assert.notEqual((await fingerprintPath(file, Date.now())).revision, before.revision);
  } finally {
    await rm(base, { recursive: true });
  }
});
