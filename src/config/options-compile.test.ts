import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, StatusError } from '../status/index.ts';
import { optionsFromFlags } from './flags-options.ts';
import { parseFlags } from './flags-parse.ts';
import type { UserServerOptions } from './options.ts';
import { compileServerOptions } from './options-compile.ts';
import { restPortConflict } from './start-checks.ts';

const machine = { cpus: 8, memoryBytes: 4096 };
const compile = (options: UserServerOptions) => compileServerOptions(options, machine);
const fromFlags = (...args: string[]) => compile(optionsFromFlags(parseFlags(args)));

function assertStatus(run: () => unknown, code: Code, message: string | RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof StatusError);
    assert.equal(error.code, code);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

describe('compileServerOptions', () => {
  it('fills in the defaults, those of the machine too, and freezes', () => {
    const options = compile({ modelBasePath: '/m', port: 'ephemeral', host: undefined });
    assert.equal(options.port, 'ephemeral');
    assert.equal(options.restApiPort, 0);
    assert.equal(options.host, '');
    assert.equal(options.engineThreads, 16);
    assert.equal(options.maxInFlightBytes, 1024);
    assert.deepEqual(options.savedModelTags, ['serve']);
    assert.ok(Object.isFrozen(options) && Object.isFrozen(options.savedModelTags));
  });

  it('keeps what is given', () => {
    const options = compile({
      modelConfigFile: '/c',
      port: 0,
      grpcSocketPath: '/s',
      engineThreads: 2,
      maxInFlightBytes: 7,
      savedModelTags: ['gpu', 'serve', 'gpu'],
    });
    assert.equal(options.port, 0);
    assert.equal(options.engineThreads, 2);
    assert.equal(options.maxInFlightBytes, 7);
    assert.deepEqual(options.savedModelTags, ['gpu', 'serve']);
  });

  it('keeps fractions of seconds where they are of use', () => {
    const options = compile({
      modelBasePath: '/m',
      fileSystemPollWaitSeconds: 0.05,
      modelConfigFilePollWaitSeconds: 1.5,
      settleSeconds: 0.25,
      failedVersionRetrySeconds: 1e-3,
    });
    assert.equal(options.fileSystemPollWaitSeconds, 0.05);
    assert.equal(options.modelConfigFilePollWaitSeconds, 1.5);
    assert.equal(options.settleSeconds, 0.25);
    assert.equal(options.failedVersionRetrySeconds, 1e-3);
    const never = compile({ modelBasePath: '/m', fileSystemPollWaitSeconds: -0.5 });
    assert.equal(never.fileSystemPollWaitSeconds, -0.5);
  });

  it('replays warm-up requests at least once', () => {
    for (const [given, times] of [
      [undefined, 1],
      [0, 1],
      [-3, 1],
      [7, 7],
    ] as const) {
      const options = compile({ modelBasePath: '/m', numRequestIterationsForWarmup: given });
      assert.equal(options.numRequestIterationsForWarmup, times);
    }
  });

  const bad: [options: object, message: RegExp][] = [
    [{ port: 65536 }, /^--port must be between 0 and 65535, was 65536\.$/],
    [{ port: -1 }, /^--port must be between/],
    [{ port: 'any' }, /^--port must be a number, was "any"\.$/],
    [{ restApiPort: 1.5 }, /^--rest_api_port must be an integer, was 1\.5\.$/],
    [{ maxRequestBytes: 'ephemeral' }, /^--max_request_bytes must be a number/],
    [{ shutdownGraceSeconds: Number.NaN }, /^--shutdown_grace_seconds must be an integer/],
    [{ settleSeconds: -0.1 }, /^--settle_seconds must be between 0 and 86400, was -0\.1\.$/],
    [{ settleSeconds: Number.NaN }, /^--settle_seconds must be a finite number, was NaN\.$/],
    [
      { fileSystemPollWaitSeconds: Number.POSITIVE_INFINITY },
      /^--file_system_poll_wait_seconds must be a finite number, was Infinity\.$/,
    ],
    [{ maxEndedVersions: 0.5 }, /^--max_ended_versions must be an integer, was 0\.5\.$/],
    [{ numLoadThreads: -1 }, /^--num_load_threads must be between 0 and /],
    [
      { totalModelMemoryLimitBytes: 2 ** 53 },
      /^--total_model_memory_limit_bytes must be between 0 and /,
    ],
    [
      { aspiredVersionPolicy: 'AVAILABILITY_PRESERVING' },
      /^--aspired_version_policy must be one of availability_preserving, resource_preserving, was /,
    ],
    [{ startPolicy: 'some' }, /^--start_policy must be one of all, any, was "some"\.$/],
    [{ modelName: null }, /^--model_name must be a string, was null\.$/],
    [{ savedModelTags: 'serve' }, /^--saved_model_tags must be a list of strings/],
    [{ pord: 1 }, /^There is no server option pord\.$/],
  ];
  for (const [options, message] of bad) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assertStatus(
        () => compile({ modelBasePath: '/m', ...options }),
        Code.INVALID_ARGUMENT,
        message,
      );
    });
  }
});

