import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { flags } from './flags.ts';
import { flagsUsage } from './flags-usage.ts';
import { compileServerOptions } from './options-compile.ts';

describe('the flag table', () => {
  it('names each flag and each option once', () => {
    const names = flags.map((flag) => flag.name);
    assert.equal(new Set(names).size, names.length);
    const options = flags.flatMap((flag) =>
      flag.effect.kind === 'option' ? [flag.effect.option] : [],
    );
    assert.equal(new Set(options).size, options.length);
  });

  it('has a flag for each option, of its name, and no other', () => {
    const source = readFileSync(new URL('./options.ts', import.meta.url), 'utf8');
    const body = /interface ServerOptions \{(.*?)\n\}/s.exec(source)![1]!;
    const declared = [...body.matchAll(/readonly (\w+):/g)].map((match) => match[1]!).sort();
    const camel = (name: string) => name.replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase());
    const fromTable = flags.filter((flag) => flag.effect.kind === 'option');
    assert.deepEqual(fromTable.map((flag) => camel(flag.name)).sort(), declared);
    for (const flag of fromTable) {
      assert.equal(flag.effect.kind === 'option' && flag.effect.option, camel(flag.name));
    }
  });

  it('gives each flag a default of its type', () => {
    const types = {
      int32: 'number',
      int64: 'number',
      float: 'number',
      bool: 'boolean',
      string: 'string',
    };
    for (const flag of flags) {
      assert.equal(typeof flag.default, types[flag.type], flag.name);
      if (flag.choices !== null) assert.ok(flag.choices.includes(String(flag.default)), flag.name);
      if (flag.fractions) assert.match(flag.type, /^int/, flag.name);
    }
  });

  it('has all flags of TensorFlow Serving, with their types and defaults', () => {
    const cpus = flags.find((flag) => flag.name === 'num_tflite_pools')!.default as number;
    const expected: Record<string, [string, unknown]> = {
      port: ['int32', 8500],
      grpc_socket_path: ['string', ''],
      rest_api_port: ['int32', 0],
      rest_api_num_threads: ['int32', 4 * cpus],
      rest_api_timeout_in_ms: ['int32', 30000],
      rest_api_enable_cors_support: ['bool', false],
      enable_batching: ['bool', false],
      batching_parameters_file: ['string', ''],
      enable_per_model_batching_parameters: ['bool', false],
      allow_version_labels_for_unavailable_models: ['bool', false],
      model_config_file: ['string', ''],
      model_config_file_poll_wait_seconds: ['int32', 0],
      model_name: ['string', 'default'],
      model_base_path: ['string', ''],
      num_load_threads: ['int32', 0],
      num_unload_threads: ['int32', 0],
      max_num_load_retries: ['int32', 5],
      load_retry_interval_micros: ['int64', 60000000],
      file_system_poll_wait_seconds: ['int32', 1],
      flush_filesystem_caches: ['bool', true],
      tensorflow_session_parallelism: ['int64', 0],
      tensorflow_intra_op_parallelism: ['int64', 0],
      tensorflow_inter_op_parallelism: ['int64', 0],
      tensorflow_session_config_file: ['string', ''],
      use_alts_credentials: ['bool', false],
      ssl_config_file: ['string', ''],
      platform_config_file: ['string', ''],
      per_process_gpu_memory_fraction: ['float', 0],
      saved_model_tags: ['string', 'serve'],
      grpc_channel_arguments: ['string', ''],
      grpc_max_threads: ['int32', 4 * cpus],
      enable_model_warmup: ['bool', true],
      num_request_iterations_for_warmup: ['int32', 0],
      version: ['bool', false],
      monitoring_config_file: ['string', ''],
      remove_unused_fields_from_bundle_metagraph: ['bool', true],
      prefer_tflite_model: ['bool', false],
      num_tflite_pools: ['int32', cpus],
      num_tflite_interpreters_per_pool: ['int32', 1],
      enable_signature_method_name_check: ['bool', false],
      xla_cpu_compilation_enabled: ['bool', false],
      xla_gpu_compilation_enabled: ['bool', false],
      enable_profiler: ['bool', true],
      thread_pool_factory_config_file: ['string', ''],
      mixed_precision: ['string', ''],
      skip_initialize_tpu: ['bool', false],
      enable_grpc_healthcheck_service: ['bool', false],
      enable_serialization_as_tensor_content: ['bool', false],
    };
    const table = flags.filter((flag) => flag.tfs);
    assert.deepEqual(
      Object.fromEntries(table.map((flag) => [flag.name, [flag.type, flag.default]])),
      expected,
    );
  });

  it('has defaults that compile', () => {
    const options = compileServerOptions({ modelBasePath: '/m' });
    assert.equal(options.port, 8500);
    assert.ok(options.engineThreads >= 4);
  });
});

describe('docs/flags.md', () => {
  it('is what the table says', () => {
    const script = fileURLToPath(new URL('../../scripts/generate-flags-doc.ts', import.meta.url));
    const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
  });
});

describe('flagsUsage', () => {
  it('has the layout of TensorFlow Serving', () => {
    const lines = flagsUsage('tensorflow_model_server').split('\n');
    assert.deepEqual(lines.slice(0, 2), ['usage: tensorflow_model_server', 'Flags:']);
    assert.deepEqual(lines.slice(-2), ['Other commands: tensorflow_model_server help', '']);
    const groups = new Set<string>(flags.map(({ group }) => `${group}:`));
    assert.deepEqual(
      lines.slice(2, -2).filter((line) => !line.startsWith('\t')),
      [...groups],
    );
    for (const line of lines.slice(2, -2)) {
      if (groups.has(line)) continue;
      assert.match(line, /^\t--\w+=[^\t]*\t(int32|int64|float|bool|string)\t[^\t]+$/);
    }
    assert.ok(lines.some((line) => line.startsWith('\t--model_name="default"\tstring\t')));
    assert.ok(lines.some((line) => line.startsWith('\t--port=8500\tint32\t')));
    assert.ok(lines.some((line) => line.startsWith('\t--enable_batching=false\tbool\t')));
    assert.ok(
      lines.some((line) =>
        line.startsWith('\t--per_process_gpu_memory_fraction=0.000000\tfloat\t'),
      ),
    );
  });
});
