import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Code } from '../../status/index.ts';
import { type ModelOptions, readModelConfigs } from './read-model-configs.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-models-'));
after(() => rmSync(folder, { recursive: true }));
const modelConfigFile = path.join(folder, 'models.config');

const read = (options: Partial<ModelOptions>) =>
  readModelConfigs(
    {
      modelConfigFile: '',
      modelConfigListRootDir: '',
      modelName: 'default',
      modelBasePath: '',
      ...options,
    },
    { platforms: new Set(['tensorflow']) },
  );

describe('readModelConfigs', () => {
  it('makes the single model of the flags', async () => {
    assert.deepEqual(await read({ modelName: 'm', modelBasePath: '/models/m' }), [
      {
        name: 'm',
        basePath: '/models/m',
        platform: 'tensorflow',
        versionPolicy: { kind: 'latest', count: 1 },
        labels: new Map(),
        loggingConfig: null,
      },
    ]);
  });

  it('checks the single model as those of a file', async () => {
    await assert.rejects(read({ modelBasePath: 'models/m' }), {
      code: Code.INVALID_ARGUMENT,
      message: 'Expected model default to have an absolute path or URI; got base_path()=models/m',
    });
    const [model] = await read({ modelBasePath: 'm', modelConfigListRootDir: '/models' });
    assert.equal(model!.basePath, '/models/m');
  });

  it('reads the file rather than the flags of the single model', async () => {
    writeFileSync(
      modelConfigFile,
      `model_config_list {
        config { name: 'a' base_path: 'a' model_platform: 'tensorflow' }
        config { name: 'b' base_path: '/b' model_platform: 'tensorflow' model_version_policy { all {} } }
      }`,
    );
    const models = await read({
      modelConfigFile,
      modelConfigListRootDir: '/models',
      modelBasePath: '/ignored',
    });
    assert.deepEqual(
      models.map(({ name, basePath, versionPolicy }) => [name, basePath, versionPolicy.kind]),
      [
        ['a', '/models/a', 'latest'],
        ['b', '/b', 'all'],
      ],
    );
  });

  it('fails with what is wrong with the file', async () => {
    writeFileSync(modelConfigFile, 'model_config_list { config { } ');
    await assert.rejects(read({ modelConfigFile }), {
      code: Code.INVALID_ARGUMENT,
      message: `Invalid protobuf file: '${modelConfigFile}'`,
    });
    const missing = path.join(folder, 'missing');
    await assert.rejects(read({ modelConfigFile: missing }), {
      code: Code.NOT_FOUND,
      message: `${missing}; No such file or directory`,
    });
  });
});
