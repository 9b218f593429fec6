import type { BatchingOptions } from '../config/index.ts';
import type { SharedEngine, SharedModel } from '../engines/index.ts';
import type { Completeness } from '../saved-model/index.ts';
import type { CellAnnouncement, LogLevel, LogMessage } from '../telemetry/index.ts';
import type { WarmupOptions, WarmupResult } from '../warmup/index.ts';
import type { JobErrorMessage } from './error-message.ts';

/** A SavedModel to be loaded and handed over. */
export interface LoadJob {
  /** Absolute path of the version directory. */
  readonly path: string;
  /** Tags of the MetaGraphDef to load. */
  readonly tags: readonly string[];
  /** Of its session, serialized; absent or null: the engine's. */
  readonly sessionConfig?: Uint8Array | null;
  /** How recorded requests are replayed on the model before it is handed over; null: they are not. */
  readonly warmup: WarmupJob | null;
  /** How its requests will be batched, those of the warm-up too; absent or null: not at all. */
  readonly batching?: BatchingOptions | null;
  /** Where it is to be counted that the version has a key of ML Metadata: whose it is. Absent or null: nowhere. */
  readonly metadataOf?: { readonly model: string; readonly version: bigint } | null;
}

/** {@link WarmupOptions} without what cannot be sent. */
export interface WarmupJob extends Omit<WarmupOptions, 'signal'> {
  /** Whether requests that are batched are run in batches of all sizes that the version will have. */
  readonly inAllSizes: boolean;
}

/** A version directory to be looked into. */
export interface CheckJob {
  /** Absolute path of the version directory. */
  readonly path: string;
  /** Tags of the MetaGraphDef that is to be loaded from it. */
  readonly tags: readonly string[];
}

export interface LoadResult {
  /** Belongs to whoever receives it, who has it adopted by the engine that serves. */
  readonly shared: SharedModel;
  /** Serialized `tensorflow.serving.SignatureDefMap`, as the model's file has it. */
  readonly signatureDefMap: Uint8Array;
  /** Null: nothing was replayed. */
  readonly warmup: WarmupResult | null;
}

/** What load threads can be asked for: by kind, the job and what comes of it. */
export interface JobKinds {
  /** Null: the model starts threads, and this one is of low priority. */
  readonly load: { readonly job: LoadJob; readonly result: LoadResult | null };
  readonly check: { readonly job: CheckJob; readonly result: Completeness };
}

export type JobKind = keyof JobKinds;
export type JobOf<Kind extends JobKind> = JobKinds[Kind]['job'];
export type ResultOf<Kind extends JobKind> = JobKinds[Kind]['result'];

/** A job with its kind, as it is sent. */
export type Job = { readonly [Kind in JobKind]: { readonly kind: Kind } & JobOf<Kind> }[JobKind];

/** What a thread is started with. */
export interface ThreadData {
  /** Whether its priority is lowered at once: false also where that is not known yet. */
  readonly lowPriority: boolean;
  /** Where compiled code is kept, as on the main thread, so that a thread starts sooner; null: nowhere. */
  readonly compileCache: string | null;
  /** The loudest level that the main thread's logger writes. */
  readonly logLevel: LogLevel;
}

/** What a thread is told before its first job. */
export interface ThreadOpening {
  readonly engine: SharedEngine;
  /** Whether the thread gives way to every other one that has something to do. */
  readonly lowPriority: boolean;
}

/** To the thread: `open` once, then one job at a time, and none after `end`. */
export type ThreadRequest =
  | { readonly kind: 'open'; readonly opening: ThreadOpening }
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'end' };

/**
 * From the thread: one `done` or `failed` for each job. What was posted arrives, also when the
 * thread dies right after; its exit is told last.
 */
export type ThreadReply =
  | { readonly kind: 'done'; readonly result: ResultOf<JobKind> }
  | { readonly kind: 'failed'; readonly error: JobErrorMessage }
  | LogMessage
  /** A cell in which the thread counts. */
  | { readonly kind: 'cell'; readonly cell: CellAnnouncement }
  /** The thread's priority could not be lowered, and why. */
  | { readonly kind: 'normal-priority'; readonly reason: string };
