import { Worker } from 'node:worker_threads';
import { pendingCalls } from '../engines/index.ts';
import { internal, type StatusError } from '../status/index.ts';
import {
  type Logger,
  type MetricRegistry,
  type MetricSource,
  writeLogMessage,
} from '../telemetry/index.ts';
import { fromErrorMessage } from './error-message.ts';
import type {
  Job,
  JobKind,
  ResultOf,
  ThreadData,
  ThreadOpening,
  ThreadReply,
  ThreadRequest,
} from './protocol.ts';

export interface LoadThreadOptions {
  /** The file that the thread runs. */
  readonly entry: URL;
  readonly data: ThreadData;
  /** What its JavaScript may take, in MiB; more ends the thread. */
  readonly maxHeapMb: number;
  readonly logger: Logger;
  /** Reads what the thread counts. */
  readonly metrics: Pick<MetricRegistry, 'open'>;
  /** The thread's priority is normal where it should be low. */
  readonly onNormalPriority: (reason: string) => void;
  /** The thread can take a job again. */
  readonly onIdle: () => void;
  /** The thread has gone, by `end` or by itself; called once, after its job has failed. */
  readonly onExit: () => void;
}

/** Semi-spaces of 8 MiB, as the command line gives the main thread: resident memory stays flat. */
const youngGenerationMb = 24;

/** A job under way and who waits for it. */
export interface PendingJob {
  readonly job: Job;
  readonly resolve: (result: ResultOf<JobKind>) => void;
  readonly reject: (error: StatusError) => void;
}

/**
 * One worker thread, seen from the main thread. Has one job at a time. Keeps the process alive
 * while it has one, since a native call under way could not be interrupted anyway, and while it
 * ends, but not while it idles.
 *
 * A result that the thread posted before it died still counts: messages come before the exit, so
 * only the exit fails a job, and a model on its way is neither lost nor freed twice.
 */
export class LoadThread {
  readonly #options: LoadThreadOptions;
  readonly #worker: Worker;
  readonly #gone = Promise.withResolvers<void>();
  readonly #metrics: MetricSource;
  #pending: PendingJob | null = null;
  #isOpen = false;
  #ending = false;
  /** What the thread died of, as far as it was told. */
  #fault: unknown = null;

  constructor(options: LoadThreadOptions) {
    this.#options = options;
    this.#metrics = options.metrics.open();
    // Options of this process, such as --input-type, are not the worker's.
    this.#worker = new Worker(options.entry, {
      name: 'serval-load',
      workerData: options.data,
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: options.maxHeapMb,
        maxYoungGenerationSizeMb: youngGenerationMb,
      },
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: ThreadReply) => this.#receive(reply));
    this.#worker.on('messageerror', (error) => this.#abandon(error));
    this.#worker.on('error', (error) => {
      this.#fault = error;
    });
    this.#worker.on('exit', (code) => this.#exited(code));
  }

  /** Whether it takes no further job. */
  get isEnding(): boolean {
    return this.#ending;
  }

  /** Resolves when the thread has gone. */
  get exited(): Promise<void> {
    return this.#gone.promise;
  }

  /** Tells the thread what it loads with. Before its first job, once; more calls do nothing. */
  open(opening: ThreadOpening): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#send({ kind: 'open', opening });
  }

  /** The thread must be open and idle. */
  run(pending: PendingJob): void {
    this.#pending = pending;
    this.#worker.ref();
    pendingCalls.begin();
    try {
      this.#send({ kind: 'job', job: pending.job });
    } catch (error) {
      this.#settle()?.reject(internal('The job cannot be sent to its thread', { cause: error }));
      this.#options.onIdle();
    }
  }

  /** Ends the thread, after the job that it has. A second call does nothing. */
  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#pending === null) this.#sendEnd();
  }

  #receive(reply: ThreadReply): void {
    const { logger, onNormalPriority } = this.#options;
    switch (reply.kind) {
      case 'done':
        this.#settle()?.resolve(reply.result);
        this.#next();
        break;
      case 'failed':
        this.#settle()?.reject(fromErrorMessage(reply.error));
        this.#next();
        break;
      case 'log':
        writeLogMessage(logger, reply);
        break;
      case 'cell':
        this.#metrics.take(reply.cell);
        break;
      case 'normal-priority':
        onNormalPriority(reply.reason);
    }
  }

  #next(): void {
    if (this.#ending) this.#sendEnd();
    else this.#options.onIdle();
  }

  /** A reply that cannot be read: the thread is of no use any more. */
  #abandon(error: unknown): void {
    this.#fault = error;
    this.#ending = true;
    void this.#worker.terminate();
  }

  #exited(code: number): void {
    const pending = this.#settle();
    const wasAsked = this.#ending && this.#fault === null && pending === null;
    this.#ending = true;
    if (!wasAsked) {
      const cause = this.#fault ?? new Error(`the thread ended with exit code ${code}`);
      this.#options.logger.error('A load thread ended by itself', { error: cause });
      const path = pending?.job.path;
      pending?.reject(internal(`The thread that loaded ${path} ended before it had`, { cause }));
    }
    this.#metrics.end();
    this.#gone.resolve();
    this.#options.onExit();
  }

  /** The job under way, which is over. */
  #settle(): PendingJob | null {
    const pending = this.#pending;
    if (pending === null) return null;
    this.#pending = null;
    pendingCalls.end();
    this.#worker.unref();
    return pending;
  }

  #sendEnd(): void {
    // It takes some milliseconds, and who waits for it has nothing else to stay alive for.
    this.#worker.ref();
    this.#send({ kind: 'end' });
  }

  #send(request: ThreadRequest): void {
    this.#worker.postMessage(request);
  }
}
