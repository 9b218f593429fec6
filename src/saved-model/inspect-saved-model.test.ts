import assert from 'node:assert/strict';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Code, StatusError } from '../status/index.ts';
import { inspectSavedModel } from './inspect-saved-model.ts';
import { SavedModelError } from './saved-model-error.ts';
import { TestFolder } from './testing/saved-model-folder.ts';

const zoo = fileURLToPath(new URL('../../test/zoo/', import.meta.url));

test('a version directory', async () => {
  const [model, ...others] = await inspectSavedModel(path.join(zoo, 'models/wide_deep/1'));
  assert.equal(others.length, 0);
  assert.equal(model?.version, 1n);
  assert.equal(model?.format, 'binary');
  assert.ok(model.sizeBytes > 50_000);
  assert.deepEqual(
    model?.metaGraphs.map(({ tags, assets }) => [tags, assets]),
    [[['serve'], ['genres.txt']]],
  );
});

test('a base path: every version, by number', async () => {
  await using folder = await TestFolder.make();
  const source = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123');
  for (const name of ['10', '9', 'notes']) {
    await mkdir(path.join(folder.path, name));
    if (name !== 'notes') await cp(source, path.join(folder.path, name), { recursive: true });
  }
  const models = await inspectSavedModel(folder.path);
  assert.deepEqual(
    models.map(({ version, path: at }) => [version, path.relative(folder.path, at)]),
    [
      [9n, '9'],
      [10n, '10'],
    ],
  );
});

test('every meta graph with its tags', async () => {
  const [model] = await inspectSavedModel(path.join(zoo, 'models/several_tags'));
  assert.deepEqual(
    model?.metaGraphs.map(({ tags }) => tags),
    [['train'], ['serve', 'gpu'], ['serve']],
  );
});

test('a folder without a model, and no folder', async () => {
  await using folder = await TestFolder.make();
  await assert.rejects(
    inspectSavedModel(folder.path),
    (error) => error instanceof SavedModelError && error.fault === 'missing',
  );
  await assert.rejects(
    inspectSavedModel(path.join(folder.path, 'gone')),
    (error) => error instanceof StatusError && error.code === Code.NOT_FOUND,
  );
});
