import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flags } from './flags.ts';
import { flagVariable, readFlagVariables, type Variables } from './flags-environment.ts';
import { parseFlags } from './flags-parse.ts';

/** Value and source of the flags that were given by somebody. */
function given(args: string[], environment: Variables) {
  const { values, sources, errors } = parseFlags(args, environment);
  assert.deepEqual(errors, []);
  const entries = [...sources].filter(([, source]) => source.kind !== 'default');
  return Object.fromEntries(
    entries.map(([name, source]) => [
      name,
      [values.get(name), source.kind === 'environment' ? source.variable : source.kind],
    ]),
  );
}

describe('environment variables', () => {
  const cases: [what: string, args: string[], environment: Variables, values: object][] = [
    ['nothing', [], { PATH: '/bin', SERVAL_MODEL_NAME: '' }, {}],
    [
      'each type',
      [],
      { SERVAL_PORT: '1', SERVAL_ENABLE_PROFILER: 'false', SERVAL_MODEL_NAME: 'm' },
      {
        port: [1, 'SERVAL_PORT'],
        enable_profiler: [false, 'SERVAL_ENABLE_PROFILER'],
        model_name: ['m', 'SERVAL_MODEL_NAME'],
      },
    ],
    ['an alias', [], { SERVAL_GRPC_PORT: '2' }, { port: [2, 'SERVAL_GRPC_PORT'] }],
    [
      'the name before the alias',
      [],
      { SERVAL_GRPC_PORT: '2', SERVAL_PORT: '1' },
      { port: [1, 'SERVAL_PORT'] },
    ],
    ['a flag first', ['--grpc_port=3'], { SERVAL_PORT: '1' }, { port: [3, 'flag'] }],
    [
      "the image's model",
      [],
      { MODEL_NAME: 'half', MODEL_BASE_PATH: '/m/' },
      {
        model_name: ['half', 'MODEL_NAME'],
        model_base_path: ['/m/half', 'MODEL_BASE_PATH and MODEL_NAME'],
      },
    ],
    [
      "the image's defaults",
      [],
      { MODEL_NAME: 'half' },
      {
        model_name: ['half', 'MODEL_NAME'],
        model_base_path: ['/models/half', 'MODEL_BASE_PATH and MODEL_NAME'],
      },
    ],
    [
      'a config file before the model of the image',
      [],
      { MODEL_CONFIG_FILE: '/c', MODEL_NAME: 'half', MODEL_BASE_PATH: '/m' },
      { model_config_file: ['/c', 'MODEL_CONFIG_FILE'] },
    ],
    [
      'no variable of the image beside a flag of models',
      ['--model_config_file=/f'],
      { MODEL_CONFIG_FILE: '/c', MODEL_NAME: 'half', MODEL_BASE_PATH: '/m' },
      { model_config_file: ['/f', 'flag'] },
    ],
    [
      'nor beside a SERVAL_ variable of models',
      [],
      { SERVAL_MODEL_BASE_PATH: '/s', MODEL_CONFIG_FILE: '/c', MODEL_NAME: 'half' },
      { model_base_path: ['/s', 'SERVAL_MODEL_BASE_PATH'] },
    ],
    [
      'no address of a Service as a port',
      [],
      {
        SERVAL_PORT: 'tcp://10.0.0.1:8500',
        SERVAL_GRPC_PORT: 'tcp://10.0.0.1:8500',
        SERVAL_PORT_8500_TCP_ADDR: '10.0.0.1',
        SERVAL_SERVICE_PORT_GRPC: '8500',
      },
      {},
    ],
    ['no commands', [], { SERVAL_VERSION: '1.2', SERVAL_PRINT_CONFIG: 'true' }, {}],
  ];
  for (const [what, args, environment, values] of cases) {
    it(`give ${what}`, () => {
      assert.deepEqual(given(args, environment), values);
      assert.deepEqual(parseFlags(args, environment).unknownVariables, []);
    });
  }

  it('are named where their value is bad', () => {
    const { errors } = readFlagVariables({
      SERVAL_PORT: 'eight',
      SERVAL_ENABLE_PROFILER: '1',
      SERVAL_START_POLICY: 'most',
      SERVAL_NUM_LOAD_THREADS: 'tcp://1',
    });
    assert.deepEqual(errors, [
      "Couldn't interpret value eight of environment variable SERVAL_PORT. It must be a whole number of 32 bits.",
      "Couldn't interpret value tcp://1 of environment variable SERVAL_NUM_LOAD_THREADS. It must be a whole number of 32 bits.",
      "Couldn't interpret value most of environment variable SERVAL_START_POLICY. It must be one of: all, any.",
      "Couldn't interpret value 1 of environment variable SERVAL_ENABLE_PROFILER. It must be true or false.",
    ]);
  });

  it('are told of where no flag has their name', () => {
    const { warnings } = readFlagVariables({
      SERVAL_REST_PORT: '1',
      SERVAL_Model_Name: 'm',
      SERVAL_ZZZZZZZZ: '',
      SERVAL_CACHE_DIR: '/c',
    });
    assert.deepEqual(warnings, [
      'Unknown environment variable SERVAL_Model_Name is ignored. Did you mean SERVAL_MODEL_NAME?',
      'Unknown environment variable SERVAL_REST_PORT is ignored. Did you mean SERVAL_REST_API_PORT?',
      'Unknown environment variable SERVAL_ZZZZZZZZ is ignored.',
    ]);
  });

  it('exist for each flag but commands', () => {
    const without = flags.filter((flag) => flagVariable(flag) === null).map(({ name }) => name);
    assert.deepEqual(without, ['version', 'print_config']);
    assert.equal(flagVariable(flags[0]!), 'SERVAL_PORT');
  });
});
