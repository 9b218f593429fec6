import type { SharedEngine } from '../engines/index.ts';
import type { Completeness } from '../saved-model/index.ts';
import type { Logger, MetricRegistry } from '../telemetry/index.ts';
import { JobThreads } from './job-threads.ts';
import type { CheckJob, LoadJob, LoadResult } from './protocol.ts';

export interface LoadThreadsOptions {
  /** Threads of low priority at once, at least 1. */
  readonly maxThreads: number;
  /** A thread that had no job for so long, in ms, is ended: its memory goes back. */
  readonly idleMs: number;
  /** JavaScript heap of each thread in MiB: a model whose description takes more fails. */
  readonly maxHeapMb: number;
  readonly logger: Logger;
  /** Reads what the threads count. */
  readonly metrics: Pick<MetricRegistry, 'open'>;
  /** The file that threads run; another one is for tests. */
  readonly entry?: URL;
}

/** How long threads without a job are kept: the next version of a model often comes soon. */
export const defaultIdleMs = 30_000;

/** Room for the description of a graph with millions of nodes; weights are not in this heap. */
export const defaultMaxHeapMb = 2048;

/**
 * Loads models on threads of the lowest priority, off the event loop, libuv's pool and the pools on
 * which models run: a load takes what these leave. Belongs to the control thread.
 *
 * A model that starts threads of its own when it is loaded or run for the first time is loaded on
 * one more thread, of normal priority: its threads inherit that, and go on serving.
 *
 * Jobs may be asked for before `open`; they begin after it.
 */
export class LoadThreads {
  readonly #low: JobThreads;
  /** Starts no thread before one is needed. */
  readonly #normal: JobThreads;

  /** Starts no thread yet. @throws StatusError INVALID_ARGUMENT for a `maxThreads` below 1. */
  constructor(options: LoadThreadsOptions) {
    this.#low = new JobThreads(options);
    this.#normal = new JobThreads({ ...options, maxThreads: 1 });
  }

  /**
   * Starts so many threads, for loads that are about to come: they start up while the engine does.
   */
  prepare(threads: number): void {
    this.#low.prepare(threads);
  }

  /** Tells the engine that serves, which outlives the threads: jobs begin from now on. Once. */
  open(engine: SharedEngine): void {
    this.#low.open({ engine, lowPriority: !engine.modelsOwnThreads });
    this.#normal.open({ engine, lowPriority: false });
  }

  /** Threads that there are now, idle ones and ending ones included. */
  get size(): number {
    return this.#low.size + this.#normal.size;
  }

  /**
   * Loads a SavedModel. The caller owns the model in the result: it must have it adopted.
   *
   * @throws StatusError what is wrong with the model, as {@link SavedModelError} where its files
   * are; INTERNAL where the thread died; CANCELLED where it still waited at `close`;
   * FAILED_PRECONDITION after `close`.
   */
  async load(job: LoadJob): Promise<LoadResult> {
    const loaded = await this.#low.submit('load', job);
    if (loaded !== null) return loaded;
    return (await this.#normal.submit('load', job))!;
  }

  /**
   * Looks whether the SavedModel in a version directory is whole. To be called with room for it, so
   * that it does not wait for loads: they may take minutes.
   *
   * @throws StatusError as {@link load}; never for what is wrong with the files.
   */
  check(job: CheckJob): Promise<Completeness> {
    return this.#low.submit('check', job);
  }

  /**
   * Sets how many threads of low priority there may be. Those too many end, after the jobs that they
   * have. @throws StatusError INVALID_ARGUMENT below 1.
   */
  resize(maxThreads: number): void {
    this.#low.resize(maxThreads);
  }

  /**
   * Ends the threads without a job, before their time: no load is about to come, and their memory is
   * to go back. Resolves when they have gone; never rejects.
   */
  async endIdle(): Promise<void> {
    await Promise.all([this.#low.endIdle(), this.#normal.endIdle()]);
  }

  /**
   * Ends the threads: waiting jobs are refused, those under way end first. Resolves when no thread
   * is left, which takes as long as the slowest job: whoever cannot wait goes on without. Never
   * rejects; a second call waits for the first.
   */
  async close(): Promise<void> {
    await Promise.all([this.#low.close(), this.#normal.close()]);
  }
}
