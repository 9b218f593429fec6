import { availableParallelism } from 'node:os';
import type { ServerOptions } from '../config/index.ts';
import type { ServableStatus } from '../core/index.ts';
import type { Engine } from '../engines/index.ts';
import { defaultIdleMs, defaultMaxHeapMb, LoadThreads } from '../loading/index.ts';
import { cancelled, failedPrecondition, unimplemented } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import { within } from './grace.ts';
import { Listeners } from './listeners.ts';
import { Models } from './models.ts';
import { openEngine } from './open-engine.ts';
import type { Serval, ServalAddresses } from './serval.ts';

export interface ServalServerOptions {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What models have to be unloaded in, at least, however short the grace for requests. */
const leastUnloadMs = 1000;

/** Composes the rooms: this is the only place that knows them all. */
export class ServalServer implements Serval {
  readonly #options: ServerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #models: Models;
  readonly #stopping = new AbortController();
  #engine: Engine | null = null;
  #loadThreads: LoadThreads | null = null;
  #listeners: Listeners | null = null;
  #started: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;

  constructor({ options, clock, logger }: ServalServerOptions) {
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#models = new Models({
      options,
      clock,
      logger,
      maxConcurrentLoads: 4 * availableParallelism(),
      signal: this.#stopping.signal,
    });
  }

  get addresses(): ServalAddresses {
    return this.#listeners?.addresses ?? { grpc: null, rest: null };
  }

  modelNames(): readonly string[] {
    return this.#models.lookup.names();
  }

  modelStatuses(name: string): readonly ServableStatus[] {
    return this.#models.lookup.statuses(name);
  }

  start(): Promise<void> {
    if (this.#started !== null || this.#stopped !== null) {
      return Promise.reject(failedPrecondition('A server can be started only once.'));
    }
    this.#started = this.#start();
    return this.#started;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(): Promise<void> {
    try {
      const models = await this.#models.configure();
      this.#checkpoint();
      const engine = await openEngine(this.#options, this.#logger, this.#stopping.signal);
      this.#engine = engine;
      this.#checkpoint();
      const loadThreads = new LoadThreads({
        engine: engine.share(),
        maxThreads: availableParallelism(),
        idleMs: defaultIdleMs,
        maxHeapMb: defaultMaxHeapMb,
        logger: this.#logger,
      });
      this.#loadThreads = loadThreads;
      await this.#models.load(models, engine, (source) => loadThreads.load(source));
      this.#checkpoint();
      this.#listeners = await Listeners.open({
        options: this.#options,
        lookup: this.#models.lookup,
        reload: {
          reload: async () => {
            throw unimplemented(
              'HandleReloadConfigRequest is not supported by this version of Serval',
            );
          },
        },
        logger: this.#logger,
      });
      this.#checkpoint();
    } catch (error) {
      await this.#close();
      this.#checkpoint();
      throw error;
    }
  }

  /** @throws StatusError CANCELLED once the server is to stop. */
  #checkpoint(): void {
    if (this.#stopping.signal.aborted) {
      throw cancelled('The server was stopped before it had started.');
    }
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    // A start under way fails at its next step and closes what it had opened.
    await this.#started?.catch(() => {});
    await this.#close();
  }

  /** Closes whatever is open, what feeds it first. Never rejects. */
  async #close(): Promise<void> {
    const begun = this.#clock.now();
    const graceMs = this.#options.shutdownGraceSeconds * 1000;
    const listeners = this.#listeners;
    this.#listeners = null;
    await listeners?.close(graceMs).catch((error: unknown) => {
      this.#logger.error('Closing the listeners failed', { error });
    });
    const left = Math.max(leastUnloadMs, graceMs - (this.#clock.now() - begun));
    const isUnloaded = await within(left, this.#clock, this.#unload());
    if (!isUnloaded) {
      this.#logger.error(
        'Model runs have not ended within the grace: their models stay in memory until the process ends',
      );
    }
  }

  async #unload(): Promise<void> {
    try {
      // Loads that wait for a thread are refused: nothing waits for them.
      const threadsEnded = this.#loadThreads?.close();
      this.#loadThreads = null;
      await this.#models.unload();
      await threadsEnded;
      const engine = this.#engine;
      this.#engine = null;
      await engine?.close();
    } catch (error) {
      this.#logger.error('Closing the engine failed', { error });
    }
  }
}
