import { create, toBinary } from '@bufbuild/protobuf';
import {
  type ConfigProto,
  ConfigProtoSchema,
  GPUOptionsSchema,
  GraphOptionsSchema,
  OptimizerOptions_GlobalJitLevel,
  OptimizerOptionsSchema,
  RewriterConfig_Toggle,
  RewriterConfigSchema,
} from '../../proto/index.ts';
import { invalidArgument } from '../../status/index.ts';
import type { ServerOptions } from '../options.ts';
import { readTextProtoFile } from './text-proto-file.ts';

/** The options that shape TensorFlow's sessions. */
export type SessionOptions = Pick<
  ServerOptions,
  | 'tensorflowSessionConfigFile'
  | 'tensorflowSessionParallelism'
  | 'tensorflowIntraOpParallelism'
  | 'tensorflowInterOpParallelism'
  | 'perProcessGpuMemoryFraction'
  | 'xlaCpuCompilationEnabled'
  | 'xlaGpuCompilationEnabled'
  | 'mixedPrecision'
>;

/**
 * The serialized `tensorflow.ConfigProto` for every session: the file's, if one is given, with its
 * thread counts and GPU memory fraction overwritten by the flags, even by their defaults of 0
 * (spec 1.2).
 *
 * @throws StatusError as {@link readTextProtoFile} does; INVALID_ARGUMENT where all three flags of
 *   parallelism are set.
 */
export async function readSessionConfig(options: SessionOptions): Promise<Uint8Array> {
  const file = options.tensorflowSessionConfigFile;
  const config =
    file === '' ? create(ConfigProtoSchema) : await readTextProtoFile(ConfigProtoSchema, file);
  config.gpuOptions ??= create(GPUOptionsSchema);
  config.gpuOptions.perProcessGpuMemoryFraction = options.perProcessGpuMemoryFraction;
  const both = options.tensorflowSessionParallelism;
  const intra = options.tensorflowIntraOpParallelism;
  const inter = options.tensorflowInterOpParallelism;
  if (both > 0 && intra > 0 && inter > 0) {
    throw invalidArgument(
      'Either configure server_options.tensorflow_session_parallelism or (server_options.tensorflow_intra_op_parallelism, server_options.tensorflow_inter_op_parallelism) separately. You cannot configure all.',
    );
  }
  const separately = intra > 0 || inter > 0;
  config.intraOpParallelismThreads = threads(separately ? intra : both);
  config.interOpParallelismThreads = threads(separately ? inter : both);
  return toBinary(ConfigProtoSchema, compileSessionConfig(config, options));
}

/** What flags ask for of graphs, added to what a ConfigProto says, which otherwise stays as it is. */
export function compileSessionConfig(
  config: ConfigProto = create(ConfigProtoSchema),
  options: Pick<
    SessionOptions,
    'xlaCpuCompilationEnabled' | 'xlaGpuCompilationEnabled' | 'mixedPrecision'
  >,
): ConfigProto {
  const { xlaCpuCompilationEnabled: onCpu, xlaGpuCompilationEnabled: onGpu } = options;
  const isMixed = options.mixedPrecision === 'bfloat16';
  if (!onCpu && !onGpu && !isMixed) return config;
  config.graphOptions ??= create(GraphOptionsSchema);
  const graph = config.graphOptions;
  if (onCpu || onGpu) {
    graph.optimizerOptions ??= create(OptimizerOptionsSchema);
    graph.optimizerOptions.globalJitLevel = OptimizerOptions_GlobalJitLevel.ON_1;
    graph.optimizerOptions.cpuGlobalJit = onCpu;
  }
  if (isMixed) {
    graph.rewriteOptions ??= create(RewriterConfigSchema);
    graph.rewriteOptions.autoMixedPrecisionOnednnBfloat16 = RewriterConfig_Toggle.ON;
  }
  return config;
}

/** The flags are int64, ConfigProto's fields int32: no count beyond them means anything more. */
const threads = (count: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, count));
