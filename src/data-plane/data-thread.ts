import type { Socket } from 'node:net';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { ServableId, ServableTable } from '../core/index.ts';
import { type Engine, pendingCalls } from '../engines/index.ts';
import type { RequestLogging } from '../request-log/index.ts';
import type { TlsMaterials } from '../security/index.ts';
import type { ModelServable } from '../servables/index.ts';
import { fromErrorMessage, internal, toErrorMessage } from '../status/index.ts';
import {
  type Logger,
  loudestLevel,
  type MetricRegistry,
  type MetricSource,
  writeLogMessage,
} from '../telemetry/index.ts';
import type { BytePool } from '../util/index.ts';
import { ConnectionCounts } from './connection-counts.ts';
import { closeDescriptor, takeDescriptor } from './descriptors.ts';
import { Heartbeats } from './heartbeats.ts';
import { lendingListener } from './lending.ts';
import type {
  Answer,
  FromThread,
  Protocol,
  Question,
  ThreadData,
  ThreadOpening,
  ToThread,
} from './messages.ts';
import { ParcelPort } from './parcel-port.ts';
import type { RunReply, RunRequest } from './remote-runs.ts';
import { type RunModels, RunServer } from './run-server.ts';
import { Silence } from './silence.ts';
import { TickPort } from './tick-port.ts';
import { whereabouts } from './whereabouts.ts';

/** What all data threads of a server share, on the control thread. */
export interface DataThreadEnvironment {
  readonly table: ServableTable<ModelServable>;
  /** Owns the models. */
  readonly engine: Engine;
  readonly bytes: BytePool;
  readonly requestLogging: Pick<RequestLogging, 'open' | 'take'>;
  readonly opening: Omit<ThreadOpening, 'row'>;
  readonly metrics: Pick<MetricRegistry, 'open'>;
  /** The models whose runs threads ask for, since they are made in batches. */
  readonly batched: RunModels;
  /** A thread has ended, and so have its runs: what it had of the places for batches is given back. */
  readonly batchesEnded: (row: number) => void;
  /** Answers what a thread asks; rejects with a StatusError. */
  answer(question: Question, signal: AbortSignal): Promise<Answer>;
}

export interface DataThreadOptions {
  readonly index: number;
  /** The file that the thread runs. */
  readonly entry: URL;
  /** Where compiled code is kept, as on the main thread; null: nowhere. */
  readonly compileCache: string | null;
  /** JavaScript heap in MiB; null: Node.js's own limit. */
  readonly maxHeapMb: number | null;
  readonly logger: Logger;
  /** The thread can take connections. */
  readonly onReady: () => void;
  /** The thread takes no connections any more: it failed, or has gone. Called once. */
  readonly onLost: (error: Error | null) => void;
  /** The thread and its native runs have ended, and what it held is given back. Called once. */
  readonly onExit: () => void;
}

/**
 * `starting` → `serving` → `ending` → `ended`. `ending`: it takes no connections any more, because it
 * was asked to stop or has failed.
 */
export type DataThreadPhase = 'starting' | 'serving' | 'ending' | 'ended';

/**
 * Semi-spaces of 2 MiB: what requests leave behind dies young, and four times as much cost 14 MB of
 * resident memory a thread and no less CPU time.
 */
const youngGenerationMb = 6;

/**
 * What a thread runs first, as text: with the cache before even its entry is read, it neither compiles
 * nor strips types, which would take it megabytes.
 */
function beginning(entry: URL, compileCache: string | null): string {
  const cached =
    compileCache === null
      ? ''
      : `require('node:module').enableCompileCache(${JSON.stringify(compileCache)});`;
  return `${cached}import(${JSON.stringify(entry.href)});`;
}

/**
 * One data thread, seen from the control thread.
 *
 * Its end is told last, after its messages and its native runs: then the row that it had in shared
 * memory is cleared, and connections on their way to it, which nobody else knows, are closed. A native
 * run that goes on counts as a pending call of this thread (`endProcess`).
 */
export class DataThread {
  readonly #options: DataThreadOptions;
  readonly #worker: Worker;
  readonly #out: TickPort<ToThread>;
  readonly #forgets = new Map<number, () => void>();
  readonly #asked = new Map<number, AbortController>();
  readonly #stopped = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  readonly #runPort: MessagePort;
  readonly #runsTaken = ParcelPort.share();
  #runServer: RunServer | null = null;
  #environment: DataThreadEnvironment | null = null;
  #metrics: MetricSource | null = null;
  #endLogging: (() => void) | null = null;
  #connections: ConnectionCounts | null = null;
  #heartbeats: Heartbeats | null = null;
  readonly #silence = new Silence();
  #row = 0;
  #phase: DataThreadPhase = 'starting';
  #lastCall = 0;
  #isStopped = false;
  /** Why it ends by itself, as far as it was told. */
  #fault: Error | null = null;
  #isLost = false;
  /** Descriptors sent of which it is not known that they were taken, the first of them first. */
  #onTheirWay: number[] = [];
  #taken = 0;
  /** Connections sent, and those that had closed in the row before, by protocol. */
  readonly #sent = { grpc: 0, rest: 0 };
  readonly #closedBefore = { grpc: 0, rest: 0 };

