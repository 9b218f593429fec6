import { availableParallelism } from 'node:os';
import type { FlagEffect, FlagGroup, FlagSpec, FlagType, FlagValue } from './flag.ts';
import type { ServerOptions } from './options.ts';

const cpus = availableParallelism();
const maxInt32 = 2 ** 31 - 1;

const sets = (option: keyof ServerOptions): FlagEffect => ({ kind: 'option', option });
const none = (reason: string): FlagEffect => ({ kind: 'none', reason });
const refused = (reason: string): FlagEffect => ({ kind: 'refused', reason });
const always: FlagEffect = { kind: 'always' };
const command: FlagEffect = { kind: 'command' };

type Extra = Partial<Pick<FlagSpec, 'choices' | 'range' | 'defaultText' | 'fractions'>>;
type Row = readonly [
  name: string,
  type: FlagType,
  defaultValue: FlagValue,
  effect: FlagEffect,
  text: string,
  extra?: Extra,
];

const rows = (group: FlagGroup, tfs: boolean, list: readonly Row[]): FlagSpec[] =>
  list.map(([name, type, value, effect, text, extra]) => ({
    name,
    type,
    default: value,
    defaultText: null,
    group,
    text,
    effect,
    choices: null,
    range: null,
    fractions: false,
    tfs,
    ...extra,
  }));

const ofTfs = (group: FlagGroup, ...list: readonly Row[]) => rows(group, true, list);
const ofServal = (group: FlagGroup, ...list: readonly Row[]) => rows(group, false, list);

const noBatching = none('this version of Serval does not batch requests yet');
const noTflite = none('this version of Serval does not run TensorFlow Lite models yet');
const eventLoop = none('Serval does not give each request a thread');

/**
 * Every flag of Serval: those of TFS (spec 1.2) and its own. The order is that of `--help`. What
 * is not in this table is an unknown argument.
 */
