import type { SharedEngine, SharedModel } from '../engines/index.ts';
import type { LogFields, LogLevel } from '../telemetry/index.ts';
import type { ErrorMessage } from './error-message.ts';

/** A SavedModel to be loaded and handed over. */
export interface LoadJob {
  /** Absolute path of the version directory. */
  readonly path: string;
  /** Tags of the MetaGraphDef to load. */
  readonly tags: readonly string[];
}

export interface LoadResult {
  /** Belongs to whoever receives it, who has it adopted by the engine that serves. */
  readonly shared: SharedModel;
  /** Serialized `tensorflow.serving.SignatureDefMap`, as the model's file has it. */
  readonly signatureDefMap: Uint8Array;
}

/** What load threads can be asked for: by kind, the job and what comes of it. */
export interface JobKinds {
  readonly load: { readonly job: LoadJob; readonly result: LoadResult };
}

export type JobKind = keyof JobKinds;
export type JobOf<Kind extends JobKind> = JobKinds[Kind]['job'];
export type ResultOf<Kind extends JobKind> = JobKinds[Kind]['result'];

/** A job with its kind, as it is sent. */
export type Job = { readonly [Kind in JobKind]: { readonly kind: Kind } & JobOf<Kind> }[JobKind];

/** What a thread is started with. */
export interface ThreadData {
  readonly engine: SharedEngine;
  /** Whether the thread gives way to every other one that has something to do. */
  readonly lowPriority: boolean;
  /** The loudest level that the main thread's logger writes. */
  readonly logLevel: LogLevel;
}

/** To the thread. It has one job at a time, and none after `end`. */
export type ThreadRequest = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'end' };

/**
 * From the thread: one `done` or `failed` for each job. What was posted arrives, also when the
 * thread dies right after; its exit is told last.
 */
export type ThreadReply =
  | { readonly kind: 'done'; readonly result: ResultOf<JobKind> }
  | { readonly kind: 'failed'; readonly error: ErrorMessage }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: LogFields;
      readonly error: ErrorMessage | null;
    }
  /** The thread's priority could not be lowered, and why. */
  | { readonly kind: 'normal-priority'; readonly reason: string };