  constructor(options: DataThreadOptions) {
    this.#options = options;
    const { index, entry, compileCache, maxHeapMb, logger } = options;
    const { port1, port2 } = new MessageChannel();
    this.#runPort = port1;
    const runs = { port: port2, taken: this.#runsTaken };
    const workerData: ThreadData = { index, logLevel: loudestLevel(logger), runs };
    // Options of this process, such as --input-type, are not the worker's.
    this.#worker = new Worker(beginning(entry, compileCache), {
      eval: true,
      // Descriptors of connections come from this thread.
      trackUnmanagedFds: false,
      name: `serval-data-${index}`,
      workerData,
      transferList: [port2],
      execArgv: [],
      resourceLimits: {
        maxYoungGenerationSizeMb: youngGenerationMb,
        ...(maxHeapMb !== null && { maxOldGenerationSizeMb: maxHeapMb }),
      },
    });
    pendingCalls.begin();
    this.#out = new TickPort(this.#worker);
    this.#worker.on('message', (posted: unknown) =>
      TickPort.receive<FromThread>(posted, (message) => this.#receive(message)),
    );
    this.#worker.on('messageerror', (error) => this.#abandon(error));
    this.#worker.on('error', (error) => {
      this.#fault ??= error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on('exit', (code) => this.#ended(code));
  }

  get phase(): DataThreadPhase {
    return this.#phase;
  }

  /** Connections that it has, those on their way to it included. */
  get connections(): number {
    return this.connectionsOf('grpc') + this.connectionsOf('rest');
  }

  connectionsOf(protocol: Protocol): number {
    if (this.#connections === null || this.#phase === 'ended') return 0;
    const closed = this.#connections.closed(this.#row, protocol) - this.#closedBefore[protocol];
    return this.#sent[protocol] - closed;
  }

  /**
   * Tells what the thread serves with; `onReady` follows. Once.
   * @throws StatusError RESOURCE_EXHAUSTED where there is no row for it; then cut it off.
   */
  open(environment: DataThreadEnvironment): void {
    const { table, engine, opening, requestLogging } = environment;
    const connections = new ConnectionCounts(opening.memory.connections);
    this.#connections = connections;
    this.#heartbeats = new Heartbeats(opening.memory.heartbeats);
    table.openRow(
      (row) => {
        this.#row = row;
        // What another thread was granted after it had ended.
        engine.threadEnded(row);
        this.#taken = connections.taken(row);
        this.#closedBefore.grpc = connections.closed(row, 'grpc');
        this.#closedBefore.rest = connections.closed(row, 'rest');
        this.#metrics = environment.metrics.open();
        this.#send({ kind: 'open', opening: { ...opening, row } });
        return lendingListener((change) => this.#send({ kind: 'table', change }));
      },
      (id) => this.#forget(id),
    );
    const port = new ParcelPort<RunReply, RunRequest>(this.#runPort, engine, this.#runsTaken, 0);
    this.#runServer = new RunServer(port, engine, environment.batched);
    this.#endLogging = requestLogging.open((instructions) =>
      this.#send({ kind: 'log-requests', instructions }),
    );
    // Only now: without a row of its own it must not clear one when it ends.
    this.#environment = environment;
  }

  /** What new connections are encrypted with. A thread that is not open yet, or ends, has no use of it. */
  useTls(tls: TlsMaterials): void {
    if (this.#environment !== null && this.#phase !== 'ended') this.#send({ kind: 'tls', tls });
  }

  /** Gives a connection, of which nothing has been read, to the thread. It must be serving. */
  take(protocol: Protocol, socket: Socket): void {
    let descriptor: number;
    try {
      descriptor = takeDescriptor(socket);
    } catch (error) {
      this.#options.logger.error('A connection was closed unread', { error });
      return;
    }
    this.#forgetTaken();
    this.#onTheirWay.push(descriptor);
    this.#sent[protocol] += 1;
    this.#send({ kind: 'take', protocol, descriptor });
  }

  /** Whether it has no connection left, after `stop`, `cutOff` or its end. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /**
   * Ends the thread gracefully. Resolves when it has no connection left; its models are given up, and
   * its end comes, once its runs have ended.
   */
  stop(graceMs: number): Promise<void> {
    if (this.#phase !== 'ended') {
      this.#phase = 'ending';
      this.#send({ kind: 'stop', graceMs });
    }
    return this.#stopped.promise;
  }

  /**
   * Looks whether the thread still beats. It must be serving.
   * @param now in ms @returns for how many ms it has not, as far as looks were taken
   */
  silentMs(now: number): number {
    return this.#heartbeats === null
      ? 0
      : this.#silence.look(this.#heartbeats.count(this.#row), now);
  }

  /**
   * Gives up a thread that hangs. It takes no connections from now on; `onLost` follows, with what it was
   * doing. Then it is made to end, which it does at once or, where it is in a native call, as soon as
   * that returns: nothing runs on it any more. Until then its clients wait.
   */
  async giveUp(silentMs: number): Promise<void> {
    this.#phase = 'ending';
    const calls = await whereabouts(this.#worker);
    // It has ended by itself meanwhile.
    if (this.#isLost) return;
    this.#fault ??= hangs(silentMs, calls);
    this.#lost();
    this.cutOff();
    this.#environment?.table.silenceRow(this.#row);
  }

  /** Gives the thread up, whatever it is doing, and ends it. */
  cutOff(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ending';
    this.#hasStopped();
    void this.#worker.terminate();
  }

  /** Resolves when the thread has ended. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'log':
        writeLogMessage(this.#options.logger, message);
        break;
      case 'ready':
        if (this.#phase !== 'starting') break;
        this.#phase = 'serving';
        this.#options.onReady();
        break;
      case 'forgotten':
        this.#forgets.get(message.call)?.();
        this.#forgets.delete(message.call);
        break;
      case 'requests':
        this.#environment?.requestLogging.take(message.delivery);
        break;
      case 'cell':
        this.#metrics?.take(message.cell);
        break;
      case 'ask':
        void this.#answer(message.call, message.question);
        break;
      case 'cancel':
        this.#asked.get(message.call)?.abort();
        break;
      case 'failed': {
        const error = fromErrorMessage(message.error);
        if (message.stack !== null) error.stack = message.stack;
        this.#fault = error;
        this.#phase = 'ending';
        this.#lost();
        break;
      }
      case 'stopped':
        this.#hasStopped();
    }
  }

  async #answer(call: number, question: Question): Promise<void> {
    const controller = new AbortController();
    this.#asked.set(call, controller);
    try {
      const answer = await this.#environment!.answer(question, controller.signal);
      this.#send({ kind: 'answer', call, answer });
    } catch (error) {
      this.#send({ kind: 'refusal', call, error: toErrorMessage(error) });
    } finally {
      this.#asked.delete(call);
    }
  }

  #forget(id: ServableId): Promise<void> {
    if (this.#phase === 'ended') return Promise.resolve();
    const call = ++this.#lastCall;
    return new Promise((resolve) => {
      this.#forgets.set(call, resolve);
      this.#send({ kind: 'forget', call, id });
    });
  }

  /** Descriptors are taken in the order in which they were sent. */
  #forgetTaken(): void {
    if (this.#connections === null) return;
    const taken = this.#connections.taken(this.#row);
    this.#onTheirWay.splice(0, taken - this.#taken);
    this.#taken = taken;
  }

  /** A message that cannot be read: the thread is of no use any more. */
  #abandon(error: unknown): void {
    this.#fault = internal('A message of a data thread cannot be read', { cause: error });
    void this.#worker.terminate();
  }

  #hasStopped(): void {
    this.#isStopped = true;
    this.#stopped.resolve();
  }

  #lost(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#options.onLost(this.#fault);
  }

  #ended(code: number): void {
    const wasAsked = this.#phase === 'ending' && this.#fault === null;
    if (!wasAsked) this.#fault ??= new Error(`the thread ended with exit code ${code}`);
    this.#phase = 'ended';
    pendingCalls.end();
    this.#forgetTaken();
    for (const descriptor of this.#onTheirWay.splice(0)) closeDescriptor(descriptor);
    if (this.#runServer === null) this.#runPort.close();
    else this.#runServer.peerEnded();
    this.#endLogging?.();
    this.#metrics?.end();
    const environment = this.#environment;
    if (environment !== null) {
      environment.bytes.clearRow(this.#row);
      environment.engine.threadEnded(this.#row);
      environment.batchesEnded(this.#row);
      environment.table.closeRow(this.#row);
    }
    for (const resolve of this.#forgets.values()) resolve();
    this.#forgets.clear();
    for (const controller of this.#asked.values()) controller.abort();
    this.#lost();
    this.#hasStopped();
    this.#exited.resolve();
    this.#options.onExit();
  }

  #send(message: ToThread): void {
    if (this.#phase !== 'ended') this.#out.send(message);
  }
}

/** @param calls where the thread is, innermost first; null: in a native call */
function hangs(silentMs: number, calls: readonly string[] | null): Error {
  const where = calls === null ? ': it is in a native call, and ends when that returns' : '';
  const error = new Error(
    `the thread has not answered for ${Math.round(silentMs / 1000)} s${where}`,
  );
  error.stack = [String(error), ...(calls ?? [])].join('\n    at ');
  return error;
}
