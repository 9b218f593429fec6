/** A TCP port: 0 turns the listener off, as in TFS; `'ephemeral'` lets the system choose one. */
export type Port = number | 'ephemeral';

/** What comes first when a model's version replaces another: the new one's load or the old one's unload. */
export type AspiredVersionPolicyName = 'availability_preserving' | 'resource_preserving';

/**
 * Everything that a server can be told, compiled: checked, frozen, every value present. Made by
 * `compileServerOptions`; nothing inside Serval sees anything less.
 *
 * Each option is a flag of the same name in snake_case (`restApiPort`: `--rest_api_port`), which
 * keeps its unit and its default; `flags.ts` has the texts. Flags of TFS that have no effect here
 * have no option. Paths and text are empty where not set. Numbers are whole unless said otherwise.
 */
export interface ServerOptions {
  /** gRPC over TCP. Default 8500. */
  readonly port: Port;
  /** Path of a Unix socket that gRPC listens on too; empty: none. */
  readonly grpcSocketPath: string;
  /** REST over HTTP/1.1. Default 0 (off), as in TFS. */
  readonly restApiPort: Port;
  /** Address to listen on; empty: TFS's, which is 0.0.0.0 for gRPC and :: (else 0.0.0.0) for REST. */
  readonly host: string;
  /** The longest model run of a REST request, in ms; 0 or less: no limit. Default 30000. */
  readonly restApiTimeoutInMs: number;
  /** Adds the CORS headers of spec 5.10 to REST replies. */
  readonly restApiEnableCorsSupport: boolean;
  /** Sends REST replies from 1 KiB on as gzip to clients that accept it. Default false, as TFS. */
  readonly restApiEnableCompression: boolean;
  /** Registers tensorflow.ProfilerService, which answers UNIMPLEMENTED. Default true, as TFS. */
  readonly enableProfiler: boolean;
  /** Predict outputs over gRPC as tensor_content instead of typed fields. */
  readonly enableSerializationAsTensorContent: boolean;
  /** Refuse signatures whose method name does not fit the call (spec 6.3, 6.4). */
  readonly enableSignatureMethodNameCheck: boolean;

  /** Text-proto ModelServerConfig; when set, `modelName` and `modelBasePath` are not used. */
  readonly modelConfigFile: string;
  /** Folder against which relative base paths of the model config are resolved; empty: none may be. */
  readonly modelConfigListRootDir: string;
  /** Seconds, also in fractions, between readings of the model config file; 0 or less: read once. Default 0. */
  readonly modelConfigFilePollWaitSeconds: number;
  /** Default `default`. */
  readonly modelName: string;
  readonly modelBasePath: string;
  /** Let a new version label point to a version that is not available yet (spec 4.9). */
  readonly allowVersionLabelsForUnavailableModels: boolean;
  /** Text-proto PlatformConfigMap; it replaces the tags, warm-up and session options below. */
  readonly platformConfigFile: string;
  /** Tags that the MetaGraphDef must have, exactly. Default `serve`. */
  readonly savedModelTags: readonly string[];
  /** Seconds, also in fractions, between looks at the base paths; 0: one look; below 0: never. Default 1. */
  readonly fileSystemPollWaitSeconds: number;
  /** Loads after the first failed one. Default 5. */
  readonly maxNumLoadRetries: number;
  /** Microseconds between two attempts to load; below 0: none. Default one minute. */
  readonly loadRetryIntervalMicros: number;
  /**
   * `all`: every configured model must be available before the server listens, and one that fails
   * fails the start, as in TFS. `any`: serves what loads and reports the rest.
   */
  readonly startPolicy: 'all' | 'any';
  /** Versions that may load at once after the start; 0: one at a time. */
  readonly numLoadThreads: number;
  /** Versions that may unload at once after the start; 0: one at a time. */
  readonly numUnloadThreads: number;
  /** Replay a version's warm-up requests before it becomes available (spec 8). Default true. */
  readonly enableModelWarmup: boolean;
  /** Times that each warm-up request is replayed, at least 1. */
  readonly numRequestIterationsForWarmup: number;
  /**
   * Seconds, also in fractions, that an incomplete version must not have changed before it is
   * loaded as it is; 0: versions are loaded as soon as they are listed. Default 10.
   */
  readonly settleSeconds: number;
  /**
   * A model whose version folders are all gone keeps its last versions; false: it loses them, as in
   * TFS. Default true.
   */
  readonly servableVersionsAlwaysPresent: boolean;
  /**
   * Of models that do not choose for themselves: whether a new version is loaded before the old one
   * is unloaded (availability, spec 4.3) or after (resources, spec 4.4).
   */
  readonly aspiredVersionPolicy: AspiredVersionPolicyName;
  /** Bytes that loaded models may take by estimate, 1.2 times their files; 0: no limit. */
  readonly totalModelMemoryLimitBytes: number;
  /**
   * Seconds, also in fractions, until a version that ended with an error is tried again while it is
   * wanted, doubling up to 64 times that; 0: never, as in TFS. Default 60.
   */
  readonly failedVersionRetrySeconds: number;
  /** Ended versions of a model that its status still lists. Default 32. */
  readonly maxEndedVersions: number;