describe('optionsFromFlags', () => {
  it('turns flags into options', () => {
    const options = fromFlags('--model_base_path=/m', '--grpc_port=0', '--grpc_socket_path=/s');
    assert.equal(options.port, 0);
    assert.equal(options.grpcSocketPath, '/s');
    assert.deepEqual(fromFlags('--model_base_path=/m', '--saved_model_tags=').savedModelTags, [
      'serve',
    ]);
    assert.deepEqual(fromFlags('--model_base_path=/m', '--saved_model_tags=a,b').savedModelTags, [
      'a',
      'b',
    ]);
  });

  it('sets what loads and replaces versions', () => {
    const options = fromFlags(
      '--model_base_path=/m',
      '--model_config_file_poll_wait_seconds=5',
      '--num_load_threads=4',
      '--num_unload_threads=2',
      '--enable_model_warmup=false',
      '--num_request_iterations_for_warmup=3',
      '--settle_seconds=0',
      '--servable_versions_always_present=false',
      '--aspired_version_policy=resource_preserving',
      '--total_model_memory_limit_bytes=9007199254740991',
      '--failed_version_retry_seconds=1',
      '--max_ended_versions=0',
    );
    assert.equal(options.modelConfigFilePollWaitSeconds, 5);
    assert.equal(options.numLoadThreads, 4);
    assert.equal(options.numUnloadThreads, 2);
    assert.equal(options.enableModelWarmup, false);
    assert.equal(options.numRequestIterationsForWarmup, 3);
    assert.equal(options.settleSeconds, 0);
    assert.equal(options.servableVersionsAlwaysPresent, false);
    assert.equal(options.aspiredVersionPolicy, 'resource_preserving');
    assert.equal(options.totalModelMemoryLimitBytes, Number.MAX_SAFE_INTEGER);
    assert.equal(options.failedVersionRetrySeconds, 1);
    assert.equal(options.maxEndedVersions, 0);
  });

  it('takes no fractions, even where a program may give them', () => {
    for (const name of ['file_system_poll_wait_seconds', 'settle_seconds']) {
      assert.deepEqual(parseFlags([`--${name}=0.5`]).errors, [
        `Couldn't interpret value 0.5 for flag ${name}. It must be a whole number of 32 bits.`,
      ]);
    }
  });

  const noPort =
    'At least one of server_options.grpc_port or server_options.grpc_socket_path must be set.';
  const bothEncryptions =
    'Either use_alts_credentials must be false or ssl_config_file must be empty.';
  const noModel =
    'Both server_options.model_base_path and server_options.model_config_file are empty!';
  const noBatching =
    'server_options.batching_parameters_file is set without setting server_options.enable_batching to true.';
  const refused: [args: string[], message: string][] = [
    [[], noModel],
    [['--port=0'], noPort],
    [['--port=0', '--use_alts_credentials', '--ssl_config_file=x'], noPort],
    [['--use_alts_credentials', '--ssl_config_file=x'], bothEncryptions],
    [['--model_base_path=/m', '--batching_parameters_file=x'], noBatching],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${args.join(' ') || 'no flags'} as TensorFlow Serving does`, () => {
      assertStatus(() => fromFlags(...args), Code.INVALID_ARGUMENT, message);
    });
  }

  it('accepts batching parameters where TensorFlow Serving does', () => {
    fromFlags('--model_base_path=/m', '--batching_parameters_file=x', '--enable_batching');
    fromFlags('--model_base_path=/m', '--batching_parameters_file=x', '--platform_config_file=y');
  });

  it('does not serve in plain text where encryption was asked for', () => {
    for (const flag of ['--use_alts_credentials']) {
      assertStatus(() => fromFlags('--model_base_path=/m', flag), Code.UNIMPLEMENTED, /plain text/);
    }
  });
});

describe('restPortConflict', () => {
  it('finds the port that both protocols were given', () => {
    assert.match(restPortConflict({ port: 8500, restApiPort: 8500 })!, /8500/);
    assert.equal(restPortConflict({ port: 8500, restApiPort: 8501 }), null);
    assert.equal(restPortConflict({ port: 0, restApiPort: 0 }), null);
    assert.equal(restPortConflict({ port: 'ephemeral', restApiPort: 'ephemeral' }), null);
  });
});
