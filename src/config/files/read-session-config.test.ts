import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { ConfigProtoSchema } from '../../proto/index.ts';
import { Code } from '../../status/index.ts';
import { readSessionConfig, type SessionOptions } from './read-session-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-session-'));
after(() => rmSync(folder, { recursive: true }));
const tensorflowSessionConfigFile = path.join(folder, 'session.config');

const read = async (options: Partial<SessionOptions>) =>
  fromBinary(
    ConfigProtoSchema,
    await readSessionConfig({
      tensorflowSessionConfigFile: '',
      tensorflowSessionParallelism: 0,
      tensorflowIntraOpParallelism: 0,
      tensorflowInterOpParallelism: 0,
      perProcessGpuMemoryFraction: 0,
      xlaCpuCompilationEnabled: false,
      xlaGpuCompilationEnabled: false,
      mixedPrecision: '',
      ...options,
    }),
  );

describe('readSessionConfig', () => {
  for (const [both, intra, inter, expected] of [
    [0, 0, 0, [0, 0]],
    [3, 0, 0, [3, 3]],
    [0, 2, 0, [2, 0]],
    [0, 0, 4, [0, 4]],
    [3, 2, 0, [2, 0]],
    [3, 0, 4, [0, 4]],
    [0, 2, 4, [2, 4]],
    [-1, 0, 0, [-1, -1]],
    [2 ** 40, 0, 0, [2 ** 31 - 1, 2 ** 31 - 1]],
  ] as const) {
    it(`takes the threads from the flags: ${both}, ${intra}, ${inter}`, async () => {
      const config = await read({
        tensorflowSessionParallelism: both,
        tensorflowIntraOpParallelism: intra,
        tensorflowInterOpParallelism: inter,
      });
      assert.deepEqual(
        [config.intraOpParallelismThreads, config.interOpParallelismThreads],
        expected,
      );
    });
  }

  it('refuses all three flags of parallelism together', async () => {
    await assert.rejects(
      read({
        tensorflowSessionParallelism: 1,
        tensorflowIntraOpParallelism: 1,
        tensorflowInterOpParallelism: 1,
      }),
      {
        code: Code.INVALID_ARGUMENT,
        message:
          'Either configure server_options.tensorflow_session_parallelism or (server_options.tensorflow_intra_op_parallelism, server_options.tensorflow_inter_op_parallelism) separately. You cannot configure all.',
      },
    );
  });

  it('lets flags, even unset ones, overwrite the file, and keeps the rest of it', async () => {
    writeFileSync(
      tensorflowSessionConfigFile,
      `intra_op_parallelism_threads: 7
       inter_op_parallelism_threads: 7
       gpu_options { per_process_gpu_memory_fraction: 0.75 allow_growth: true }
       graph_options { rewrite_options { disable_meta_optimizer: true } }
       device_count { key: "GPU" value: 0 }`,
    );
    const config = await read({ tensorflowSessionConfigFile, tensorflowInterOpParallelism: 2 });
    assert.equal(config.intraOpParallelismThreads, 0);
    assert.equal(config.interOpParallelismThreads, 2);
    assert.equal(config.gpuOptions?.perProcessGpuMemoryFraction, 0);
    assert.equal(config.gpuOptions?.allowGrowth, true);
    assert.equal(config.graphOptions?.rewriteOptions?.disableMetaOptimizer, true);
    assert.deepEqual(config.deviceCount, { GPU: 0 });
  });

  it('sets the GPU memory fraction', async () => {
    const config = await read({ perProcessGpuMemoryFraction: 0.5 });
    assert.equal(config.gpuOptions?.perProcessGpuMemoryFraction, 0.5);
  });

  it('asks for XLA and bfloat16, and keeps what the file says beside them', async () => {
    const plain = await read({ mixedPrecision: 'float16' });
    assert.equal(plain.graphOptions, undefined);
    writeFileSync(
      tensorflowSessionConfigFile,
      `graph_options { optimizer_options { opt_level: L0 global_jit_level: OFF }
         rewrite_options { disable_meta_optimizer: true } }`,
    );
    const config = await read({
      tensorflowSessionConfigFile,
      xlaCpuCompilationEnabled: true,
      mixedPrecision: 'bfloat16',
    });
    const { optimizerOptions, rewriteOptions } = config.graphOptions!;
    assert.equal(optimizerOptions?.optLevel, -1);
    assert.equal(optimizerOptions?.globalJitLevel, 1);
    assert.equal(optimizerOptions?.cpuGlobalJit, true);
    assert.equal(rewriteOptions?.disableMetaOptimizer, true);
    assert.equal(rewriteOptions?.autoMixedPrecisionOnednnBfloat16, 1);
    const onGpu = await read({ xlaGpuCompilationEnabled: true });
    assert.equal(onGpu.graphOptions?.optimizerOptions?.globalJitLevel, 1);
    assert.equal(onGpu.graphOptions?.optimizerOptions?.cpuGlobalJit, false);
  });

  it('fails with what is wrong with the file', async () => {
    writeFileSync(tensorflowSessionConfigFile, 'threads: 3');
    await assert.rejects(read({ tensorflowSessionConfigFile }), {
      code: Code.INVALID_ARGUMENT,
      message: `Invalid protobuf file: '${tensorflowSessionConfigFile}'`,
    });
  });
});
