import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { LoggingConfigSchema, ModelServerConfigSchema } from '../../proto/index.ts';
import { Code, failedPrecondition, StatusError } from '../../status/index.ts';
import { parseTextProto } from '../text-proto/index.ts';
import { compileModelConfigs, type ModelConfigRules } from './compile-model-configs.ts';

const rules: ModelConfigRules = { rootDirectory: '', platforms: new Set(['tensorflow']) };

const compile = (models: string, more: Partial<ModelConfigRules> = {}) =>
  compileModelConfigs(parseTextProto(ModelServerConfigSchema, `model_config_list { ${models} }`), {
    ...rules,
    ...more,
  });

/** One model that breaks no rule, with more fields. */
const model = (name: string, fields = '') =>
  `config { name: "${name}" base_path: "/${name}" ${/model_(platform|type)/.test(fields) ? '' : 'model_platform: "tensorflow"'} ${fields} }`;

function problem(models: string, more: Partial<ModelConfigRules> = {}): string {
  try {
    compile(models, more);
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    return error.toString();
  }
  return assert.fail('accepted');
}

describe('compileModelConfigs', () => {
  it('completes and freezes each model', () => {
    const [first, ...others] = compile(model('m'));
    assert.deepEqual(first, {
      name: 'm',
      basePath: '/m',
      platform: 'tensorflow',
      versionPolicy: { kind: 'latest', count: 1 },
      aspiredVersionPolicy: null,
      isBatchedAdaptively: false,
      targetP99Ms: 0,
      labels: new Map(),
      loggingConfig: null,
    });
    assert.deepEqual(others, []);
    assert.ok(Object.isFrozen(first) && Object.isFrozen(first.versionPolicy));
  });

  it('keeps the order of the list', () => {
    assert.deepEqual(
      compile(['c', 'a', 'b'].map((name) => model(name)).join(' ')).map(({ name }) => name),
      ['c', 'a', 'b'],
    );
  });

  it('accepts a config without models', () => {
    assert.deepEqual(compile(''), []);
    assert.deepEqual(compileModelConfigs(create(ModelServerConfigSchema), rules), []);
  });

  it('understands every version policy', () => {
    for (const [policy, expected] of [
      ['', { kind: 'latest', count: 1 }],
      ['latest {}', { kind: 'latest', count: 1 }],
      ['latest { num_versions: 0 }', { kind: 'latest', count: 1 }],
      ['latest { num_versions: 3 }', { kind: 'latest', count: 3 }],
      ['all {}', { kind: 'all' }],
      [
        'specific { versions: [7, 1] versions: 9223372036854775807 }',
        { kind: 'specific', versions: [7n, 1n, 2n ** 63n - 1n] },
      ],
      ['specific {}', { kind: 'specific', versions: [] }],
    ] as const) {
      const [compiled] = compile(model('m', `model_version_policy { ${policy} }`));
      assert.deepEqual(compiled!.versionPolicy, expected);
    }
  });

  it('knows how a model chooses to replace its versions', () => {
    for (const [fields, expected] of [
      ['', null],
      ['serval {}', null],
      ['serval { aspired_version_policy: UNSPECIFIED }', null],
      ['serval { aspired_version_policy: AVAILABILITY_PRESERVING }', 'availability_preserving'],
      ['serval { aspired_version_policy: RESOURCE_PRESERVING }', 'resource_preserving'],
    ] as const) {
      assert.equal(compile(model('m', fields))[0]!.aspiredVersionPolicy, expected, fields);
    }
  });

  it('knows how a model chooses to be batched', () => {
    for (const [fields, isAuto, target] of [
      ['', false, 0],
      ['serval { target_p99_ms: 20 }', false, 20],
      ['serval { batching: BATCHING_UNSPECIFIED }', false, 0],
      ['serval { batching: AUTO target_p99_ms: 0.5 }', true, 0.5],
    ] as const) {
      const { isBatchedAdaptively, targetP99Ms } = compile(model('m', fields))[0]!;
      assert.deepEqual([isBatchedAdaptively, targetP99Ms], [isAuto, target], fields);
    }
  });

  it('keeps labels and the logging config', () => {
    const [compiled] = compile(
      model(
        'm',
        `version_labels { key: "stable" value: 1 } version_labels { key: "canary" value: 2 }
         logging_config { sampling_config { sampling_rate: 0.5 } }`,
      ),
    );
    assert.deepEqual(
      compiled!.labels,
      new Map([
        ['stable', 1n],
        ['canary', 2n],
      ]),
    );
    assert.deepEqual(
      compiled!.loggingConfig,
      create(LoggingConfigSchema, { samplingConfig: { samplingRate: 0.5 } }),
    );
  });

  it('takes the deprecated model type for a platform', () => {
    assert.equal(compile(model('m', 'model_type: TENSORFLOW'))[0]!.platform, 'tensorflow');
  });

  it('takes absolute paths and URIs', () => {
    for (const basePath of ['/m', '/', 'gs://bucket/m', 's3://b', 'hdfs2.x://h/p']) {
      const config = `config { name: "m" base_path: "${basePath}" model_platform: "tensorflow" }`;
      assert.equal(compile(config)[0]!.basePath, basePath);
      assert.equal(compile(config, { rootDirectory: '/root' })[0]!.basePath, basePath);
    }
  });

  it('joins relative paths to the root directory', () => {
    const config = 'config { name: "m" base_path: "a/b" model_platform: "tensorflow" }';
    for (const [rootDirectory, expected] of [
      ['/models', '/models/a/b'],
      ['/models/', '/models/a/b'],
      ['/', '/a/b'],
      ['s3://bucket', 's3://bucket/a/b'],
    ] as const) {
      assert.equal(compile(config, { rootDirectory })[0]!.basePath, expected);
    }
    assert.equal(
      problem(config, { rootDirectory: 'models' }),
      'INVALID_ARGUMENT: Expected model m with updated base_path = JoinPath(models, a/b) to have an absolute path; got models/a/b',
    );
  });
});

