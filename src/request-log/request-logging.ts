import { Worker } from 'node:worker_threads';
import type { ModelConfig } from '../config/index.ts';
import { Code, codeName } from '../status/index.ts';
import { type Logger, loudestLevel, writeLogMessage } from '../telemetry/index.ts';
import type { LogBatch } from './log-batch.ts';
import { LogQueue } from './log-queue.ts';
import { LoggerNumbers, type LogPlace, type LogPlan, planLogs } from './log-rules.ts';
import type { LogFileLimits } from './log-writer.ts';
import type { LogCounts, LogDelivery, LogInstructions } from './thread-request-log.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-messages.ts';

export interface RequestLoggingOptions {
  readonly place: LogPlace;
  readonly files: LogFileLimits;
  /** What may wait to be written, in all threads together, in bytes below 2³¹. */
  readonly maxQueuedBytes: number;
  readonly logger: Logger;
}

/** Records that may wait, however small they are. */
const maxQueuedRecords = 100_000;

const entry = new URL(
  import.meta.url.endsWith('.ts') ? './writer-worker.ts' : './writer-worker.js',
  import.meta.url,
);

/**
 * Request logging as the control thread sees it: which requests are logged, to the threads that serve;
 * what they deliver, to a thread that writes. That thread is started when a model first asks for
 * logs, and holds up nothing: what it does not take in time is dropped where it was sampled.
 *
 * Order of calls: `plan` and `apply` for each configuration, `open` for each thread that serves, `take`
 * at any time; `close` once all of those threads have delivered.
 */
export class RequestLogging {
  readonly #options: RequestLoggingOptions;
  readonly #numbers = new LoggerNumbers();
  readonly #memory: SharedArrayBuffer;
  readonly #queue: LogQueue;
  readonly #listeners = new Set<(instructions: LogInstructions) => void>();
  readonly #counts = new Map<string, Map<string, number>>();
  #plan: LogPlan = { rules: [], loggers: [], warnings: [] };
  #writer: Worker | null = null;
  #writerEnded: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: RequestLoggingOptions) {
    this.#options = options;
    const { maxQueuedBytes: bytes } = options;
    this.#memory = LogQueue.create({ bytes, records: maxQueuedRecords });
    this.#queue = new LogQueue(this.#memory);
  }

  /** What a configuration of models asks for. @throws StatusError as {@link planLogs}. */
  plan(models: readonly Pick<ModelConfig, 'name' | 'loggingConfig'>[]): LogPlan {
    return planLogs(models, this.#options.place, this.#numbers);
  }

  /** Lets a plan hold. One that is the same as before changes nothing. */
  apply(plan: LogPlan): void {
    if (this.#isClosed || keyOf(plan) === keyOf(this.#plan)) return;
    this.#plan = plan;
    for (const warning of plan.warnings) this.#options.logger.warn(warning);
    if (plan.rules.length > 0) this.#start();
    this.#send({ kind: 'use', loggers: plan.loggers });
    for (const listener of this.#listeners) listener(this.#instructions);
  }

  /** Tells a thread which requests to log, now and at each change, until the returned function is called. */
  open(listener: (instructions: LogInstructions) => void): () => void {
    this.#listeners.add(listener);
    if (this.#plan.rules.length > 0) listener(this.#instructions);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what a thread delivers. Its memory is given away. */
  take({ batches, counts }: LogDelivery): void {
    this.#count(counts);
    for (const batch of batches) {
      if (this.#writer === null) this.#lose(batch);
      else this.#send({ kind: 'write', batch }, [batch.bytes.buffer as ArrayBuffer]);
    }
  }

  /** Attempts so far, by model and name of their code. */
  get counts(): LogCounts {
    return [...this.#counts].flatMap(([model, codes]) =>
      [...codes].map(([code, count]) => [model, code, count] as const),
    );
  }

  /** What waits to be written. */
  get waiting(): { readonly bytes: number; readonly records: number } {
    return this.#queue.waiting;
  }

  /** Resolves when all that was taken is written and its files are finished. Never rejects. */
  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#writer?.ref();
      this.#send({ kind: 'end' });
    }
    return this.#writerEnded;
  }

  get #instructions(): LogInstructions {
    return { rules: this.#plan.rules, queue: this.#memory };
  }

  #start(): void {
    if (this.#writer !== null) return;
    const { logger, files } = this.#options;
    const data: WriterData = {
      logLevel: loudestLevel(logger),
      limits: files,
      queue: this.#memory,
    };
    const writer = new Worker(entry, {
      name: 'serval-request-log',
      workerData: data,
      execArgv: [],
    });
    this.#writer = writer;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#writerEnded = promise;
    let fault: unknown = null;
    writer.unref();
    writer.on('message', (message: FromWriter) => {
      if (message.kind === 'counts') this.#count(message.counts);
      else writeLogMessage(logger, message);
    });
    writer.on('error', (error) => {
      fault = error;
    });
    writer.on('exit', () => {
      this.#writer = null;
      const { bytes, records } = this.#queue.waiting;
      this.#queue.remove(bytes, records);
      if (!this.#isClosed) {
        logger.error(
          'The thread that writes request logs ended by itself: no requests are logged',
          {
            error: fault,
          },
        );
        this.apply({ rules: [], loggers: [], warnings: [] });
      }
      resolve();
    });
  }

  #send(message: ToWriter, transfer: readonly ArrayBuffer[] = []): void {
    this.#writer?.postMessage(message, transfer);
  }

  #lose({ model, records, bytes }: LogBatch): void {
    this.#queue.remove(bytes.length, records);
    this.#count([[model, codeName(Code.UNAVAILABLE), records]]);
  }

  #count(counts: LogCounts): void {
    for (const [model, code, count] of counts) {
      let codes = this.#counts.get(model);
      if (codes === undefined) this.#counts.set(model, (codes = new Map()));
      codes.set(code, (codes.get(code) ?? 0) + count);
    }
  }
}

function keyOf({ rules, loggers, warnings }: LogPlan): string {
  return JSON.stringify([
    rules.map((rule) => [rule.model, rule.logger, rule.rate]),
    loggers,
    warnings,
  ]);
}
