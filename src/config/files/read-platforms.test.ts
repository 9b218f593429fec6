import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { ConfigProtoSchema } from '../../proto/index.ts';
import { Code } from '../../status/index.ts';
import type { UserServerOptions } from '../options.ts';
import { compileServerOptions } from '../options-compile.ts';
import { readPlatforms } from './read-platforms.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-platforms-'));
after(() => rmSync(folder, { recursive: true }));
const platformConfigFile = path.join(folder, 'platforms.config');

const read = (options: UserServerOptions) =>
  readPlatforms(compileServerOptions({ modelBasePath: '/m', ...options }));

/** Reads a map with these platforms: text of their SessionBundleConfigs by name. */
function readFile(bundles: Readonly<Record<string, string>>, options: UserServerOptions = {}) {
  const type = 'type.googleapis.com/tensorflow.serving.SavedModelBundleSourceAdapterConfig';
  const entries = Object.entries(bundles).map(
    ([name, bundle]) =>
      `platform_configs { key: "${name}" value { source_adapter_config {
         [${type}] { legacy_config { ${bundle} } } } } }`,
  );
  writeFileSync(platformConfigFile, entries.join('\n'));
  return read({ platformConfigFile, ...options });
}

const session = (bytes: Uint8Array) => fromBinary(ConfigProtoSchema, bytes);

describe('readPlatforms', () => {
  it('is what the flags say without a file', async () => {
    const { platforms, warnings } = await read({
      savedModelTags: ['a', 'b'],
      tensorflowSessionParallelism: 3,
      numRequestIterationsForWarmup: 2,
    });
    assert.deepEqual(warnings, []);
    assert.equal(platforms.length, 1);
    const [{ name, tags, sessionConfig, warmupIterations }] = platforms as [(typeof platforms)[0]];
    assert.deepEqual([name, tags, warmupIterations], ['tensorflow', ['a', 'b'], 2]);
    assert.equal(session(sessionConfig).intraOpParallelismThreads, 3);
    const cold = await read({ enableModelWarmup: false });
    assert.equal(cold.platforms[0]!.warmupIterations, null);
  });

  it('takes all but XLA from the file, by platform', async () => {
    const { platforms, warnings } = await readFile(
      {
        other: `saved_model_tags: ["gpu", "gpu", "serve"] enable_model_warmup: true
          model_warmup_options {
            num_request_iterations { value: 7 } num_model_warmup_threads { value: 3 }
            enable_all_batch_sizes_warmup: true }
          experimental_transient_ram_bytes_during_load: 9
          session_config { intra_op_parallelism_threads: 1 } mixed_precision: "bfloat16"`,
        tensorflow: '',
      },
      {
        savedModelTags: ['x'],
        tensorflowSessionParallelism: 5,
        tensorflowInterOpParallelism: 5,
        tensorflowIntraOpParallelism: 5,
        xlaCpuCompilationEnabled: true,
      },
    );
    assert.deepEqual(warnings, []);
    const [first, second] = platforms as [(typeof platforms)[0], (typeof platforms)[0]];
    assert.deepEqual(
      [first.name, first.tags, first.warmupIterations],
      ['tensorflow', ['serve'], null],
    );
    assert.deepEqual([first.warmupAtOnce, second.warmupAtOnce], [1, 3]);
    assert.deepEqual([first.warmsAllBatchSizes, second.warmsAllBatchSizes], [false, true]);
    assert.deepEqual([first.transientLoadBytes, second.transientLoadBytes], [0, 9]);
    assert.equal(session(first.sessionConfig).intraOpParallelismThreads, 0);
    assert.deepEqual(
      [second.name, second.tags, second.warmupIterations],
      ['other', ['gpu', 'serve'], 7],
    );
    const { intraOpParallelismThreads, graphOptions } = session(second.sessionConfig);
    assert.equal(intraOpParallelismThreads, 1);
    assert.equal(graphOptions?.rewriteOptions?.autoMixedPrecisionOnednnBfloat16, 1);
    assert.equal(graphOptions?.optimizerOptions?.cpuGlobalJit, true);
  });

  it('says which fields have no effect', async () => {
    const { warnings } = await readFile({
      tensorflow:
        'session_target: "grpc://x" in_graph_batching_parameters {} prefer_tflite_model: true',
      quiet: 'remove_unused_fields_from_bundle_metagraph: true num_tflite_pools: 3',
    });
    assert.deepEqual(
      warnings.map((line) => line.replace(/: .*/, '')),
      ['session_target', 'in_graph_batching_parameters', 'prefer_tflite_model'].map(
        (field) => `${field} of platform tensorflow has no effect`,
      ),
    );
  });

  it('refuses what must not be ignored', async () => {
    await assert.rejects(readFile({ tensorflow: 'enable_saved_model_config: true' }), {
      code: Code.UNIMPLEMENTED,
      message: 'Saved model config functionality is not implemented.',
    });
    await assert.rejects(
      readFile({ tensorflow: 'experimental_fixed_input_tensors { name: "x" }' }),
      { code: Code.UNIMPLEMENTED, message: /^experimental_fixed_input_tensors of platform/ },
    );
  });

  it('refuses what it cannot read and what there is no loader for', async () => {
    await assert.rejects(read({ platformConfigFile: '/no/such' }), {
      code: Code.NOT_FOUND,
      message: '/no/such; No such file or directory',
    });
    const refused = async (text: string, message: RegExp) => {
      writeFileSync(platformConfigFile, text);
      await assert.rejects(read({ platformConfigFile }), { code: Code.INVALID_ARGUMENT, message });
    };
    await refused('platform_configs { key: }', /^Invalid protobuf file: '.*platforms\.config'$/);
    await refused('', /^No platform is configured in /);
    await refused(
      `platform_configs { key: "x" value { source_adapter_config {
         [type.googleapis.com/tensorflow.ConfigProto] {} } } }`,
      /^Couldn't find factory for config proto message type tensorflow\.ConfigProto\nconfig=/,
    );
    await refused(
      'platform_configs { key: "x" value {} }',
      /^Couldn't find factory for config proto message type \n/,
    );
  });
});