  /** Folder of the TensorFlow libraries; empty: they are searched for. */
  readonly tensorflowLibraryPath: string;
  /**
   * Libraries of custom ops, by path or by the name of a package that Serval can install, separated by
   * commas. Installed packages are loaded in any case.
   */
  readonly opLibrary: string;
  /** A start that finds no TensorFlow libraries installs them. Default true. */
  readonly installEngine: boolean;
  /** Intra-op and inter-op threads of TensorFlow, both; 0: TensorFlow's choice. */
  readonly tensorflowSessionParallelism: number;
  /** If this or the next is above 0, both count and `tensorflowSessionParallelism` does not. */
  readonly tensorflowIntraOpParallelism: number;
  readonly tensorflowInterOpParallelism: number;
  /** Text-proto tensorflow.ConfigProto; thread counts and GPU memory are then overwritten by flags. */
  readonly tensorflowSessionConfigFile: string;
  /** ConfigProto.gpu_options.per_process_gpu_memory_fraction. */
  readonly perProcessGpuMemoryFraction: number;
  /** Compile parts of graphs with XLA, on CPUs and on GPUs. */
  readonly xlaCpuCompilationEnabled: boolean;
  readonly xlaGpuCompilationEnabled: boolean;
  /** `bfloat16`, or empty; anything else changes nothing. */
  readonly mixedPrecision: string;
  /** Run requests that arrive together as one batch (spec 7). Default false, as TFS. */
  readonly enableBatching: boolean;
  /** Text-proto BatchingParameters, for `enableBatching`; empty: the defaults of TFS. */
  readonly batchingParametersFile: string;
  /** Take those of each version from `batching_params.pbtxt` in its folder; without one it is not batched. */
  readonly enablePerModelBatchingParameters: boolean;
  /** `auto`: batches are gathered by what is learned of a model; `parameters`: as `enableBatching` says. */
  readonly batching: 'parameters' | 'auto';
  /** What a request should take at most where batching is `auto`, in ms; 0: no matter. */
  readonly targetP99Ms: number;
  /** Refuse inputs that the declared shapes exclude, and serve empty batches. Default true. */
  readonly checkTensorShapes: boolean;
  /**
   * Threads that serve requests; 1: the thread that started the server. Default, on the command line:
   * one for each core that the cgroup grants, at most 16; embedded: 1.
   */
  readonly dataThreads: number;
  /** Model runs that may be under way at once off the event loop. Default: from the cores. */
  readonly engineThreads: number;
  /** Model runs that may wait for a thread; more are refused with UNAVAILABLE. */
  readonly maxQueuedRuns: number;

