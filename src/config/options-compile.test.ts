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

  const bad: [options: object, message: RegExp][] = [
    [{ port: 65536 }, /^--port must be between 0 and 65535, was 65536\.$/],
    [{ port: -1 }, /^--port must be between/],
    [{ port: 'any' }, /^--port must be a number, was "any"\.$/],
    [{ restApiPort: 1.5 }, /^--rest_api_port must be an integer, was 1\.5\.$/],
    [{ maxRequestBytes: 'ephemeral' }, /^--max_request_bytes must be a number/],
    [{ shutdownGraceSeconds: Number.NaN }, /^--shutdown_grace_seconds must be an integer/],
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
    for (const flag of ['--ssl_config_file=x', '--use_alts_credentials']) {
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
