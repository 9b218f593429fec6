import type { Engine } from '../engines/index.ts';
import { Refusals } from '../protocol/index.ts';
import {
  adaptiveSpecs,
  type DerivedValue,
  MetricRegistry,
  RunMetrics,
  ServingMetrics,
  servingSpecs,
  ThreadMetrics,
  threadSpecs,
} from '../telemetry/index.ts';
import type { Serval } from './serval.ts';

/** Where values come from that nobody counts in cells. */
export interface MetricOrigins {
  readonly server: Pick<Serval, 'dataThreads' | 'modelNames' | 'modelStatuses'>;
  logCounts(): Iterable<readonly [model: string, code: string, count: number]>;
  /** Connections on the control thread; null: it serves none. */
  ownConnections(): number | null;
  runsOffThread(): Engine['runsOffThread'];
}

/** What the control thread is called in labels; data threads have numbers. */
export const controlThread = 'main';

/** All metrics of one server, on its control thread. */
export class ServerMetrics {
  readonly registry = new MetricRegistry([
    ...Object.values(servingSpecs),
    ...Object.values(threadSpecs),
    ...Object.values(adaptiveSpecs),
  ]);
  /** Of the control thread. */
  readonly serving: ServingMetrics;
  /** The control thread's own, in memory of all threads. */
  readonly refusals: Refusals;
  /** Of the control thread. */
  readonly cells: ThreadMetrics;
  /** Of the control thread's engine. */
  readonly runs: RunMetrics;

  /** @param rows of memory that threads share */
  constructor(rows: number) {
    const source = this.registry.open();
    this.cells = new ThreadMetrics((cell) => source.take(cell));
    this.serving = new ServingMetrics(this.cells);
    this.runs = new RunMetrics(this.cells);
    this.refusals = new Refusals(Refusals.share(rows), 0);
  }

  /** Adds what is asked for at every look. Once. */
  tell({ server, logCounts, ownConnections, runsOffThread }: MetricOrigins): void {
    const { registry } = this;
    registry.derive(
      {
        name: '/tensorflow/serving/request_log_count',
        kind: 'counter',
        labels: ['model_name', 'status_code'],
      },
      () => Array.from(logCounts(), ([model, code, value]) => ({ labels: [model, code], value })),
    );
    this.#tellOfTensorFlow();
    const own = (
      kind: 'counter' | 'gauge',
      name: string,
      help: string,
      labels: readonly string[],
      read: () => readonly DerivedValue[],
    ): void => registry.derive({ name: `serval_${name}`, kind, labels, help }, read);
    const one = (value: number): readonly DerivedValue[] => [{ labels: [], value }];

    own('counter', 'refusals_total', 'Requests turned away without being run.', ['reason'], () =>
      Object.entries(this.refusals.counts).map(([reason, value]) => ({ labels: [reason], value })),
    );
    own(
      'gauge',
      'model_versions',
      'Versions of models by their state.',
      ['model', 'version', 'state'],
      () =>
        server.modelNames().flatMap((model) =>
          server.modelStatuses(model).map(({ id, state }) => ({
            labels: [model, String(id.version), state],
            value: 1,
          })),
        ),
    );
    own('gauge', 'data_threads', 'Data threads by what they do.', ['state'], () => {
      const counts = new Map<string, number>();
      for (const { state } of server.dataThreads) counts.set(state, (counts.get(state) ?? 0) + 1);
      return Array.from(counts, ([state, value]) => ({ labels: [state], value }));
    });
    own(
      'counter',
      'data_thread_restarts_total',
      'Times that a data thread was started again.',
      ['thread'],
      () => server.dataThreads.map(({ restarts }, i) => ({ labels: [String(i)], value: restarts })),
    );
    own(
      'counter',
      'data_thread_stalls_total',
      'Times that a data thread was given up because it hung.',
      ['thread'],
      () => server.dataThreads.map(({ stalls }, i) => ({ labels: [String(i)], value: stalls })),
    );
    own('gauge', 'connections', 'Open connections.', ['thread'], () => {
      const own = ownConnections();
      if (own !== null) return [{ labels: [controlThread], value: own }];
      return server.dataThreads.map(({ connections }, i) => ({
        labels: [String(i)],
        value: connections,
      }));
    });
    own('gauge', 'runs', 'Model runs off the event loops.', ['state'], () => {
      const { running, waiting } = runsOffThread();
      return [
        { labels: ['running'], value: running },
        { labels: ['waiting'], value: waiting },
      ];
    });
    own('gauge', 'resident_memory_bytes', 'Resident memory of the process.', [], () =>
      one(process.memoryUsage.rss()),
    );
    own('gauge', 'process_start_time_seconds', 'When the process began, in Unix time.', [], () =>
      one(Math.trunc(performance.timeOrigin / 1000)),
    );
  }

  /** What TensorFlow counts besides its times of runs. */
  #tellOfTensorFlow(): void {
    const { registry } = this;
    const of = (read: (totals: { count: number; sum: number }) => number) => () => {
      const totals = registry.totals(servingSpecs.graphRunTimes.name);
      return totals === null ? [] : [{ labels: [], value: read(totals) }];
    };
    const name = (rest: string) => `/tensorflow/core/${rest}`;
    const counter = { kind: 'counter', labels: [] } as const;
    registry.derive(
      { ...counter, name: name('graph_runs') },
      of(({ count }) => count),
    );
    registry.derive(
      { ...counter, name: name('graph_run_time_usecs') },
      of(({ sum }) => sum),
    );
    // A truth value, which TFS prints as 0. The first session is there before any model is.
    registry.derive({ name: name('session_created'), kind: 'gauge', labels: [] }, () => [
      { labels: [], value: 0 },
    ]);
  }
}