describe('a config is refused', () => {
  for (const [why, models, text] of [
    [
      'with one name twice',
      model('m') + model('n') + model('m'),
      'Illegal to list model m multiple times in config list',
    ],
    [
      'with a relative base path',
      'config { name: "m" base_path: "a/b" model_platform: "tensorflow" }',
      'Expected model m to have an absolute path or URI; got base_path()=a/b',
    ],
    [
      'without a base path',
      'config { name: "m" model_platform: "tensorflow" }',
      'Expected model m to have an absolute path or URI; got base_path()=',
    ],
    [
      'with something that only looks like a URI',
      'config { name: "m" base_path: "3s://b" model_platform: "tensorflow" }',
      'Expected model m to have an absolute path or URI; got base_path()=3s://b',
    ],
    [
      'with both model type and platform',
      model('m', 'model_type: TENSORFLOW model_platform: "tensorflow"'),
      'Illegal setting both ModelServerConfig::model_type (deprecated) and ModelServerConfig::model_platform, model name is m',
    ],
    [
      'with neither model type nor platform',
      'config { name: "m" base_path: "/m" }',
      'Illegal setting neither ModelServerConfig::model_type (deprecated) nor ModelServerConfig::model_platform, model name is m',
    ],
    [
      'with a model type that has no platform',
      model('m', 'model_type: OTHER'),
      'ModelServerConfig::model_type choice 2 not supported.',
    ],
    [
      'with a platform that cannot be served',
      model('m', 'model_platform: "caffe"'),
      'Model m requests unsupported platform caffe',
    ],
    [
      'with a policy that Serval does not have',
      model('m', 'serval { aspired_version_policy: 7 }'),
      'Model m requests unsupported aspired_version_policy 7',
    ],
    [
      'an unknown batching',
      model('m', 'serval { batching: 7 }'),
      'Model m requests unsupported batching 7',
    ],
    [
      'a target before now',
      model('m', 'serval { target_p99_ms: -1 }'),
      'target_p99_ms of model m must not be negative; was -1',
    ],
  ] as const) {
    it(why, () => assert.equal(problem(models), `INVALID_ARGUMENT: ${text}`));
  }

  it('that is not a list', () => {
    assert.throws(
      () =>
        compileModelConfigs(
          create(ModelServerConfigSchema, { config: { case: 'customModelConfig', value: {} } }),
          rules,
        ),
      {
        code: Code.INVALID_ARGUMENT,
        message: 'ModelServerConfig::custom_model_config is not supported. Use model_config_list.',
      },
    );
  });

  it('that gives a known model another platform', () => {
    const platforms = new Set(['tensorflow', 'hashmap']);
    const current = compile(model('m') + model('n'), { platforms });
    const changed = model('new') + model('m', 'model_platform: "hashmap"');
    assert.equal(
      problem(changed, { platforms, current }),
      "INVALID_ARGUMENT: Illegal to change a model's platform. For model m platform was tensorflow and new platform requested is hashmap",
    );
    assert.equal(compile(model('m'), { platforms, current }).length, 1);
    assert.equal(compile(changed, { platforms }).length, 2);
  });

  it('with one rule checked for all models before the next', () => {
    const relative = 'config { name: "r" base_path: "r" }';
    const without = 'config { name: "w" base_path: "/w" }';
    assert.match(problem(without + relative + relative), /Illegal to list model r multiple times/);
    assert.match(problem(without + relative), /Expected model r to have an absolute path/);
    const current = compile(model('m'));
    assert.match(
      problem(without + model('m', 'model_platform: "x"'), { current }),
      /Illegal to change a model's platform/,
    );
    const policy = model('p', 'serval { aspired_version_policy: 7 }');
    assert.match(problem(policy + without), /Illegal setting neither/);
  });

  it('by its labels after paths and before platforms', () => {
    const checked: unknown[] = [];
    const checkLabels: ModelConfigRules['checkLabels'] = (labels) => {
      checked.push(labels);
      throw failedPrecondition('no such version');
    };
    const labelled = 'config { name: "w" base_path: "/w" version_labels { key: "l" value: 3 } }';
    assert.equal(problem(labelled, { checkLabels }), 'FAILED_PRECONDITION: no such version');
    assert.deepEqual(checked, [new Map([['w', new Map([['l', 3n]])]])]);
    assert.match(problem('config { name: "r" }', { checkLabels }), /absolute path/);
    assert.equal(checked.length, 1);
  });
});
