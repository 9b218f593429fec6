import type { Socket } from 'node:net';
import type { TlsMaterials } from '../security/index.ts';
import { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type Clock, repeat } from '../util/index.ts';
import { DataThread, type DataThreadEnvironment } from './data-thread.ts';
import { beatMs } from './heartbeats.ts';
import type { Protocol } from './messages.ts';

export interface DataThreadsOptions {
  /** At least 1. */
  readonly count: number;
  /** The file that threads run. */
  readonly entry: URL;
  readonly compileCache: string | null;
  /** JavaScript heap of each thread in MiB; null: Node.js's own limit. */
  readonly maxHeapMb: number | null;
  /** A thread whose event loop stands still for so many ms is given up; 0: none is. */
  readonly stallMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What one data thread is doing. */
export interface DataThreadState {
  /** `waiting`: it failed, and is started again after a pause. */
  readonly state: 'starting' | 'serving' | 'ending' | 'waiting';
  /** Times that it was started again after it had failed. */
  readonly restarts: number;
  /** Times that it had failed because it hung (`dataThreadStallSeconds`). */
  readonly stalls: number;
  /** Open connections. */
  readonly connections: number;
}

/** One of the threads, through its restarts. */
interface Place {
  readonly index: number;
  /** Null: it waits to be started again. */
  thread: DataThread | null;
  restarts: number;
  stalls: number;
  /** Failures without a long time of service between them. */
  failures: number;
  startedAt: number;
}

/** Rows that threads need in shared memory: one that has failed may end long after the next began. */
export const rowsPerThread = 2;

/** The pause before a thread that failed is started again: doubled by each failure, up to the most. */
const firstPauseMs = 100;
const longestPauseMs = 10_000;

/** A thread that served for so long has not failed in a row. */
const soundMs = 60_000;

/** What a thread that ends has beyond its grace to say that it has no connection left. */
const lastWordMs = 1000;

/** Connections that may wait while no thread serves. */
const mostHeld = 1024;

/**
 * The data threads: started, watched, started again when they fail, and ended together. Belongs to the
 * control thread.
 *
 * 1. A connection goes to the thread that has the fewest of its protocol, then the fewest of all. While
 *    no thread serves, connections wait for one.
 * 2. A thread that fails loses its own connections and nothing else. It is started again after a pause
 *    that grows with every failure.
 * 3. A thread whose event loop stands still has failed, and is made to end as far as it can be. One that
 *    is in a native call keeps its connections, and its row in shared memory, until that returns.
 * 4. `stop` sends connections that were taken before it to their threads first.
 *
 * Order of calls: `prepare`, `open`, then `take`; `stop` and `close` at any time.
 */
export class DataThreads {
  readonly #options: DataThreadsOptions;
  readonly #places: readonly Place[];
  /** All that have not ended, those that failed among them. */
  readonly #threads = new Set<DataThread>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  #held: { readonly protocol: Protocol; readonly socket: Socket }[] = [];
  #environment: DataThreadEnvironment | null = null;
  #isOpen = false;
  #turn = 0;