export const flags: readonly FlagSpec[] = Object.freeze([
  ...ofTfs(
    'Network',
    ['port', 'int32', 8500, sets('port'), 'TCP port for gRPC; 0: none', { range: [0, 65535] }],
    [
      'grpc_socket_path',
      'string',
      '',
      sets('grpcSocketPath'),
      'Path of a Unix socket on which gRPC listens too',
    ],
    [
      'rest_api_port',
      'int32',
      0,
      sets('restApiPort'),
      'TCP port for REST over HTTP; 0: none. Must differ from --port',
      { range: [0, 65535] },
    ],
    [
      'rest_api_num_threads',
      'int32',
      4 * cpus,
      eventLoop,
      'Threads for REST requests',
      { defaultText: '4 × CPUs' },
    ],
    [
      'rest_api_timeout_in_ms',
      'int32',
      30_000,
      sets('restApiTimeoutInMs'),
      'Longest model run of a REST request, in ms; 0 or less: no limit',
    ],
    [
      'rest_api_enable_cors_support',
      'bool',
      false,
      sets('restApiEnableCorsSupport'),
      'Let web pages of any origin call REST (adds CORS headers)',
    ],
    [
      'grpc_channel_arguments',
      'string',
      '',
      { kind: 'arguments' },
      'Channel arguments as key=value,key=value: grpc.max_concurrent_streams and grpc.max_receive_message_length count, unless --max_concurrent_streams and --grpc_max_message_bytes are given',
    ],
    [
      'grpc_max_threads',
      'int32',
      4 * cpus,
      eventLoop,
      'Most threads of the gRPC server',
      { defaultText: '4 × CPUs' },
    ],
    [
      'enable_grpc_healthcheck_service',
      'bool',
      false,
      always,
      'Serve grpc.health.v1 (Serval does so in any case)',
    ],
  ),
  ...ofServal(
    'Network',
    [
      'rest_api_enable_compression',
      'bool',
      false,
      sets('restApiEnableCompression'),
      'Send REST replies from 1 KiB on as gzip to clients that accept it; compressing can take longer than a small model',
    ],
    ['grpc_port', 'int32', 8500, { kind: 'alias', of: 'port' }, 'Another name of --port'],
    [
      'host',
      'string',
      '',
      sets('host'),
      'Address to listen on; empty: 0.0.0.0 for gRPC, :: (or else 0.0.0.0) for REST',
    ],
  ),
  ...ofTfs(
    'Models',
    [
      'model_name',
      'string',
      'default',
      sets('modelName'),
      'Name of the one model (not used with --model_config_file)',
    ],
    [
      'model_base_path',
      'string',
      '',
      sets('modelBasePath'),
      'Folder of the one model, absolute, with a subfolder for each version (not used with --model_config_file)',
    ],
    [
      'model_config_file',
      'string',
      '',
      sets('modelConfigFile'),
      'File with a text ModelServerConfig: the models to serve, their versions and labels',
    ],
    [
      'model_config_file_poll_wait_seconds',
      'int32',
      0,
      sets('modelConfigFilePollWaitSeconds'),
      'Seconds between readings of --model_config_file; 0 or less: read once',
      { fractions: true },
    ],
    [
      'allow_version_labels_for_unavailable_models',
      'bool',
      false,
      sets('allowVersionLabelsForUnavailableModels'),
      'Let a new version label point to a version that is not available yet',
    ],
    [
      'platform_config_file',
      'string',
      '',
      sets('platformConfigFile'),
      'File with a text PlatformConfigMap: platforms that replace the built-in one, and all flags of how models are loaded',
    ],
    [
      'saved_model_tags',
      'string',
      'serve',
      sets('savedModelTags'),
      'Tags of the MetaGraphDef to load, separated by commas; it must have exactly these',
    ],
    ['prefer_tflite_model', 'bool', false, noTflite, 'Serve model.tflite where a version has it'],
    [
      'num_tflite_pools',
      'int32',
      cpus,
      noTflite,
      'TensorFlow Lite interpreter pools a model',
      { defaultText: 'CPUs' },
    ],
    ['num_tflite_interpreters_per_pool', 'int32', 1, noTflite, 'Interpreters in each of the pools'],
  ),
  ...ofServal('Models', [
    'model_config_list_root_dir',
    'string',
    '',
    sets('modelConfigListRootDir'),
    'Folder against which relative base paths in --model_config_file are resolved',
  ]),
  ...ofTfs(
    'Loading',
    [
      'file_system_poll_wait_seconds',
      'int32',
      1,
      sets('fileSystemPollWaitSeconds'),
      'Seconds between looks for versions; 0: look once; below 0: never',
      { fractions: true },
    ],
    [
      'max_num_load_retries',
      'int32',
      5,
      sets('maxNumLoadRetries'),
      'Attempts to load a version after the first has failed',
    ],
    [
      'load_retry_interval_micros',
      'int64',
      60_000_000,
      sets('loadRetryIntervalMicros'),
      'Microseconds between attempts to load; below 0: none',
    ],
    [
      'num_load_threads',
      'int32',
      0,
      sets('numLoadThreads'),
      'Versions that may load at once after the start; 0: one at a time',
      { range: [0, maxInt32] },
    ],
    [
      'num_unload_threads',
      'int32',
      0,
      sets('numUnloadThreads'),
      'Versions that may unload at once after the start; 0: one at a time',
      { range: [0, maxInt32] },
    ],
    [
      'flush_filesystem_caches',
      'bool',
      true,
      none('Serval keeps no file system caches'),
      'Flush file system caches after loading',
    ],
    [
      'enable_model_warmup',
      'bool',
      true,
      sets('enableModelWarmup'),
      'Replay the warm-up requests in assets.extra before a version becomes available',
    ],
    [
      'num_request_iterations_for_warmup',
      'int32',
      0,
      sets('numRequestIterationsForWarmup'),
      'Times that each warm-up request is replayed; 0 or less: once',
    ],
  ),
  ...ofServal(
    'Loading',
    [
      'start_policy',
      'string',
      'all',
      sets('startPolicy'),
      'all: a model that cannot be loaded fails the start; any: serve those that can, report the others',
      { choices: ['all', 'any'] },
    ],
    [
      'settle_seconds',
      'int32',
      10,
      sets('settleSeconds'),
      'A version that is incomplete and has not changed for this long is loaded as it is; 0: load versions as soon as they are listed',
      { range: [0, 86_400], fractions: true },
    ],
    [
      'servable_versions_always_present',
      'bool',
      true,
      sets('servableVersionsAlwaysPresent'),
      'Keep serving the last versions of a model when all of its version folders are gone; false: unload them, as TensorFlow Serving',
    ],
    [
      'aspired_version_policy',
      'string',
      'availability_preserving',
      sets('aspiredVersionPolicy'),
      'availability_preserving: load a new version before the old one is unloaded; resource_preserving: after, where memory has no room for both',
      { choices: ['availability_preserving', 'resource_preserving'] },
    ],
    [
      'total_model_memory_limit_bytes',
      'int64',
      0,
      sets('totalModelMemoryLimitBytes'),
      'Most bytes that loaded models may take by estimate (1.2 times their files); 0: no limit',
      { range: [0, Number.MAX_SAFE_INTEGER] },
    ],
    [
      'failed_version_retry_seconds',
      'int32',
      60,
      sets('failedVersionRetrySeconds'),
      'Seconds after which a version that has ended with an error is tried again while it is wanted, doubling up to 64 times that; 0: never, as TensorFlow Serving',
      { range: [0, 86_400], fractions: true },
    ],
    [
      'max_ended_versions',
      'int32',
      32,
      sets('maxEndedVersions'),
      'Ended versions of a model that model status still lists; older ones are forgotten',
      { range: [0, 100_000] },
    ],
  ),
  ...ofTfs(
    'TensorFlow',
    [
      'tensorflow_session_parallelism',
      'int64',
      0,
      sets('tensorflowSessionParallelism'),
      'Intra-op and inter-op threads of TensorFlow; 0: TensorFlow chooses',
    ],
    [
      'tensorflow_intra_op_parallelism',
      'int64',
      0,
      sets('tensorflowIntraOpParallelism'),
      'Intra-op threads; instead of --tensorflow_session_parallelism',
    ],
    [
      'tensorflow_inter_op_parallelism',
      'int64',
      0,
      sets('tensorflowInterOpParallelism'),
      'Inter-op threads; instead of --tensorflow_session_parallelism',
    ],
    [
      'tensorflow_session_config_file',
      'string',
      '',
      sets('tensorflowSessionConfigFile'),
      'File with a text tensorflow.ConfigProto; flags overwrite its thread counts and GPU memory fraction',
    ],
    [
      'per_process_gpu_memory_fraction',
      'float',
      0,
      sets('perProcessGpuMemoryFraction'),
      'Share of the GPU memory that TensorFlow may take, from 0 to 1; 0: TensorFlow chooses',
    ],
    [
      'remove_unused_fields_from_bundle_metagraph',
      'bool',
      true,
      none('Serval never keeps those fields'),
      'Keep only the signatures of the MetaGraphDef in memory',
    ],
    [
      'xla_cpu_compilation_enabled',
      'bool',
      false,
      sets('xlaCpuCompilationEnabled'),
      'Compile parts of graphs with XLA on CPUs; the first run of each shape then takes long',
    ],
    [
      'xla_gpu_compilation_enabled',
      'bool',
      false,
      sets('xlaGpuCompilationEnabled'),
      'Compile parts of graphs with XLA on GPUs, where the TensorFlow libraries run on some',
    ],
    [
      'mixed_precision',
      'string',
      '',
      sets('mixedPrecision'),
      'bfloat16: compute in bfloat16 where that is faster; nothing else is supported',
    ],
    [
      'thread_pool_factory_config_file',
      'string',
      '',
      none('there are no thread pool factories to choose from'),
      'File with a text ThreadPoolFactoryConfig',
    ],
    [
      'skip_initialize_tpu',
      'bool',
      false,
      none('Serval does not run on TPUs'),
      'Do not initialise TPUs',
    ],
  ),
  ...ofServal(
    'TensorFlow',
    [
      'tensorflow_library_path',
      'string',
      '',
      sets('tensorflowLibraryPath'),
      'Folder of the TensorFlow libraries; empty: $SERVAL_TENSORFLOW_LIBRARY_PATH, the installed ones, Python',
    ],
    [
      'op_library',
      'string',
      '',
      sets('opLibrary'),
      'Libraries of custom ops to load before models: paths, or tensorflow-text, separated by commas',
    ],
    [
      'install_engine',
      'bool',
      true,
      sets('installEngine'),
      'Install the TensorFlow libraries when a start finds none',
    ],
  ),
  ...ofTfs(
    'Batching',
    [
      'enable_batching',
      'bool',
      false,
      noBatching,
      'Run requests that arrive together as one batch',
    ],
    [
      'batching_parameters_file',
      'string',
      '',
      noBatching,
      'File with text BatchingParameters; needs --enable_batching',
    ],
    [
      'enable_per_model_batching_parameters',
      'bool',
      false,
      noBatching,
      'Take the parameters from batching_params.pbtxt in the version folder; needs --enable_batching',
    ],
  ),
  ...ofTfs(
    'Inference',
    [
      'enable_signature_method_name_check',
      'bool',
      false,
      sets('enableSignatureMethodNameCheck'),
      'Refuse calls whose kind is not that of the signature',
    ],
    [
      'enable_serialization_as_tensor_content',
      'bool',
      false,
      sets('enableSerializationAsTensorContent'),
      'Send Predict outputs over gRPC as tensor_content',
    ],
  ),
  ...ofServal('Inference', [
    'check_tensor_shapes',
    'bool',
    true,
    sets('checkTensorShapes'),
    'Refuse inputs whose shape the model excludes, before TensorFlow sees them; serve empty batches',
  ]),
  ...ofTfs(
    'Security',
    [
      'ssl_config_file',
      'string',
      '',
      sets('sslConfigFile'),
      'File with a text SSLConfig (PEM texts, not paths): serve gRPC over TLS only',
    ],
    [
      'use_alts_credentials',
      'bool',
      false,
      refused('Serval has no ALTS, and would serve in plain text'),
      'Serve gRPC with ALTS credentials',
    ],
  ),
  ...ofServal(
    'Security',
    [
      'rest_api_ssl_config_file',
      'string',
      '',
      sets('restApiSslConfigFile'),
      'File with a text SSLConfig: serve REST over TLS only; may be the file of gRPC',
    ],
    [
      'ssl_reload_seconds',
      'int32',
      30,
      sets('sslReloadSeconds'),
      'Seconds between looks at the SSLConfig files, whose new certificates count for new connections; 0: read once',
      { range: [0, 86_400], fractions: true },
    ],
    [
      'tls_handshake_seconds',
      'int32',
      10,
      sets('tlsHandshakeSeconds'),
      'Seconds that a client may take for its TLS handshake',
      { range: [1, 600] },
    ],
  ),
  ...ofTfs(
    'Observability',
    [
      'monitoring_config_file',
      'string',
      '',
      sets('monitoringConfigFile'),
      'File with a text MonitoringConfig: the Prometheus page on the REST port',
    ],
    [
      'enable_profiler',
      'bool',
      true,
      sets('enableProfiler'),
      'Register tensorflow.ProfilerService, which answers that Serval does not profile',
    ],
  ),
  ...ofServal(
    'Observability',
    [
      'request_log_max_file_bytes',
      'int64',
      64 * 1024 * 1024,
      sets('requestLogMaxFileBytes'),
      'Bytes after which a file of logged requests is finished and the next one begun',
      { range: [1, Number.MAX_SAFE_INTEGER] },
    ],
    [
      'request_log_max_file_seconds',
      'int32',
      300,
      sets('requestLogMaxFileSeconds'),
      'Seconds after which a file of logged requests is finished',
      { range: [0.001, maxInt32], fractions: true },
    ],
    [
      'request_log_max_queued_bytes',
      'int64',
      64 * 1024 * 1024,
      sets('requestLogMaxQueuedBytes'),
      'Bytes of logged requests that may wait to be written; more are dropped, and counted',
      { range: [0, maxInt32] },
    ],
    [
      'request_log_dc',
      'string',
      '',
      sets('requestLogDc'),
      'dc of this server, for per_task_sampling_configs of a logging_config',
    ],
    [
      'request_log_task_index',
      'int32',
      -1,
      sets('requestLogTaskIndex'),
      'task_index of this server, for per_task_sampling_configs; below 0: none',
    ],
    [
      'log_level',
      'string',
      'info',
      sets('logLevel'),
      'Least severe lines that are logged: fatal, error, warn, info, debug or trace',
      { choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] },
    ],
    [
      'log_format',
      'string',
      'auto',
      sets('logFormat'),
      'json, pretty (for people), or auto: pretty where stderr is a terminal',
      { choices: ['auto', 'json', 'pretty'] },
    ],
  ),
  ...ofServal(
    'Limits',
    [
      'max_request_bytes',
      'int64',
      2 ** 31,
      sets('maxRequestBytes'),
      'Most bytes of a REST body, as sent and inflated',
      { range: [1, 2 ** 32] },
    ],
    [
      'max_json_depth',
      'int32',
      256,
      sets('maxJsonDepth'),
      'How deep lists and objects of a REST body may nest; 256 holds every tensor',
      { range: [1, 10_000] },
    ],
    [
      'grpc_max_message_bytes',
      'int64',
      maxInt32,
      sets('grpcMaxMessageBytes'),
      'Most bytes of a gRPC message, as sent and inflated',
      { range: [1, 2 ** 32 - 1] },
    ],
    [
      'max_in_flight_bytes',
      'int64',
      0,
      sets('maxInFlightBytes'),
      'Most bytes of all requests under way together; 0: a quarter of the memory',
      { range: [0, Number.MAX_SAFE_INTEGER] },
    ],
    [
      'http_header_timeout_seconds',
      'int32',
      60,
      sets('httpHeaderTimeoutSeconds'),
      'Seconds in which a client must have sent the headers of a request',
      { range: [1, 86_400] },
    ],
    [
      'http_request_timeout_seconds',
      'int32',
      600,
      sets('httpRequestTimeoutSeconds'),
      'Seconds in which a client must have sent a whole request',
      { range: [1, 86_400] },
    ],
    [
      'reply_stall_seconds',
      'int32',
      60,
      sets('replyStallSeconds'),
      'Seconds after which a client loses a large reply of which it takes nothing, over REST or gRPC',
      { range: [1, 86_400] },
    ],
    [
      'http_keep_alive_seconds',
      'int32',
      620,
      sets('httpKeepAliveSeconds'),
      'Seconds that an idle HTTP connection is kept; more than the load balancer in front keeps it',
      { range: [1, 86_400] },
    ],
    [
      'max_concurrent_streams',
      'int32',
      4096,
      sets('maxConcurrentStreams'),
      'Most calls under way on one HTTP/2 connection',
      { range: [1, maxInt32] },
    ],
    [
      'max_stream_resets_per_second',
      'int32',
      1000,
      sets('maxStreamResetsPerSecond'),
      'Most calls a second that a client may reset on one HTTP/2 connection before it is closed',
      { range: [1, maxInt32] },
    ],
    [
      'engine_threads',
      'int32',
      0,
      sets('engineThreads'),
      'Model runs under way at once off the event loop; 0: twice the CPUs, at least 4',
      { range: [0, 1000] },
    ],
    [
      'max_queued_runs',
      'int32',
      4096,
      sets('maxQueuedRuns'),
      'Model runs that may wait for a thread; more are refused',
      { range: [0, maxInt32] },
    ],
  ),
  ...ofServal(
    'Process',
    [
      'data_threads',
      'int32',
      0,
      sets('dataThreads'),
      'Threads that serve requests; 0: one for each CPU granted, at most 16; 1: the main thread alone',
      { range: [0, 128] },
    ],
    [
      'shutdown_grace_seconds',
      'int32',
      30,
      sets('shutdownGraceSeconds'),
      'Seconds that requests under way may take to finish after SIGTERM or SIGINT',
      { range: [0, 86_400] },
    ],
  ),
  ...ofTfs('Process', ['version', 'bool', false, command, 'Print the versions and exit']),
  ...ofServal('Process', [
    'print_config',
    'bool',
    false,
    command,
    'Print the effective configuration with the source of each value, and exit',
  ]),
]);

export const flagByName: ReadonlyMap<string, FlagSpec> = new Map(
  flags.map((flag) => [flag.name, flag]),
);

/** What a flag does, and whether it has an effect, in a line. */
export function flagText({ text, effect }: FlagSpec): string {
  switch (effect.kind) {
    case 'none':
      return `${text}. No effect: ${effect.reason}`;
    case 'refused':
      return `${text}. Fails the start: ${effect.reason}`;
    default:
      return text;
  }
}

/** `--name=value` as one may write it for a flag, for usage and hints. */
export function flagDefaultText(flag: FlagSpec): string {
  if (flag.type === 'string') return `"${flag.default}"`;
  return flag.type === 'float' ? Number(flag.default).toFixed(6) : String(flag.default);
}
