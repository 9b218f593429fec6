import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { equals } from '@bufbuild/protobuf';
import { ModelServerConfigSchema } from '../../proto/index.ts';
import { Code, StatusError } from '../../status/index.ts';
import { compileModelConfigs } from './compile-model-configs.ts';
import { type ModelListOptions, readModelServerConfig } from './read-model-server-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-models-'));
after(() => rmSync(folder, { recursive: true }));
const modelConfigFile = path.join(folder, 'models.config');

/** What is read, compiled. */
const read = async (options: Partial<ModelListOptions> & { modelConfigListRootDir?: string }) =>
  compileModelConfigs(
    await readModelServerConfig({
      modelConfigFile: '',
      modelName: 'default',
      modelBasePath: '',
      ...options,
    }),
    {
      rootDirectory: options.modelConfigListRootDir ?? '',
      platforms: new Set(['tensorflow']),
    },
  );

describe('the models of the options', () => {
  it('makes the single model of the flags', async () => {
    assert.deepEqual(await read({ modelName: 'm', modelBasePath: '/models/m' }), [
      {
        name: 'm',
        basePath: '/models/m',
        platform: 'tensorflow',
        versionPolicy: { kind: 'latest', count: 1 },
        aspiredVersionPolicy: null,
        isBatchedAdaptively: false,
        targetP99Ms: 0,
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

describe('readModelServerConfig', () => {
  const message = async (text: string) => {
    writeFileSync(modelConfigFile, text);
    return await readModelServerConfig({ modelConfigFile, modelName: '', modelBasePath: '' });
  };

  it('gives the single model of the flags', async () => {
    const { config } = await readModelServerConfig({
      modelConfigFile: '',
      modelName: 'm',
      modelBasePath: 'not/checked',
    });
    assert.ok(config.case === 'modelConfigList');
    assert.deepEqual(
      config.value.config.map(({ name, basePath, modelPlatform }) => [
        name,
        basePath,
        modelPlatform,
      ]),
      [['m', 'not/checked', 'tensorflow']],
    );
  });

  it('tells a file without a list from one with an empty list', async () => {
    assert.equal((await message('# nothing')).config.case, undefined);
    const empty = await message('model_config_list {}');
    assert.ok(empty.config.case === 'modelConfigList');
    assert.deepEqual(empty.config.value.config, []);
  });

  it('reads again what has changed, and the same as equal', async () => {
    const text = "model_config_list { config { name: 'a' version_labels { key: 'l' value: 2 } } }";
    const [first, same] = [await message(text), await message(`# the same\n${text}`)];
    assert.ok(equals(ModelServerConfigSchema, first, same));
    assert.ok(!equals(ModelServerConfigSchema, first, await message(text.replace('2', '3'))));
  });

  for (const [mistake, text, where] of [
    [
      'a brace that is missing at the end',
      'model_config_list {\n  config {\n    name: "a"\n  }\n',
      '5:1: Expected "}", found "end of file".',
    ],
    [
      'a brace that is missing between models',
      'model_config_list {\n  config {\n    name: "a"\n  config {\n    name: "b"\n  }\n}',
      '4:3: Message type "tensorflow.serving.ModelConfig" has no field named "config".',
    ],
    [
      'a brace too many',
      'model_config_list {\n  config {\n  }\n}\n}',
      '5:1: Expected identifier, got: }',
    ],
    [
      'a field that is misspelt',
      'model_config_list {\n  config {\n    model_platfrom: "tensorflow"\n  }\n}',
      '3:5: Message type "tensorflow.serving.ModelConfig" has no field named "model_platfrom". Did you mean "model_platform"?',
    ],
    [
      'a string for a number',
      'model_config_list {\n  config {\n    version_labels { key: "stable" value: "1" }\n  }\n}',
      '3:43: Expected integer, got: "1"',
    ],
    [
      'a number for a string',
      'model_config_list {\n  config {\n    name: 3\n  }\n}',
      '3:11: Expected string, got: 3',
    ],
    [
      'a name without quotes',
      'model_config_list {\n  config {\n    model_platform: tensorflow\n  }\n}',
      '3:21: Expected string, got: tensorflow',
    ],
    [
      'quotes that are not closed',
      'model_config_list {\n  config {\n    name: "a\n  }\n}',
      '3:13: String literals cannot cross line boundaries.',
    ],
    [
      'a policy that is misspelt',
      'model_config_list {\n  config {\n    serval { aspired_version_policy: RESOURCES_PRESERVING }\n  }\n}',
      '3:38: Unknown enumeration value of "RESOURCES_PRESERVING" for field "aspired_version_policy". Did you mean "RESOURCE_PRESERVING"?',
    ],
    ['JSON', '{ "model_config_list": {} }', '1:1: Expected identifier, got: {'],
  ] as const) {
    it(`says line, column and what was expected of ${mistake}`, async () => {
      await assert.rejects(message(text), (error) => {
        assert.ok(error instanceof StatusError);
        assert.equal(
          error.toString(),
          `INVALID_ARGUMENT: Invalid protobuf file: '${modelConfigFile}'`,
        );
        assert.equal(
          (error.cause as StatusError).message,
          `Error parsing text-format tensorflow.serving.ModelServerConfig: ${where}`,
        );
        return true;
      });
    });
  }
});
