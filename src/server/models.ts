import { create, equals } from '@bufbuild/protobuf';
import type { ModelConfig, ServerOptions } from '../config/index.ts';
import { checkTransition, compileModelConfigs, readModelServerConfig } from '../config/index.ts';
import type { LabelMap, ServableLookup, ServableStatus } from '../core/index.ts';
import { checkLabels, ServableTable } from '../core/index.ts';
import { type ModelServerConfig, ModelServerConfigSchema } from '../proto/index.ts';
import type { ModelReload } from '../protocol/index.ts';
import type { RequestLogging } from '../request-log/index.ts';
import type { ModelServable } from '../servables/index.ts';
import { aborted, failedPrecondition } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import { within } from './grace.ts';
import { loadFailure } from './load-failure.ts';
import { localPath } from './local-path.ts';
import { ModelPipeline, type ModelPlatform } from './model-pipeline.ts';

/** The platforms where nothing else is said. */
const builtIn: ReadonlySet<string> = new Set(['tensorflow']);

/** Versions that may be loaded at once. */
const maxVersions = 16_384;

/** How long a change is kept from those who wait for it where a thread does not take it. */
const longestSettlingMs = 1000;

export interface ModelsOptions {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Loads under way at once during the start. */
  readonly maxInitialLoads: number;
  /** Threads that may look models up at once, this one included. */
  readonly maxThreads: number;
  readonly requestLogging: Pick<RequestLogging, 'plan' | 'apply'>;
  /** Called when another configuration holds. Must not reject. */
  readonly reloaded?: () => Promise<void>;
  /** Aborted when the server is to stop: ends every wait. */
  readonly signal: AbortSignal;
}

/**
 * The configured models, from a configuration to the next and to their end.
 *
 * Order of calls: `configure`, `load`, then requests by `lookup` and `reload` at any time, and
 * `unload`. A configuration is checked as a whole before anything of it is applied; then its labels
 * and its models are applied at once. All calls belong to the control thread.
 */
export class Models implements ModelReload {
  readonly lookup: ServableLookup<ModelServable>;
  /** What can be looked up, as it is published to threads. */
  readonly table: ServableTable<ModelServable>;
  readonly #options: ServerOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #requestLogging: ModelsOptions['requestLogging'];
  readonly #reloaded: () => Promise<void>;
  readonly #pipeline: ModelPipeline;
  /** The configuration in force. */
  #config: ModelServerConfig = create(ModelServerConfigSchema);
  #models: readonly ModelConfig[] = [];
  #platforms = builtIn;
  /** Those who wait for models of a configuration: woken when another one is applied. */
  readonly #waiting = new Set<AbortController>();