  constructor(options: DataThreadsOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.count }, (_, index) => ({
      ...{ index, thread: null, restarts: 0, stalls: 0, failures: 0, startedAt: 0 },
    }));
    // Whoever opens them hears of it.
    this.#opened.promise.catch(() => {});
  }

  get states(): readonly DataThreadState[] {
    return this.#places.map(({ thread, restarts, stalls }) => {
      const phase = thread?.phase ?? 'ended';
      const state = phase === 'ended' ? 'waiting' : phase;
      return { state, restarts, stalls, connections: thread?.connections ?? 0 };
    });
  }

  /** Starts the threads, while nothing is known yet of what they will serve with. */
  prepare(): void {
    for (const place of this.#places) this.#start(place);
  }

  /**
   * Tells the threads what they serve with. Resolves when all of them take connections.
   * @throws StatusError why one of them cannot.
   */
  open(environment: DataThreadEnvironment): Promise<void> {
    this.#environment = environment;
    for (const { thread } of this.#places) {
      if (thread?.phase === 'starting') thread.open(environment);
    }
    return this.#opened.promise;
  }

  /** Tells what new connections are encrypted with, also to threads that start later. */
  useTls(tls: TlsMaterials): void {
    const environment = this.#environment;
    if (environment === null) return;
    this.#environment = { ...environment, opening: { ...environment.opening, tls } };
    for (const { thread } of this.#places) thread?.useTls(tls);
  }

  /** Lets a thread serve a connection of which nothing has been read. */
  take(protocol: Protocol, socket: Socket): void {
    const thread = this.#leastLoaded(protocol);
    if (thread !== null) thread.take(protocol, socket);
    else if (this.#held.length < mostHeld && !this.#stopping.signal.aborted) {
      this.#held.push({ protocol, socket });
    } else socket.destroy();
  }

  /**
   * Ends the threads gracefully. Resolves when none has a connection left; what has not finished after
   * `graceMs` is cut off, by the thread itself or, where it does not answer soon after, with the
   * thread. Call it once no connections are accepted any more.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    for (const { socket } of this.#held.splice(0)) socket.destroy();
    const stopped = Promise.all([...this.#threads].map((thread) => thread.stop(graceMs)));
    const patience = new AbortController();
    this.#options.clock.sleep(graceMs + lastWordMs, patience.signal).then(
      () => this.#cutOff(),
      () => {
        // All have stopped in time.
      },
    );
    await stopped;
    patience.abort();
  }

  #cutOff(): void {
    this.#options.logger.error(
      'A data thread does not answer: it is given up with all that it serves',
    );
    for (const thread of this.#threads) if (!thread.isStopped) thread.cutOff();
  }

  /** Resolves when all threads have ended, after `stop`: once their last model runs have. */
  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.exited));
  }

  #start(place: Place): void {
    const { clock, logger, entry, compileCache, maxHeapMb } = this.#options;
    place.startedAt = clock.now();
    const thread = new DataThread({
      ...{ index: place.index, entry, compileCache, maxHeapMb, logger },
      onReady: () => this.#ready(),
      onLost: (error) => this.#lost(place, thread, error),
      onExit: () => this.#threads.delete(thread),
    });
    place.thread = thread;
    this.#threads.add(thread);
    if (!this.#isOpen) return;
    try {
      thread.open(this.#environment!);
    } catch (error) {
      thread.cutOff();
      throw error;
    }
  }

  #ready(): void {
    for (const { protocol, socket } of this.#held.splice(0)) this.take(protocol, socket);
    if (this.#isOpen || !this.#places.every(({ thread }) => thread?.phase === 'serving')) return;
    this.#isOpen = true;
    this.#opened.resolve();
    const { clock, stallMs } = this.#options;
    if (stallMs <= 0) return;
    void repeat(clock, beatMs, this.#stopping.signal, async () => this.#giveUpSilent());
  }

  /** Gives up threads that hang. */
  #giveUpSilent(): void {
    const { clock, stallMs } = this.#options;
    for (const place of this.#places) {
      const { thread } = place;
      if (thread?.phase !== 'serving') continue;
      const silentMs = thread.silentMs(clock.now());
      if (silentMs < stallMs) continue;
      place.stalls += 1;
      void thread.giveUp(silentMs);
    }
  }

  #lost(place: Place, thread: DataThread, error: Error | null): void {
    if (this.#stopping.signal.aborted || place.thread !== thread) return;
    const { clock, logger } = this.#options;
    if (!this.#isOpen) {
      this.#opened.reject(StatusError.from(error));
      return;
    }
    if (clock.now() - place.startedAt >= soundMs) place.failures = 0;
    const pauseMs = Math.min(firstPauseMs * 2 ** place.failures, longestPauseMs);
    place.failures += 1;
    place.thread = null;
    logger.error(
      `Data thread ${place.index} failed: its requests are lost, and it is started again in ${pauseMs} ms`,
      { error, ...(error?.stack !== undefined && { stack: error.stack }) },
    );
    clock.sleep(pauseMs, this.#stopping.signal).then(
      () => this.#restart(place),
      () => {
        // Only `stop` ends the pause early.
      },
    );
  }

  #restart(place: Place): void {
    if (this.#stopping.signal.aborted) return;
    place.restarts += 1;
    try {
      this.#start(place);
    } catch (error) {
      // Too many that have failed still have runs going on.
      this.#lost(place, place.thread!, StatusError.from(error));
    }
  }

  #leastLoaded(protocol: Protocol): DataThread | null {
    const count = this.#places.length;
    let chosen: DataThread | null = null;
    // Among equals they take turns.
    this.#turn = (this.#turn + 1) % count;
    for (let i = 0; i < count; i++) {
      const { thread } = this.#places[(this.#turn + i) % count]!;
      if (thread?.phase !== 'serving') continue;
      if (chosen === null || isLessLoaded(thread, chosen, protocol)) chosen = thread;
    }
    return chosen;
  }
}

function isLessLoaded(thread: DataThread, than: DataThread, protocol: Protocol): boolean {
  const difference = thread.connectionsOf(protocol) - than.connectionsOf(protocol);
  return difference === 0 ? thread.connections < than.connections : difference < 0;
}
