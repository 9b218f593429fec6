import { toBinary } from '@bufbuild/protobuf';
import { anyIs, anyUnpack } from '@bufbuild/protobuf/wkt';
import {
  ConfigProtoSchema,
  type PlatformConfig,
  PlatformConfigMapSchema,
  SavedModelBundleSourceAdapterConfigSchema,
  type SessionBundleConfig,
} from '../../proto/index.ts';
import { invalidArgument, unimplemented } from '../../status/index.ts';
import type { ServerOptions } from '../options.ts';
import { type PlatformBatching, platformBatching, readBatching } from './read-batching.ts';
import {
  compileSessionConfig,
  readSessionConfig,
  type SessionOptions,
} from './read-session-config.ts';
import { readTextProtoFile } from './text-proto-file.ts';

/** How the models of one platform are loaded. */
export interface Platform {
  /** As `model_platform` of a model says. */
  readonly name: string;
  /** Tags that the MetaGraphDef must have, exactly. */
  readonly tags: readonly string[];
  /** Serialized `tensorflow.ConfigProto`. */
  readonly sessionConfig: Uint8Array;
  /** Times that each warm-up request is replayed; null: none is. */
  readonly warmupIterations: number | null;
  /** Warm-up requests that are replayed at once. */
  readonly warmupAtOnce: number;
  /** Whether they are run in batches of all sizes, where requests are batched. */
  readonly warmsAllBatchSizes: boolean;
  /** Memory that a load takes beyond what the model keeps, in bytes, as far as it is to be counted. */
  readonly transientLoadBytes: number;
  /** Null: requests are not batched. */
  readonly batching: PlatformBatching | null;
  /** Whether it is told which versions have a key of ML Metadata. */
  readonly tellsMetadata: boolean;
}

export interface Platforms {
  /** At least one; the first one's sessions are the most, as far as names tell. */
  readonly platforms: readonly Platform[];
  /** A line for each field of a platform that has no effect. */
  readonly warnings: readonly string[];
}

export type PlatformOptions = SessionOptions &
  Pick<
    ServerOptions,
    | 'platformConfigFile'
    | 'savedModelTags'
    | 'enableModelWarmup'
    | 'numRequestIterationsForWarmup'
    | 'enableBatching'
    | 'batching'
    | 'batchingParametersFile'
    | 'enablePerModelBatchingParameters'
  >;

/** The platform of SavedModels where no file says otherwise. */
const builtIn = 'tensorflow';

/**
 * The platforms that models may ask for: those of the PlatformConfigMap file, which replaces all that
 * flags say of loading but XLA (spec 1.2 and 2.3); without one `tensorflow`, as the flags have it.
 *
 * @throws StatusError as `readTextProtoFile` and `readSessionConfig` do; INVALID_ARGUMENT for a kind of
 * platform that there is no loader for; UNIMPLEMENTED for a field that must not be ignored.
 */
export async function readPlatforms(options: PlatformOptions): Promise<Platforms> {
  if (options.platformConfigFile === '') {
    const platform: Platform = {
      name: builtIn,
      tags: options.savedModelTags,
      sessionConfig: await readSessionConfig(options),
      warmupIterations: options.enableModelWarmup ? options.numRequestIterationsForWarmup : null,
      warmupAtOnce: 1,
      warmsAllBatchSizes: false,
      transientLoadBytes: 0,
      batching: await readBatching(options),
      tellsMetadata: false,
    };
    return { platforms: [platform], warnings: [] };
  }
  const map = await readTextProtoFile(PlatformConfigMapSchema, options.platformConfigFile);
  const named = Object.entries(map.platformConfigs).map(([name, config]) => ({
    name,
    bundle: bundleConfig(config),
  }));
  if (named.length === 0) {
    throw invalidArgument(`No platform is configured in ${options.platformConfigFile}`);
  }
  named.sort((a, b) => Number(b.name === builtIn) - Number(a.name === builtIn));
  return {
    platforms: named.map(({ name, bundle }) => compile(name, bundle, options)),
    warnings: named.flatMap(({ name, bundle }) => withoutEffect(name, bundle)),
  };
}

