import { availableParallelism } from 'node:os';
import type { Platform, ServerOptions } from '../config/index.ts';
import { parseTextProto, readMetricsPath, readPlatforms } from '../config/index.ts';
import type { ServableStatus } from '../core/index.ts';
import type { DataThreadState } from '../data-plane/index.ts';
import type { Engine } from '../engines/index.ts';
import { defaultIdleMs, defaultMaxHeapMb, LoadThreads } from '../loading/index.ts';
import { ModelServerConfigSchema, registry } from '../proto/index.ts';
import { RequestLogging, ThreadRequestLog } from '../request-log/index.ts';
import { TlsWatch } from '../security/index.ts';
import { cancelled, failedPrecondition, unavailable } from '../status/index.ts';
import { type Logger, ThreadVitals } from '../telemetry/index.ts';
import { ByteBudget, type Clock } from '../util/index.ts';
import { Batching } from './batching.ts';
import { ConfigPoll } from './config-poll.ts';
import { within } from './grace.ts';
import { Listeners } from './listeners.ts';
import { Models } from './models.ts';
import { openEngine } from './open-engine.ts';
import { requestLoggingOptions } from './request-logging-options.ts';
import { savedModelPlatform } from './saved-model-platform.ts';
import type { Serval, ServalAddresses } from './serval.ts';
import { controlThread, ServerMetrics } from './server-metrics.ts';
import { OwnThread, type ServingThreads } from './serving-threads.ts';
import { ThreadServer } from './thread-server.ts';
import { rowsOf, WorkerThreads } from './worker-threads.ts';

export interface ServalServerOptions {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For tests: another file for data threads to run, and how large their heap may become. */
  readonly dataThread?: { readonly entry: URL; readonly maxHeapMb: number | null };
}

/** What models have to be unloaded in, at least, however short the grace for requests. */
const leastUnloadMs = 1000;

/**
 * Loads under way at once during the start, when nobody is served yet: each keeps a core busy. (TFS
 * has 4 for each core, since its loads wait for remote stores.)
 */
const initialLoads = availableParallelism();

/** Composes the rooms: this is the only place that knows them all. */
export class ServalServer implements Serval {
  readonly #options: ServerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #requestLogging: RequestLogging;
  /** Of this thread. */
  readonly #requestLog: ThreadRequestLog;
  readonly #models: Models;
  readonly #configPoll: ConfigPoll;
  readonly #metrics: ServerMetrics;
  readonly #tls: TlsWatch;
  #metricsPath: string | null = null;
  #platforms: readonly Platform[] = [];
  readonly #stopping = new AbortController();
  /** Null: requests are served on this thread. */
  readonly #workers: WorkerThreads | null;
  /** Where requests are served on this thread, once they are. */
  #ownServer: ThreadServer | null = null;
  readonly #budget: ByteBudget;
  readonly #vitals: ThreadVitals;
  #engine: Engine | null = null;
  #loadThreads: LoadThreads | null = null;
  #batching: Batching | null = null;
  #listeners: Listeners | null = null;
  #started: Promise<void> | null = null;
  #closed: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;

