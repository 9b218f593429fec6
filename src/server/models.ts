import type { ModelConfig, ServerOptions } from '../config/index.ts';
import { readModelConfigs } from '../config/index.ts';
import type { ServableLookup } from '../core/index.ts';
import { ServableStateMonitor, StaticManager } from '../core/index.ts';
import type { Engine } from '../engines/index.ts';
import type { LoadSavedModel, ModelServable } from '../servables/index.ts';
import { SavedModelLoader } from '../servables/index.ts';
import type { AspiredPath } from '../sources/index.ts';
import { StartSource } from '../sources/index.ts';
import { LocalStore } from '../stores/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import { localPath } from './local-path.ts';
import { startFailure } from './start-failure.ts';

/** The kinds of servable that there is a loader for. */
const platforms: ReadonlySet<string> = new Set(['tensorflow']);

/** How many ended versions of each model, and models without a version that lives, are told of. */
const rememberedEnds = { maxEndedVersions: 100, maxEndedServables: 1000 };

export interface ModelsOptions {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Loads under way at once. */
  readonly maxConcurrentLoads: number;
  /** Aborted when the server is to stop: ends every wait. */
  readonly signal: AbortSignal;
}

/**
 * The configured models from their configuration to their end: which they are, their versions, and
 * the manager that keeps them. Order of calls: `configure`, `load`, then requests by `lookup`, and
 * `unload`.
 */
export class Models {
  readonly lookup: ServableLookup<ModelServable>;
  readonly #options: ServerOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #monitor: ServableStateMonitor;
  readonly #manager: StaticManager<ModelServable>;
  readonly #signal: AbortSignal;
  /** The search for versions that goes on after the start (`start_policy=any`). */
  #search: Promise<void> = Promise.resolve();

  constructor({ options, clock, logger, maxConcurrentLoads, signal }: ModelsOptions) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#signal = signal;
    this.#monitor = new ServableStateMonitor({
      timeMicros: () => Math.round((performance.timeOrigin + clock.now()) * 1000),
      logger,
      ...rememberedEnds,
    });
    this.#manager = new StaticManager({
      monitor: this.#monitor,
      clock,
      logger,
      maxConcurrentLoads,
      maxLoadRetries: options.maxNumLoadRetries,
      loadRetryIntervalMs: options.loadRetryIntervalMicros / 1000,
    });
    this.lookup = this.#manager;
  }

  /** Reads and checks which models to serve. @throws StatusError what is wrong with it. */
  async configure(): Promise<readonly ModelConfig[]> {
    const { modelConfigFile, modelName, modelBasePath } = this.#options;
    const logger = this.#logger;
    if (modelConfigFile === '') {
      logger.info(
        `Building single TensorFlow model file config:  model_name: ${modelName} ` +
          `model_base_path: ${modelBasePath}`,
      );
    }
    const models = await readModelConfigs(this.#options, {
      platforms,
      checkLabels: (labels) =>
        this.#manager.assignLabels(labels, this.#options.allowVersionLabelsForUnavailableModels),
    });
    logger.info('Adding/updating models.');
    for (const { name, loggingConfig } of models) {
      logger.info(` (Re-)adding model: ${name}`);
      if (loggingConfig !== null) {
        logger.warn(`The logging_config of model ${name} has no effect: requests are not logged`);
      }
    }
    if (models.length === 0) logger.warn('No models are configured: there is nothing to serve');
    return models.map((model) => ({ ...model, basePath: localPath(model.name, model.basePath) }));
  }

  /**
   * Loads the models by `loadModel` and waits for them, as far as the start policy says (spec 4.6).
   * `engine` runs them.
   *
   * @throws StatusError UNKNOWN which did not become available, and why.
   */
  async load(
    models: readonly ModelConfig[],
    engine: Engine,
    loadModel: LoadSavedModel,
  ): Promise<void> {
    const signal = this.#signal;
    const source = this.#source(models, engine, loadModel);
    const isAny = this.#options.startPolicy === 'any';
    if (isAny) await source.look();
    else await source.lookUntilFound(signal);
    const missing = new Set(source.missing);
    const found = models.map(({ name }) => name).filter((name) => !missing.has(name));
    const failure = startFailure(await this.#monitor.waitUntilDecided(found, signal));
    if (!isAny) {
      if (failure !== null) throw failure;
      return;
    }
    if (failure !== null) this.#logger.error(`Starting without: ${failure.message}`);
    if (missing.size === 0) return;
    this.#logger.warn(`Starting without versions of: ${[...missing].join(', ')}`);
    this.#search = source.lookUntilFound(signal).catch((error: unknown) => {
      if (!signal.aborted) this.#logger.error('No further look for versions', { error });
    });
  }

  /**
   * Unloads all versions once no request uses them; a second call waits for the first. The signal
   * must have been aborted, or `load` have failed.
   */
  async unload(): Promise<void> {
    await this.#search;
    await this.#manager.unloadAll();
  }

  #source(models: readonly ModelConfig[], engine: Engine, loadModel: LoadSavedModel): StartSource {
    const { savedModelTags: tags, fileSystemPollWaitSeconds } = this.#options;
    return new StartSource({
      store: new LocalStore(),
      clock: this.#clock,
      logger: this.#logger,
      pollWaitSeconds: fileSystemPollWaitSeconds,
      servables: models.map(({ name, basePath, versionPolicy }) => ({
        name,
        basePath,
        policy: versionPolicy,
      })),
      onAspired: (versions: readonly AspiredPath[]) =>
        this.#manager.add(
          versions.map(({ id, path }) => ({
            id,
            loader: new SavedModelLoader({ path, tags }, engine, loadModel),
          })),
        ),
    });
  }
}
