import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { cancelled, failedPrecondition, invalidArgument } from '../status/index.ts';
import { type Logger, loudestLevel, type MetricRegistry } from '../telemetry/index.ts';
import { LoadThread, type PendingJob } from './load-thread.ts';
import type { Job, JobKind, JobOf, ResultOf, ThreadData, ThreadOpening } from './protocol.ts';

export interface JobThreadsOptions {
  /** Threads at once, at least 1. */
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

const loadWorker = new URL(
  import.meta.url.endsWith('.ts') ? './load-worker.ts' : './load-worker.js',
  import.meta.url,
);

/**
 * Does jobs on threads of their own, off the event loop, libuv's pool and the pools on which models
 * run. Belongs to the control thread.
 *
 * 1. Jobs wait until `open` has told what they are done with. Then a job starts at once where a
 *    thread is idle, or one more may be started; else it waits, and jobs start in the order in which
 *    they came.
 * 2. There are never more threads than `maxThreads`. They are started when they are needed, used
 *    again, and ended after `idleMs` without a job, or by `endIdle`.
 * 3. A thread that dies fails its own job with INTERNAL, and no other.
 * 4. The process may end by itself while threads are idle; while a job is under way it cannot, and
 *    the job counts as a pending native call of this thread (`endProcess`).
 */
export class JobThreads {
  readonly #entry: URL;
  readonly #data: Omit<ThreadData, 'lowPriority'>;
  /** What jobs wait for; null: they wait. */
  #opening: ThreadOpening | null = null;
  readonly #logger: Logger;
  readonly #metrics: Pick<MetricRegistry, 'open'>;
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
  constructor(options: JobThreadsOptions) {
    const { maxThreads, logger } = options;
    checkThreads(maxThreads);
    this.#maxThreads = maxThreads;
    this.#idleMs = options.idleMs;
    this.#maxHeapMb = options.maxHeapMb;
    this.#logger = logger;
    this.#metrics = options.metrics;
    this.#entry = options.entry ?? loadWorker;
    this.#data = {
      compileCache: compileCacheFolder(),
      logLevel: loudestLevel(logger),
    };
  }

  /** Threads that there are now, idle ones and ending ones included. */
  get size(): number {
    return this.#threads.size;
  }

  /** Tells what the threads load with: jobs begin from now on. Once. */
  open(opening: ThreadOpening): void {
    this.#opening = opening;
    this.#dispatch();
  }

  /**
   * Starts so many threads, as far as there may be, while nothing is known of the engine yet: they
   * are ready, with normal priority until then, when the first jobs begin.
   */
  prepare(threads: number): void {
    while (this.#threads.size < threads) {
      const thread = this.#start();
      if (thread === null) return;
      this.#becameIdle(thread);
    }
  }

  /**
   * Has a job done. What its result holds is the caller's.
   *
   * @throws StatusError what the job failed with; INTERNAL where its thread died; CANCELLED where it
   * still waited at `close`; FAILED_PRECONDITION after `close`.
   */
  submit<Kind extends JobKind>(kind: Kind, job: JobOf<Kind>): Promise<ResultOf<Kind>> {
    if (this.#closing !== null) {
      return Promise.reject(failedPrecondition('The load threads are closed'));
    }
    return new Promise((resolve, reject) => {
      const pending = { job: { kind, ...job } as Job, resolve, reject };
      this.#waiting.push(pending as PendingJob);
      this.#dispatch();
    });
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

  /** Ends the threads without a job, before their time. Resolves when they have gone; never rejects. */
  async endIdle(): Promise<void> {
    const ending = [...this.#idle.keys()];
    for (const thread of ending) this.#end(thread);
    await Promise.all(ending.map(({ exited }) => exited));
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

  get #excess(): number {
    const staying = [...this.#threads].filter((thread) => !thread.isEnding);
    return Math.max(0, staying.length - this.#maxThreads);
  }

  /** Gives waiting jobs to threads, as far as there are any. */
  #dispatch(): void {
    const opening = this.#opening;
    while (opening !== null && this.#waiting.length > 0) {
      const thread = this.#takeIdle() ?? this.#start();
      if (thread === null) return;
      thread.open(opening);
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
      data: { ...this.#data, lowPriority: this.#opening?.lowPriority ?? false },
      maxHeapMb: this.#maxHeapMb,
      logger: this.#logger,
      metrics: this.#metrics,
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

/** The folder that `module.enableCompileCache` was given; it names one of its subfolders. */
function compileCacheFolder(): string | null {
  const used = getCompileCacheDir();
  return used === undefined ? null : path.dirname(used);
}

function checkThreads(maxThreads: number): void {
  if (Number.isInteger(maxThreads) && maxThreads >= 1) return;
  throw invalidArgument(`There must be at least one load thread, not ${maxThreads}`);
}