  constructor(given: ModelsOptions) {
    const { options, clock, logger, maxInitialLoads, maxThreads, signal } = given;
    this.table = new ServableTable<ModelServable>({ maxThreads, maxVersions });
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#signal = signal;
    this.#requestLogging = given.requestLogging;
    this.#reloaded = given.reloaded ?? (async () => {});
    this.#pipeline = new ModelPipeline({
      ...{ options, clock, logger },
      table: this.table,
      maxConcurrentLoads: maxInitialLoads,
    });
    this.lookup = this.#pipeline.manager;
  }

  /** How many models are configured. */
  get count(): number {
    return this.#models.length;
  }

  /** What is configured of a model now. */
  configOf(name: string): ModelConfig | undefined {
    return this.#models.find((model) => model.name === name);
  }

  /**
   * Reads and checks which models to serve.
   *
   * @param readPlatforms the kinds of servable that there are loaders for; asked once the configuration
   * is read. @throws StatusError what is wrong with it, or with the platforms.
   */
  async configure(readPlatforms = async () => builtIn): Promise<void> {
    const { modelConfigFile, modelName, modelBasePath } = this.#options;
    if (modelConfigFile === '') {
      this.#logger.info(
        `Building single TensorFlow model file config:  model_name: ${modelName} ` +
          `model_base_path: ${modelBasePath}`,
      );
    }
    const config = await readModelServerConfig(this.#options);
    this.#platforms = await readPlatforms();
    this.#apply(config);
    if (this.#models.length === 0) {
      this.#logger.warn('No models are configured: there is nothing to serve');
    }
  }

  /**
   * Loads the models and waits for them, as far as the start policy says (spec 4.6); from then on
   * versions come and go.
   *
   * @throws StatusError UNKNOWN which did not become available, and why; FAILED_PRECONDITION where
   * no version was found and nobody will look again.
   */
  async load(platform: ModelPlatform): Promise<void> {
    this.#pipeline.connect(platform);
    const isAny = this.#options.startPolicy === 'any';
    const missing = new Set(isAny ? await this.#lookForAny() : await this.#lookForAll());
    this.#pipeline.start();
    const awaited = this.#models.flatMap(({ name }) => (missing.has(name) ? [] : name));
    const failure = loadFailure(
      'servable(s)',
      await this.#pipeline.monitor.waitUntilDecided(awaited, this.#signal),
    );
    if (failure !== null && !isAny) throw failure;
    if (failure !== null) this.#logger.error(`Starting without: ${failure.message}`);
    if (missing.size > 0) {
      this.#logger.warn(`Starting without versions of: ${[...missing].join(', ')}`);
    }
    this.#pipeline.manager.maxConcurrentLoads = this.#options.numLoadThreads;
  }

  /**
   * Replaces the configuration (spec 2.5). What is wrong with it is found before anything changes;
   * then all of it holds at once, and models that it names for the first time are waited for.
   *
   * @throws StatusError what is wrong with the configuration; UNKNOWN which new models did not
   * become available, ABORTED where a later configuration names one no more: the configuration
   * holds all the same. UNAVAILABLE when the server stops. Rejects with the signal's reason when it
   * is aborted while it waits.
   */
  async reload(config: ModelServerConfig, signal: AbortSignal): Promise<void> {
    this.#signal.throwIfAborted();
    checkTransition(this.#config, config);
    const added = this.#apply(config);
    await this.#reloaded();
    const failure = loadFailure('model(s)', await this.#waitFor(added, signal));
    await this.settle();
    if (failure !== null) throw failure;
  }

  /**
   * Waits until every thread that serves knows of the versions and labels that hold now, so that a
   * client that was told of them finds them on any connection. Not for long: a thread may hang.
   */
  async settle(): Promise<void> {
    await within(longestSettlingMs, this.#clock, this.table.settled());
  }

  /** Tells of each model known, and of each that changes, whether some version of it is available. */
  onAvailability(listener: (name: string, isAvailable: boolean) => void): void {
    const tell = (name: string) =>
      listener(
        name,
        this.lookup.statuses(name).some(({ state }) => state === 'AVAILABLE'),
      );
    for (const name of this.lookup.names()) tell(name);
    this.#pipeline.monitor.subscribe(({ id }) => tell(id.name));
  }

  /** Unloads all versions once no request uses them. Never rejects. */
  async unload(): Promise<void> {
    await this.#pipeline.stop();
  }

  /** Checks a configuration, and lets it hold. @returns the names that are new. */
  #apply(config: ModelServerConfig): readonly string[] {
    // One that sets nothing says nothing (spec 2.5, 2).
    if (config.config.case === undefined) return [];
    const allLabels = new Map<string, LabelMap>();
    const models = compileModelConfigs(config, {
      platforms: this.#platforms,
      rootDirectory: this.#options.modelConfigListRootDir,
      current: this.#models,
      checkLabels: (labels) => {
        checkLabels(labels, {
          current: this.table.labels,
          allowUnavailable: this.#options.allowVersionLabelsForUnavailableModels,
          isAvailable: (name, version) => this.table.has({ name, version }),
        });
        for (const [name, versions] of labels) allLabels.set(name, versions);
      },
    });
    for (const { name, basePath } of models) localPath(name, basePath);
    const logs = this.#requestLogging.plan(models);

    const before = new Set(this.#models.map(({ name }) => name));
    const added = models.filter(({ name }) => !before.has(name));
    if (!equals(ModelServerConfigSchema, this.#config, config)) this.#sayApplied(models);
    this.#config = config;
    this.#models = models;
    for (const { name } of added) this.#pipeline.monitor.forgetEnded(name);
    this.table.edit({ labels: allLabels });
    this.#pipeline.configure(models);
    this.#requestLogging.apply(logs);
    for (const waiter of this.#waiting) waiter.abort();
    return added.map(({ name }) => name);
  }

  #sayApplied(models: readonly ModelConfig[]): void {
    this.#logger.info('Adding/updating models.');
    for (const { name } of models) this.#logger.info(` (Re-)adding model: ${name}`);
  }

  /** Waits until each of these models is available or has failed, or is configured no more. */
  async #waitFor(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ServableStatus[]> {
    for (;;) {
      const configured = new Set(this.#models.map(({ name }) => name));
      const gone = names.find((name) => !configured.has(name));
      if (gone !== undefined) {
        throw aborted(`Model ${gone} was removed from the configuration before it was available`);
      }
      const woken = new AbortController();
      const wake = () => woken.abort();
      this.#waiting.add(woken);
      for (const over of [signal, this.#signal]) over.addEventListener('abort', wake);
      try {
        signal.throwIfAborted();
        this.#signal.throwIfAborted();
        return await this.#pipeline.monitor.waitUntilDecided(names, woken.signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#signal.throwIfAborted();
        if (!woken.signal.aborted) throw error;
      } finally {
        this.#waiting.delete(woken);
        for (const over of [signal, this.#signal]) over.removeEventListener('abort', wake);
      }
    }
  }

  /** Nobody is started without. @throws StatusError FAILED_PRECONDITION where nobody looks again. */
  async #lookForAll(): Promise<readonly string[]> {
    const { fileSystemPollWaitSeconds: seconds } = this.#options;
    if (seconds > 0) return [];
    if (seconds === 0) await this.#pipeline.look();
    const { missing } = this.#pipeline;
    if (missing.length > 0) throw this.#noFurtherLook(missing);
    return [];
  }

  /** @returns the models to start without: of which no version is there or ready soon. */
  async #lookForAny(): Promise<readonly string[]> {
    const { fileSystemPollWaitSeconds: seconds } = this.#options;
    if (seconds >= 0) await this.#pipeline.look();
    const { missing, unfound } = this.#pipeline;
    if (seconds >= 0 && unfound.length > missing.length) {
      // What was copied just before the start is whole by a second look.
      await this.#clock.sleep(Math.min(seconds || 1, 1) * 1000, this.#signal);
      await this.#pipeline.look();
    }
    return this.#pipeline.unfound;
  }

  #noFurtherLook(missing: readonly string[]): Error {
    const { fileSystemPollWaitSeconds: seconds } = this.#options;
    const looks = seconds === 0 ? 'looks at the file system once' : 'never looks';
    return failedPrecondition(
      `No versions were found of ${missing.join(', ')}, and ` +
        `--file_system_poll_wait_seconds=${seconds} ${looks}`,
    );
  }
}