  constructor({ options, clock, logger, dataThread }: ServalServerOptions) {
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#requestLogging = new RequestLogging(requestLoggingOptions(options, logger));
    this.#requestLog = new ThreadRequestLog((delivery) => this.#requestLogging.take(delivery));
    this.#metrics = new ServerMetrics(rowsOf(options));
    this.#budget = new ByteBudget(options.maxInFlightBytes);
    this.#vitals = new ThreadVitals(this.#metrics.cells, controlThread, () => this.#budget.used);
    this.#models = new Models({
      options,
      clock,
      logger,
      maxInitialLoads: initialLoads,
      maxThreads: rowsOf(options),
      requestLogging: this.#requestLogging,
      reloaded: () => this.#retune(),
      signal: this.#stopping.signal,
    });
    const { entry = null, maxHeapMb = null } = dataThread ?? {};
    this.#workers =
      options.dataThreads === 1
        ? null
        : new WorkerThreads({
            ...{ options, clock, logger, entry, maxHeapMb },
            requestLogging: this.#requestLogging,
            metrics: this.#metrics.registry,
            refusals: this.#metrics.refusals,
          });
    this.#metrics.tell({
      server: this,
      logCounts: () => this.#requestLogging.counts,
      ownConnections: () => (this.#workers === null ? (this.#ownServer?.connections ?? 0) : null),
      runsOffThread: () => this.#engine?.runsOffThread ?? { running: 0, waiting: 0 },
    });
    this.#tls = new TlsWatch({
      files: { grpc: options.sslConfigFile, rest: options.restApiSslConfigFile },
      pauseMs: options.sslReloadSeconds * 1000,
      ...{ clock, logger },
      signal: this.#stopping.signal,
    });
    this.#configPoll = new ConfigPoll({
      ...{ options, clock, logger },
      models: this.#models,
      readParameters: () => this.#retune(),
      signal: this.#stopping.signal,
    });
  }

  get addresses(): ServalAddresses {
    return this.#listeners?.addresses ?? { grpc: null, rest: null };
  }

  get dataThreads(): readonly DataThreadState[] {
    return this.#workers?.states ?? [];
  }

  metrics(): string {
    return this.#metrics.registry.page();
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
    this.#vitals.start();
    this.#started = this.#start();
    return this.#started;
  }

  async reloadConfig(text: string): Promise<void> {
    if (this.#listeners === null) throw failedPrecondition('The server is not running.');
    const config = parseTextProto(ModelServerConfigSchema, text, { registry });
    await this.#models.reload(config, this.#stopping.signal);
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
      await this.#tls.read();
      await this.#models.configure(() => this.#readPlatforms());
      this.#checkpoint();
      await this.#load();
      this.#checkpoint();
      this.#metricsPath = await readMetricsPath(this.#options);
      const [threads] = await Promise.all([this.#openThreads(), this.#loadThreads?.endIdle()]);
      // What the start has left is given back before anybody is served: the first unload has less to do.
      await this.#engine!.releaseFreeMemory();
      this.#checkpoint();
      this.#listeners = await Listeners.open({
        options: this.#options,
        threads,
        logger: this.#logger,
      });
      this.#checkpoint();
      this.#configPoll.start();
      this.#tls.start((materials) => threads.useTls(materials));
    } catch (error) {
      await this.#close();
      this.#checkpoint();
      throw error;
    }
  }

  /** The threads that serve, once they take connections. */
  async #openThreads(): Promise<ServingThreads> {
    if (this.#workers !== null) {
      await this.#workers.open(
        this.#engine!,
        this.#models,
        this.#tls.materials,
        this.#metricsPath,
        this.#batching!,
      );
      return this.#workers;
    }
    const { checkTensorShapes } = this.#options;
    const { serving, registry } = this.#metrics;
    const path = this.#metricsPath;
    this.#requestLogging.open((instructions) => this.#requestLog.follow(instructions));
    const server = new ThreadServer({
      options: this.#options,
      context: {
        ...{ lookup: this.#models.lookup, checkShapes: checkTensorShapes },
        requestLog: this.#requestLog,
        observer: serving,
      },
      reload: this.#models,
      budget: this.#budget,
      refusals: this.#metrics.refusals,
      metrics: serving,
      metricsPage: path === null ? null : { path, read: () => registry.page() },
      metricValue: (name) => registry.firstValue(name),
      tls: this.#tls.materials,
      logger: this.#logger,
    });
    this.#models.onAvailability((name, isAvailable) => server.setModel(name, isAvailable));
    this.#ownServer = server;
    return new OwnThread(server);
  }

  async #load(): Promise<void> {
    const options = this.#options;
    const logger = this.#logger;
    const loadThreads = new LoadThreads({
      maxThreads: initialLoads + 1,
      idleMs: defaultIdleMs,
      maxHeapMb: defaultMaxHeapMb,
      logger,
      metrics: this.#metrics.registry,
    });
    this.#loadThreads = loadThreads;
    loadThreads.prepare(Math.min(initialLoads, this.#models.count));
    this.#workers?.prepare();
    const platforms = this.#platforms;
    const { sessionConfig } = platforms[0]!;
    const engine = await openEngine(options, sessionConfig, logger, this.#stopping.signal);
    this.#engine = engine;
    engine.countRuns(this.#metrics.runs);
    this.#checkpoint();
    loadThreads.open(engine.share());
    const { cells, refusals } = this.#metrics;
    const batching = new Batching({
      ...{ options, platforms, logger, cells, refusals, rows: rowsOf(options) },
      modelConfig: (name) => this.#models.configOf(name),
      clock: this.#clock,
    });
    this.#batching = batching;
    await this.#models.load(
      savedModelPlatform({ options, platforms, engine, loadThreads, batching, logger }),
    );
    // One more than there are loads, for looks into version directories, which must not wait.
    loadThreads.resize(Math.max(1, options.numLoadThreads) + 1);
  }

  /** @returns the names of the platforms. @throws StatusError what is wrong with their file. */
  async #readPlatforms(): Promise<ReadonlySet<string>> {
    const { platforms, warnings } = await readPlatforms(this.#options);
    for (const warning of warnings) this.#logger.warn(warning);
    this.#platforms = platforms;
    return new Set(platforms.map(({ name }) => name));
  }

  /** Lets changed parameters of batching hold. Never rejects. */
  async #retune(): Promise<void> {
    await this.#batching?.retune(async () => (await readPlatforms(this.#options)).platforms);
  }

  /** @throws StatusError CANCELLED once the server is to stop. */
  #checkpoint(): void {
    if (this.#stopping.signal.aborted) {
      throw cancelled('The server was stopped before it had started.');
    }
  }

  async #stop(): Promise<void> {
    this.#stopping.abort(unavailable('The server is stopping'));
    // A start under way fails at its next step and closes what it had opened.
    await this.#started?.catch(() => {});
    await this.#close();
  }

  /**
   * Closes whatever is open, what feeds it first. Never rejects; a second call waits for the first.
   */
  #close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    const begun = this.#clock.now();
    this.#vitals.stop();
    const graceMs = this.#options.shutdownGraceSeconds * 1000;
    const listeners = this.#listeners;
    this.#listeners = null;
    this.#batching?.flush();
    await listeners?.close(graceMs).catch((error: unknown) => {
      this.#logger.error('Closing the listeners failed', { error });
    });
    // A start that failed has no listeners yet, and may have threads.
    if (listeners === null) await this.#workers?.stop(0);
    const leftOfGrace = () => Math.max(leastUnloadMs, graceMs - (this.#clock.now() - begun));
    this.#requestLog.flush();
    const isLogged = within(leftOfGrace(), this.#clock, this.#requestLogging.close());
    const left = leftOfGrace();
    const isUnloaded = await within(left, this.#clock, this.#unload());
    if (!isUnloaded) {
      this.#logger.error(
        'Model runs or loads have not ended within the grace: their models stay in memory until the process ends',
      );
    }
    if (!(await isLogged)) {
      this.#logger.error('Not all requests were logged within the grace');
    }
  }

  async #unload(): Promise<void> {
    try {
      // Loads that wait for a thread are refused: nobody waits for them.
      const threadsEnded = this.#loadThreads?.close();
      this.#loadThreads = null;
      await this.#configPoll.ended;
      await this.#tls.ended;
      await this.#models.unload();
      await this.#workers?.close();
      await threadsEnded;
      this.#batching?.close();
      const engine = this.#engine;
      this.#engine = null;
      await engine?.close();
    } catch (error) {
      this.#logger.error('Closing the engine failed', { error });
    }
  }
}
