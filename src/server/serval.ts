import type { ServableStatus } from '../core/index.ts';
import type { DataThreadState } from '../data-plane/index.ts';

/** Where a listener can be reached. */
export interface ListenAddress {
  /** The address that it listens on. */
  readonly host: string;
  readonly port: number;
}

/** Where a server listens; null where that listener is off or has not started. */
export interface ServalAddresses {
  readonly grpc: ListenAddress | null;
  readonly rest: ListenAddress | null;
}

/**
 * A whole server. Several may live in one process; what they share is TensorFlow itself: its
 * libraries are loaded once, and its pool of intra-op threads is one for the process, sized by the
 * session that was created first.
 *
 * Model runs that take longer than about 1 ms occupy threads of libuv's pool, which files and name
 * look-ups share: a program that embeds a server should be started with `UV_THREADPOOL_SIZE` above
 * the option `engineThreads`, as the command line does for itself.
 */
export interface Serval extends AsyncDisposable {
  readonly addresses: ServalAddresses;
  /**
   * What each data thread is doing, with how often it was started again after it had failed; none where
   * requests are served on the calling thread (`dataThreads: 1`).
   */
  readonly dataThreads: readonly DataThreadState[];
  /**
   * All metrics of this server in Prometheus's text, as its REST port tells them where
   * `monitoringConfigFile` says so (docs/metrics.md).
   */
  metrics(): string;
  /** The names of the models known, sorted. */
  modelNames(): readonly string[];
  /** The state of every version known of a model, newest first; empty if unknown. */
  modelStatuses(name: string): readonly ServableStatus[];
  /**
   * Resolves when the models are available, by the start policy, and both protocols listen. To be
   * called once. Where it fails, everything that it had opened is closed again.
   *
   * @throws StatusError why the server cannot start; CANCELLED when it was stopped meanwhile.
   */
  start(): Promise<void>;
  /**
   * Replaces the models that are served by those of a ModelServerConfig in protobuf's text format, as
   * `--model_config_file` has it. Checked as a whole first; then all of it holds at once. Resolves
   * when every model that is new is available. To be called between `start` and `stop`.
   *
   * @throws StatusError INVALID_ARGUMENT with line and column for text that is none, and what is
   * wrong with the configuration: then nothing has changed. UNKNOWN which new models did not become
   * available: it holds all the same.
   */
  reloadConfig(text: string): Promise<void>;
  /**
   * Ends gracefully, whatever the server was doing: health turns NOT_SERVING, nothing new is
   * accepted, requests under way finish within the grace, then the models are unloaded. Never
   * rejects; a second call waits for the first.
   */
  stop(): Promise<void>;
}
