import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { listEngines, removeEngine } from '../../manage.ts';
import { engineDirectory } from './cache.ts';
import { findOpLibraries } from './op-libraries.ts';
import { tensorFlowTextPackage } from './text-release.ts';

const platform = 'linux-x64';
const { version } = tensorFlowTextPackage;
let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serval-op-libraries-'));
});
after(() => rm(folder, { recursive: true }));

/** A cache in which an install of TensorFlow Text seems to have been. */
async function cacheWithText() {
  const cacheDir = await mkdtemp(path.join(folder, 'cache-'));
  const directory = engineDirectory(cacheDir, { engine: 'tensorflow-text', version, platform });
  await mkdir(directory, { recursive: true });
  const names = tensorFlowTextPackage.libraries(platform);
  for (const name of names) await writeFile(path.join(directory, name), name);
  const files = Object.fromEntries(names.map((name) => [name, name.length]));
  await writeFile(
    path.join(directory, 'engine.json'),
    JSON.stringify({ engine: 'tensorflow-text', version, platform, wheelSha256: '', files }),
  );
  return { cacheDir, directory };
}

const pinned = { version: '2.21.0' };
const settings = { named: [], install: false, tensorFlow: pinned, platform };

test('nothing is loaded where nothing is named or installed', async () => {
  const found = await findOpLibraries({ ...settings, named: [''], cacheDir: folder });
  assert.deepEqual(found, []);
});

test('installed packages need not be named', async () => {
  const { cacheDir, directory } = await cacheWithText();
  const found = await findOpLibraries({ ...settings, cacheDir });
  assert.equal(found.length, tensorFlowTextPackage.libraries(platform).length);
  assert.deepEqual(found[0], {
    path: path.join(directory, '_text_similarity_metric_ops.so'),
    isRequired: false,
  });
});

test('unless they are made for another TensorFlow', async () => {
  const { cacheDir } = await cacheWithText();
  const tensorFlow = { version: '2.22.1' };
  assert.deepEqual(await findOpLibraries({ ...settings, tensorFlow, cacheDir }), []);
});

test('a named package is required, each library comes once, others keep their order', async () => {
  const { cacheDir, directory } = await cacheWithText();
  const named = ['/ops/b.so', 'tensorflow-text', 'a.so', '/ops/b.so'];
  const found = await findOpLibraries({ ...settings, named, cacheDir });
  assert.ok(found.every(({ isRequired }) => isRequired));
  assert.deepEqual(
    found.map((library) => library.path),
    [
      '/ops/b.so',
      ...tensorFlowTextPackage.libraries(platform).map((name) => path.join(directory, name)),
      path.resolve('a.so'),
    ],
  );
});

test('a named package that is not installed and may not be is an error', async () => {
  const named = ['tensorflow-text'];
  await assert.rejects(findOpLibraries({ ...settings, named, cacheDir: folder }), {
    message:
      '--op_library names tensorflow-text, which is not installed. Run "serval engine install tensorflow-text".',
  });
});

test('a copy is listed as part of TensorFlow, and removed by its name alone', async () => {
  const { cacheDir } = await cacheWithText();
  const listed = async () =>
    (await listEngines({ cacheDir, environment: {}, python: '/none', platform })).map(
      ({ name, partOf, installed, problem }) => [name, partOf, installed.length, problem === null],
    );
  assert.deepEqual(await listed(), [
    ['tensorflow', null, 0, false],
    ['tensorflow-text', 'tensorflow', 1, true],
  ]);
  assert.deepEqual(await removeEngine('tensorflow', { cacheDir }), []);
  const removed = await removeEngine('tensorflow-text', { cacheDir });
  assert.deepEqual(
    removed.map((copy) => `${copy.engine} ${copy.version}`),
    [`tensorflow-text ${version}`],
  );
  assert.deepEqual((await listed())[1], ['tensorflow-text', 'tensorflow', 0, false]);
});