function bundleConfig({ sourceAdapterConfig: any }: PlatformConfig): SessionBundleConfig | null {
  if (any === undefined || !anyIs(any, SavedModelBundleSourceAdapterConfigSchema)) {
    const type = any?.typeUrl.replace(/^.*\//, '') ?? '';
    throw invalidArgument(
      `Couldn't find factory for config proto message type ${type}\nconfig=type_url: ${JSON.stringify(any?.typeUrl ?? '')}`,
    );
  }
  return anyUnpack(any, SavedModelBundleSourceAdapterConfigSchema)?.legacyConfig ?? null;
}

function compile(
  name: string,
  bundle: SessionBundleConfig | null,
  { xlaCpuCompilationEnabled, xlaGpuCompilationEnabled }: PlatformOptions,
): Platform {
  if (bundle?.enableSavedModelConfig) {
    throw unimplemented('Saved model config functionality is not implemented.');
  }
  if (bundle !== null && bundle.experimentalFixedInputTensors.length > 0) {
    throw unimplemented(
      `experimental_fixed_input_tensors of platform ${name} is not implemented: requests would lack these inputs`,
    );
  }
  const tags = [...new Set(bundle?.savedModelTags ?? [])];
  const config = compileSessionConfig(bundle?.sessionConfig, {
    ...{ xlaCpuCompilationEnabled, xlaGpuCompilationEnabled },
    mixedPrecision: bundle?.mixedPrecision ?? '',
  });
  const iterations = bundle?.modelWarmupOptions?.numRequestIterations ?? 1;
  return Object.freeze({
    name,
    tags: Object.freeze(tags.length > 0 ? tags : ['serve']),
    sessionConfig: toBinary(ConfigProtoSchema, config),
    warmupIterations: bundle?.enableModelWarmup ? Math.max(1, iterations) : null,
    warmupAtOnce: Math.max(1, bundle?.modelWarmupOptions?.numModelWarmupThreads ?? 1),
    warmsAllBatchSizes: bundle?.modelWarmupOptions?.enableAllBatchSizesWarmup ?? false,
    transientLoadBytes: Number(bundle?.experimentalTransientRamBytesDuringLoad ?? 0n),
    batching:
      bundle?.batchingParameters === undefined
        ? null
        : platformBatching(bundle.batchingParameters, bundle.enablePerModelBatchingParams),
    tellsMetadata: bundle?.enableSessionMetadata ?? false,
  });
}

const ownName = 'a model goes by the name that it is served under';

/** Why a field of SessionBundleConfig changes nothing here. */
const reasons: readonly [
  field: string,
  isSet: (bundle: SessionBundleConfig) => boolean,
  reason: string,
][] = [
  ['session_target', (b) => b.sessionTarget !== '', 'models run in this process'],
  [
    'in_graph_batching_parameters',
    (b) => b.inGraphBatchingParameters !== undefined,
    'batches are not formed inside graphs',
  ],
  [
    'session_run_load_threadpool_index',
    (b) => b.sessionRunLoadThreadpoolIndex !== undefined,
    'models are loaded on threads of their own',
  ],
  [
    'resource_estimation_uses_validation_result',
    (b) => b.resourceEstimationUsesValidationResult,
    'what a model takes is estimated by its files',
  ],
  [
    'wrap_session_with_no_threading_params',
    (b) => b.wrapSessionWithNoThreadingParams,
    'runs are given no thread pools that could be left out',
  ],
  [
    'prefer_tflite_model',
    (b) => b.preferTfliteModel,
    'this version of Serval does not run TensorFlow Lite models yet',
  ],
  [
    'model_warmup_options.model_name',
    (b) => (b.modelWarmupOptions?.modelName ?? '') !== '',
    ownName,
  ],
  [
    'model_warmup_options.model_version',
    (b) => (b.modelWarmupOptions?.modelVersion ?? 0n) !== 0n,
    ownName,
  ],
  [
    'mixed_precision',
    (b) => b.mixedPrecision !== '' && b.mixedPrecision !== 'bfloat16',
    'only bfloat16 is supported',
  ],
];

function withoutEffect(name: string, bundle: SessionBundleConfig | null): string[] {
  if (bundle === null) return [];
  return reasons
    .filter(([, isSet]) => isSet(bundle))
    .map(([field, , reason]) => `${field} of platform ${name} has no effect: ${reason}.`);
}
