import type { MessagePort } from 'node:worker_threads';
import { toBinary } from '@bufbuild/protobuf';
import { HandleCounts, type ServableStatus } from '../core/index.ts';
import {
  BorrowedModels,
  ConnectionCounts,
  ControlLink,
  closeDescriptor,
  Heartbeats,
  type LentChange,
  ParcelPort,
  type Protocol,
  RemoteRuns,
  type StatusMessage,
  socketOf,
  type ThreadData,
  type ThreadOpening,
} from '../data-plane/index.ts';
import { type Engine, openDataEngine, shortenTimeSlice } from '../engines/index.ts';
import type { InferenceLookup } from '../inference/index.ts';
import { ModelServerConfigSchema } from '../proto/index.ts';
import { type MetricsPage, type ModelReload, Refusals } from '../protocol/index.ts';
import { ThreadRequestLog } from '../request-log/index.ts';
import { fromErrorMessage, unavailable } from '../status/index.ts';
import { RunMetrics, ServingMetrics, ThreadMetrics, ThreadVitals } from '../telemetry/index.ts';
import { ByteBudget, BytePool, collectOnceIdle } from '../util/index.ts';
import { ThreadBatches } from './thread-batches.ts';
import { ThreadServer } from './thread-server.ts';

/** How long a thread that hit a defect has to send the errors with which it answers its requests. */
const lastRepliesMs = 1000;

/** What a thread has once it was opened. */
interface Opened {
  readonly row: number;
  readonly connections: ConnectionCounts;
  readonly models: BorrowedModels;
  readonly runs: RemoteRuns;
  readonly engine: Engine;
  readonly requestLog: ThreadRequestLog;
  readonly server: ThreadServer;
}

/** The data thread's own side: serves connections that come by `port`, until the end. */
export function serveData(port: MessagePort, data: ThreadData): void {
  new DataThreadServer(new ControlLink(port, data), data.runs).start();
}

class DataThreadServer {
  readonly #link: ControlLink;
  readonly #runs: ThreadData['runs'];
  /** What comes while the engine is being opened waits, in its order. */
  #opening: Promise<Opened> | null = null;
  #opened: Opened | null = null;
  #isEnding = false;
  #isFailing = false;

  constructor(link: ControlLink, runs: ThreadData['runs']) {
    this.#link = link;
    this.#runs = runs;
  }

