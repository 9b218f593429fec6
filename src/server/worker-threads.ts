import { getCompileCacheDir } from 'node:module';
import type { Socket } from 'node:net';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import type { ServerOptions } from '../config/index.ts';
import {
  type Answer,
  ConnectionCounts,
  type DataThreadState,
  DataThreads,
  Heartbeats,
  type Protocol,
  type Question,
  rowsPerThread,
} from '../data-plane/index.ts';
import type { Engine } from '../engines/index.ts';
import { ModelServerConfigSchema } from '../proto/index.ts';
import type { Refusals } from '../protocol/index.ts';
import type { RequestLogging } from '../request-log/index.ts';
import type { TlsMaterials } from '../security/index.ts';
import { toErrorMessage } from '../status/index.ts';
import type { Logger, MetricRegistry } from '../telemetry/index.ts';
import { BytePool, type Clock } from '../util/index.ts';
import type { Batching } from './batching.ts';
import type { Models } from './models.ts';
import type { ServingThreads } from './serving-threads.ts';

export interface WorkerThreadsOptions {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The file that threads run; another one is for tests. */
  readonly entry: URL | null;
  /** JavaScript heap of each thread in MiB; null: Node.js's own limit. */
  readonly maxHeapMb: number | null;
  readonly requestLogging: RequestLogging;
  readonly metrics: MetricRegistry;
  /** Refusals of all threads. */
  readonly refusals: Refusals;
}

const dataWorker = new URL(
  import.meta.url.endsWith('.ts') ? './data-worker.ts' : './data-worker.js',
  import.meta.url,
);

/** Rows that a server needs in shared memory: the first one is the control thread's. */
export function rowsOf({ dataThreads }: Pick<ServerOptions, 'dataThreads'>): number {
  return dataThreads === 1 ? 1 : 1 + rowsPerThread * dataThreads;
}

/** Requests are served on worker threads; this thread accepts connections and keeps the models. */
export class WorkerThreads implements ServingThreads {
  readonly takesUnread = true;
  readonly #options: ServerOptions;
  readonly #requestLogging: RequestLogging;
  readonly #metrics: MetricRegistry;
  readonly #refusals: Refusals;
  readonly #threads: DataThreads;

  constructor(given: WorkerThreadsOptions) {
    const { options, clock, logger, entry, maxHeapMb, requestLogging } = given;
    this.#options = options;
    this.#requestLogging = requestLogging;
    this.#metrics = given.metrics;
    this.#refusals = given.refusals;
    const used = getCompileCacheDir();
    this.#threads = new DataThreads({
      count: options.dataThreads,
      entry: entry ?? dataWorker,
      // The folder that `module.enableCompileCache` was given; it names one of its subfolders.
      compileCache: used === undefined ? null : path.dirname(used),
      maxHeapMb,
      stallMs: options.dataThreadStallSeconds * 1000,
      clock,
      logger,
    });
  }

  get states(): readonly DataThreadState[] {
    return this.#threads.states;
  }

  /** Starts the threads: they get ready while models are loaded. */
  prepare(): void {
    this.#threads.prepare();
  }

  /** Resolves when all threads take connections. @throws StatusError why one cannot. */
  async open(
    engine: Engine,
    models: Models,
    tls: TlsMaterials,
    metricsPath: string | null,
    batching: Batching,
  ): Promise<void> {
    const options = this.#options;
    const rows = rowsOf(options);
    const bytes = BytePool.create(options.maxInFlightBytes, rows);
    await this.#threads.open({
      table: models.table,
      engine,
      bytes,
      requestLogging: this.#requestLogging,
      metrics: this.#metrics,
      batched: (number) => batching.model(number),
      batchesEnded: (row) => batching.threadEnded(row),
      opening: {
        threads: options.dataThreads,
        options,
        engine: engine.share(),
        memory: {
          handles: models.table.counts.buffer,
          refusals: this.#refusals.buffer,
          bytes: bytes.buffer,
          connections: ConnectionCounts.share(rows),
          heartbeats: Heartbeats.share(rows),
        },
        tls,
        metricsPath,
      },
      answer: (question, signal) => answer(models, this.#metrics, question, signal),
    });
  }

  useTls(tls: TlsMaterials): void {
    this.#threads.useTls(tls);
  }

  take(protocol: Protocol, socket: Socket): void {
    this.#threads.take(protocol, socket);
  }

  stop(graceMs: number): Promise<void> {
    return this.#threads.stop(graceMs);
  }

  close(): Promise<void> {
    return this.#threads.close();
  }
}

async function answer(
  models: Models,
  metrics: MetricRegistry,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  switch (question.kind) {
    case 'statuses': {
      const statuses = models.lookup.statuses(question.name);
      await models.settle();
      return statuses.map(({ id, state, error }) => ({
        id,
        state,
        error: error === null ? null : toErrorMessage(error),
      }));
    }
    case 'metrics':
      return metrics.page();
    case 'metric':
      return metrics.firstValue(question.name);
    case 'reload':
      await models.reload(fromBinary(ModelServerConfigSchema, question.config), signal);
      return null;
  }
}