  /** Bytes of one REST body, as sent and inflated. Default 2 GiB. */
  readonly maxRequestBytes: number;
  /** How deep lists and objects of a REST body may nest. Default 256: tensors end at rank 254. */
  readonly maxJsonDepth: number;
  /** Bytes of one gRPC message, as sent and inflated. Default 2³¹ − 1, as TFS. */
  readonly grpcMaxMessageBytes: number;
  /** Bytes of all requests under way and of all replies not sent yet. Default: a quarter of the memory granted. */
  readonly maxInFlightBytes: number;
  /** Seconds in which an HTTP/1.1 client must have sent the headers. */
  readonly httpHeaderTimeoutSeconds: number;
  /** Seconds in which an HTTP/1.1 client must have sent the whole request. */
  readonly httpRequestTimeoutSeconds: number;
  /** Seconds after which a client loses a large reply of which it takes nothing. */
  readonly replyStallSeconds: number;
  /** Seconds that an idle HTTP/1.1 connection is kept. */
  readonly httpKeepAliveSeconds: number;
  /** Calls under way on one HTTP/2 connection; clients hold back the rest. */
  readonly maxConcurrentStreams: number;
  /** Calls a second that a client may reset on one HTTP/2 connection before it is closed. */
  readonly maxStreamResetsPerSecond: number;
  /** Ms after which a gRPC connection is ended gently; 2³¹ − 1, the default, here and below: never. */
  readonly grpcMaxConnectionAgeMs: number;
  /** Ms that its calls then have. Default 2³¹ − 1. */
  readonly grpcMaxConnectionAgeGraceMs: number;
  /** Ms without a call after which a gRPC connection is ended gently. Default 2³¹ − 1. */
  readonly grpcMaxConnectionIdleMs: number;
  /** Ms of silence after which a gRPC client with a call under way is pinged. Default two hours. */
  readonly grpcKeepaliveTimeMs: number;
  /** Ms that it has to answer. Default 20000. */
  readonly grpcKeepaliveTimeoutMs: number;
  /** Ping gRPC clients without a call too, and let them ping. */
  readonly grpcKeepalivePermitWithoutCalls: boolean;
  /** Ms between two pings of a client to which nothing is sent meanwhile. Default five minutes. */
  readonly grpcHttp2MinPingIntervalWithoutDataMs: number;
  /** Pings that come too early until the connection is closed; 0: any number. Default 2. */
  readonly grpcHttp2MaxPingStrikes: number;
  /**
   * Seconds after which a data thread whose event loop stands still is given up and replaced; 0: never.
   * Default 30.
   */
  readonly dataThreadStallSeconds: number;
  /** Seconds that requests under way may take to finish once the server stops. Default 30. */
  readonly shutdownGraceSeconds: number;

  /** Text-proto SSLConfig of gRPC; empty: plain text. */
  readonly sslConfigFile: string;
  /** Text-proto SSLConfig of REST; empty: plain text. */
  readonly restApiSslConfigFile: string;
  /** Text-proto MonitoringConfig; empty: there is no page of metrics. Read where REST is served. */
  readonly monitoringConfigFile: string;
  /** Seconds, also in fractions, between looks at both; 0: they are read once. Default 30. */
  readonly sslReloadSeconds: number;
  /** Seconds that a client may take for its TLS handshake. Default 10. */
  readonly tlsHandshakeSeconds: number;

  /** Bytes after which a file of logged requests is finished and the next one begun. Default 64 MiB. */
  readonly requestLogMaxFileBytes: number;
  /** Seconds, also in fractions, after which a file of logged requests is finished. Default 300. */
  readonly requestLogMaxFileSeconds: number;
  /** Bytes of logged requests that may wait to be written; more are dropped. Default 64 MiB. */
  readonly requestLogMaxQueuedBytes: number;
  /** The `dc` of this server for `per_task_sampling_configs`; empty: none. */
  readonly requestLogDc: string;
  /** The `task_index` of this server for `per_task_sampling_configs`; below 0, the default: none. */
  readonly requestLogTaskIndex: number;

  /** The least severe lines that are logged. */
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** `auto`: lines for people where stderr is a terminal, else JSON. */
  readonly logFormat: 'auto' | 'json' | 'pretty';
}

/** What a program that embeds Serval gives: any of the options, the rest by default. */
export type UserServerOptions = {
  readonly [K in keyof ServerOptions]?: ServerOptions[K] | undefined;
};