  start(): void {
    process.on('uncaughtException', (error) => void this.#fail(error));
    process.on('unhandledRejection', (error) => void this.#fail(error));
    this.#link.listen((message) => {
      switch (message.kind) {
        case 'open':
          this.#opening = this.#open(message.opening);
          break;
        case 'table':
          this.#then((opened) => applyTable(opened, message.change));
          break;
        case 'take':
          this.#then((opened) => this.#take(opened, message.protocol, message.descriptor));
          break;
        case 'tls':
          this.#then((opened) => opened.server.useTls(message.tls));
          break;
        case 'log-requests':
          this.#then((opened) => opened.requestLog.follow(message.instructions));
          break;
        case 'forget':
          this.#then((opened) => {
            const forgotten = opened.models.forget(message.id);
            void forgotten.then(() => this.#link.send({ kind: 'forgotten', call: message.call }));
          });
          break;
        case 'stop':
          void this.#stop(message.graceMs);
      }
    });
  }

  async #open(opening: ThreadOpening): Promise<Opened> {
    const { row, threads, options, memory, metricsPath } = opening;
    const { logger } = this.#link;
    new Heartbeats(memory.heartbeats).start(row);
    shortenTimeSlice();
    const engine = await openDataEngine(opening.engine, row, logger);
    const { port, taken } = this.#runs;
    const runs = new RemoteRuns(new ParcelPort(port, engine, taken, 1), engine);
    const pool = new BytePool(memory.bytes);
    const requestLog = new ThreadRequestLog((delivery) =>
      this.#link.send({ kind: 'requests', delivery }),
    );
    const cells = new ThreadMetrics((cell) => this.#link.sendNow({ kind: 'cell', cell }));
    const metrics = new ServingMetrics(cells);
    const counts = new HandleCounts(memory.handles);
    const refusals = new Refusals(memory.refusals, row);
    const batches = new ThreadBatches(cells, () => refusals.count('batch_queue_full'));
    const models = new BorrowedModels(engine, runs, counts, row, batches);
    engine.countRuns(new RunMetrics(cells));
    const budget = new ByteBudget(options.maxInFlightBytes, { pool, row, threads });
    new ThreadVitals(cells, String(this.#link.index), () => budget.used).start();
    const server = new ThreadServer({
      options,
      context: {
        ...{ lookup: lookup(models, this.#link), checkShapes: options.checkTensorShapes },
        requestLog,
        observer: metrics,
      },
      metrics,
      metricsPage: metricsPath === null ? null : metricsPage(metricsPath, this.#link),
      metricValue: (name) => metricValue(name, this.#link),
      reload: reload(this.#link),
      budget,
      refusals,
      tls: opening.tls,
      logger,
    });
    const connections = new ConnectionCounts(memory.connections);
    this.#opened = { row, connections, models, runs, engine, requestLog, server };
    // After the whole table, which was sent with this and waits.
    setImmediate(() => this.#link.send({ kind: 'ready' }));
    collectOnceIdle();
    return this.#opened;
  }

  /** Does something at once where the thread is open, else once it is. */
  #then(work: (opened: Opened) => void): void {
    if (this.#opened !== null) work(this.#opened);
    else void this.#opening?.then(work);
  }

  #take({ row, connections, server }: Opened, protocol: Protocol, descriptor: number): void {
    connections.countTaken(row);
    if (this.#isEnding) {
      connections.countClosed(row, protocol);
      closeDescriptor(descriptor);
      return;
    }
    const socket = socketOf(descriptor, protocol, server.isPlain(protocol));
    socket.once('close', () => connections.countClosed(row, protocol));
    server.take(protocol, socket);
  }

  async #stop(graceMs: number): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const opened = await this.#opening;
    await opened?.server.stop(graceMs);
    opened?.requestLog.flush();
    this.#link.send({ kind: 'stopped' });
    // Waits for the runs that nobody waits for any more.
    await opened?.engine.close();
    opened?.runs.close();
    this.#link.close();
  }

  /**
   * A defect: what it hit is not known, so all requests are answered, and the thread ends. Not before
   * its connections are closed: Node.js aborts the whole process where an ending thread still reads a
   * new HTTP/2 stream. Further defects change nothing.
   */
  async #fail(thrown: unknown): Promise<void> {
    this.#isEnding = true;
    this.#link.fail(thrown);
    if (this.#isFailing) return;
    this.#isFailing = true;
    try {
      const { requestLog, server } = this.#opened ?? {};
      server?.interrupt(unavailable('The thread that served this request failed; try again'));
      await server?.stop(lastRepliesMs);
      requestLog?.flush();
      this.#link.send({ kind: 'stopped' });
      this.#link.close();
    } finally {
      process.exit(1);
    }
  }
}

function applyTable({ models, server }: Opened, change: LentChange): void {
  models.apply(change);
  for (const [name, versions] of change.servables) server.setModel(name, versions.length > 0);
}

function lookup(models: BorrowedModels, link: ControlLink): InferenceLookup {
  return {
    acquire: (request) => models.acquire(request),
    statuses: async (name) => {
      const answer = await link.ask({ kind: 'statuses', name });
      return (answer as readonly StatusMessage[]).map(statusOf);
    },
  };
}

function metricsPage(path: string, link: ControlLink): MetricsPage {
  return { path, read: async () => (await link.ask({ kind: 'metrics' })) as string };
}

async function metricValue(name: string, link: ControlLink): Promise<bigint | null> {
  return (await link.ask({ kind: 'metric', name })) as bigint | null;
}

function statusOf({ id, state, error }: StatusMessage): ServableStatus {
  return { id, state, error: error === null ? null : fromErrorMessage(error) };
}

function reload(link: ControlLink): ModelReload {
  return {
    reload: async (config, signal) => {
      const serialized = toBinary(ModelServerConfigSchema, config);
      await link.ask({ kind: 'reload', config: serialized }, signal);
    },
  };
}
