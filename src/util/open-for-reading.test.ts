import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openForReading } from './open-for-reading.ts';

describe('openForReading', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'serval-open-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('opens files, also by a link, and folders', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'text');
    await symlink(file, path.join(folder, 'link'));
    for (const name of ['file', 'link']) {
      const handle = await openForReading(path.join(folder, name));
      assert.equal(await handle.readFile('utf8'), 'text');
      await handle.close();
    }
    const handle = await openForReading(folder);
    await assert.rejects(handle.readFile(), { code: 'EISDIR' });
    await handle.close();
  });

  test('refuses a pipe that nobody writes into at once', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await assert.rejects(openForReading(pipe), /Neither a file nor a folder/);
    await assert.rejects(openForReading('/dev/zero'), { code: 'EINVAL', path: '/dev/zero' });
  });

  test('says what is not there', async () => {
    await assert.rejects(openForReading(path.join(folder, 'none')), { code: 'ENOENT' });
  });
});
