import type { SharedEngine } from '../engines/index.ts';
import { cancelled, failedPrecondition, invalidArgument } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { LoadThread, type PendingJob } from './load-thread.ts';
import { logLevels } from './port-logger.ts';
import type { Job, JobKind, JobOf, LoadJob, LoadResult, ResultOf, ThreadData } from './protocol.ts';

export interface LoadThreadsOptions {
  /** Of the engine that serves, which outlives the threads. */
  readonly engine: SharedEngine;
  /** Threads at once, at least 1. */
  readonly maxThreads: number;
  /** A thread that had no job for so long, in ms, is ended: its memory goes back. */
  readonly idleMs: number;
  /** JavaScript heap of each thread in MiB: a model whose description takes more fails. */
  readonly maxHeapMb: number;
  readonly logger: Logger;
  /** The file that threads run; another one is for tests. */
  readonly entry?: URL;
}

/** How long threads without a job are kept: the next version of a model often comes soon. */
export const defaultIdleMs = 30_000;

/** Room for the description of a graph with millions of nodes; weights are not in this heap. */
export const defaultMaxHeapMb = 2048;

const loadWorker = new URL(
  import.meta.url.endsWith('.ts') ? './load-worker.ts' : './load-worker.js',
  import.meta.url,
);

/**
 * Loads models on threads of their own with the lowest priority, off the event loop, libuv's pool
 * and the pools on which models run: a load takes what these leave. Belongs to the control thread.
 *
 * 1. A job starts at once where a thread is idle, or one more may be started; else it waits, and
 *    jobs start in the order in which they came.
 * 2. There are never more threads than `maxThreads`. They are started when they are needed, used
 *    again, and ended after `idleMs` without a job.
 * 3. A thread that dies fails its own job with INTERNAL, and no other.
 * 4. The process may end by itself while threads are idle; while a job is under way it cannot, and
 *    the job counts as a pending native call of this thread (`endProcess`).
 */
export class LoadThreads {
  readonly #entry: URL;
  readonly #data: ThreadData;
  readonly #logger: Logger;
  readonly #idleMs: number;
  readonly #maxHeapMb: number;
  readonly #waiting: PendingJob[] = [];
  /** Idle ones from the longest idle on, with the timer that ends them. */
  readonly #idle = new Map<LoadThread, NodeJS.Timeout>();
  readonly #threads = new Set<LoadThread>();
  #maxThreads: number;
  #saidNormalPriority = false;
  #closing: PromiseWithResolvers<void> | null = null;

  /** Starts no thread yet. @throws StatusError INVALID_ARGUMENT for a `maxThreads` below 1. */
  constructor(options: LoadThreadsOptions) {
    const { engine, maxThreads, logger } = options;
    checkThreads(maxThreads);
    this.#maxThreads = maxThreads;
    this.#idleMs = options.idleMs;
    this.#maxHeapMb = options.maxHeapMb;
    this.#logger = logger;
    this.#entry = options.entry ?? loadWorker;
    this.#data = {
      engine,
      lowPriority: !engine.modelsOwnThreads,
      logLevel: logLevels.findLast((level) => logger.isEnabled(level)) ?? 'fatal',
    };
  }

  /** Threads that there are now, idle ones and ending ones included. */
  get size(): number {
    return this.#threads.size;
  }

  /**
   * Loads a SavedModel. The caller owns the model in the result: it must have it adopted.
   *
   * @throws StatusError what is wrong with the model, as {@link SavedModelError} where its files
   * are; INTERNAL where the thread died; CANCELLED where it still waited at `close`;
   * FAILED_PRECONDITION after `close`.
   */
  load(job: LoadJob): Promise<LoadResult> {
    return this.#submit('load', job);
  }

  /**
   * Sets how many threads there may be. Those too many end, after the jobs that they have.
   * @throws StatusError INVALID_ARGUMENT below 1.
   */
  resize(maxThreads: number): void {
    checkThreads(maxThreads);
    this.#maxThreads = maxThreads;
    for (const thread of [...this.#idle.keys()].slice(0, this.#excess)) this.#end(thread);
    this.#dispatch();
  }

  /**
   * Ends the threads: waiting jobs are refused, those under way end first. Resolves when no thread
   * is left, which takes as long as the slowest job: whoever cannot wait goes on without. Never
   * rejects; a second call waits for the first.
   */
  close(): Promise<void> {
    if (this.#closing !== null) return this.#closing.promise;
    this.#closing = Promise.withResolvers();
    for (const { reject } of this.#waiting.splice(0)) {
      reject(cancelled('The server stopped before the model was loaded'));
    }
    for (const thread of [...this.#threads]) this.#end(thread);
    if (this.#threads.size === 0) this.#closing.resolve();
    return this.#closing.promise;
  }

  #submit<Kind extends JobKind>(kind: Kind, job: JobOf<Kind>): Promise<ResultOf<Kind>> {
    if (this.#closing !== null) {
      return Promise.reject(failedPrecondition('The load threads are closed'));
    }
    return new Promise((resolve, reject) => {
      const pending = { job: { kind, ...job } as Job, resolve, reject };
      this.#waiting.push(pending as PendingJob);
      this.#dispatch();
    });
  }

  get #excess(): number {
    const staying = [...this.#threads].filter((thread) => !thread.isEnding);
    return Math.max(0, staying.length - this.#maxThreads);
  }

  /** Gives waiting jobs to threads, as far as there are any. */
  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#takeIdle() ?? this.#start();
      if (thread === null) return;
      thread.run(this.#waiting.shift()!);
    }
  }

  /** The thread that was idle for the shortest time, so that the others come to their end. */
  #takeIdle(): LoadThread | null {
    const thread = [...this.#idle.keys()].at(-1);
    if (thread === undefined) return null;
    this.#forgetIdle(thread);
    return thread;
  }

  #forgetIdle(thread: LoadThread): void {
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
  }

  #start(): LoadThread | null {
    if (this.#threads.size >= this.#maxThreads) return null;
    const thread = new LoadThread({
      entry: this.#entry,
      data: this.#data,
      maxHeapMb: this.#maxHeapMb,
      logger: this.#logger,
      onNormalPriority: (reason) => this.#sayNormalPriority(reason),
      onIdle: () => this.#becameIdle(thread),
      onExit: () => this.#exited(thread),
    });
    this.#threads.add(thread);
    return thread;
  }

  #becameIdle(thread: LoadThread): void {
    if (this.#excess > 0) {
      this.#end(thread);
      return;
    }
    const timer = setTimeout(() => this.#end(thread), this.#idleMs).unref();
    this.#idle.set(thread, timer);
    this.#dispatch();
  }

  #end(thread: LoadThread): void {
    this.#forgetIdle(thread);
    thread.end();
  }

  #exited(thread: LoadThread): void {
    this.#forgetIdle(thread);
    this.#threads.delete(thread);
    if (this.#threads.size === 0) this.#closing?.resolve();
    this.#dispatch();
  }

  #sayNormalPriority(reason: string): void {
    if (this.#saidNormalPriority) return;
    this.#saidNormalPriority = true;
    this.#logger.warn(`Models are loaded with normal priority: ${reason}`);
  }
}

function checkThreads(maxThreads: number): void {
  if (Number.isInteger(maxThreads) && maxThreads >= 1) return;
  throw invalidArgument(`There must be at least one load thread, not ${maxThreads}`);
}
