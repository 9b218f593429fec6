import type { ModelConfig, ServerOptions } from '../config/index.ts';
import {
  AspiredVersionsManager,
  aspiredVersionPolicies,
  connectSource,
  DynamicSourceRouter,
  ErrorInjectingSourceAdapter,
  type Loader,
  mainMemory,
  ResourceTracker,
  type ServableId,
  ServableStateMonitor,
  type ServableTable,
  unarySourceAdapter,
} from '../core/index.ts';
import type { ModelServable } from '../servables/index.ts';
import type { Completeness, StoragePath } from '../sources/index.ts';
import { FileSystemSource } from '../sources/index.ts';
import { internal } from '../status/index.ts';
import { LocalStore } from '../stores/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type Clock, unixMicros } from '../util/index.ts';
import { localPath } from './local-path.ts';

/** What brings the versions of one kind of model into memory. */
export interface ModelPlatform {
  /** Makes the loader of a version directory of a model's platform; nothing is read yet. */
  makeLoader(path: StoragePath, platform: string, id: ServableId): Loader<ModelServable>;
  /** Whether a version directory is all there. Must not throw. */
  checkComplete(path: StoragePath, platform: string): Promise<Completeness>;
}

export interface ModelPipelineOptions {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: ServableTable<ModelServable>;
  /** Loads under way at once, until the manager is told otherwise. */
  readonly maxConcurrentLoads: number;
}

/** The router's port of SavedModels; what has no port comes out of the last one. */
const tensorflowPort = 0;

/** Servables all of whose versions have ended that model status still lists. */
const maxEndedServables = 1000;

/** A version that keeps failing is tried again after at most so many times the first pause. */
const longestRetryFactor = 64;

/**
 * How versions come from base paths into memory, as in TFS (spec 12): a source that watches the
 * file system → a router by platform → an adapter that makes loaders → the manager.
 */
export class ModelPipeline {
  readonly monitor: ServableStateMonitor;
  readonly manager: AspiredVersionsManager<ModelServable>;
  readonly #options: ServerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #router: DynamicSourceRouter<StoragePath>;
  #models: ReadonlyMap<string, ModelConfig> = new Map();
  #source: FileSystemSource | null = null;

  constructor({ options, clock, logger, table, maxConcurrentLoads }: ModelPipelineOptions) {
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    this.monitor = new ServableStateMonitor({
      timeMicros: () => unixMicros(clock),
      logger,
      maxEndedVersions: options.maxEndedVersions,
      maxEndedServables,
    });
    const limit = options.totalModelMemoryLimitBytes;
    const retryMs = options.failedVersionRetrySeconds * 1000;
    this.manager = new AspiredVersionsManager({
      monitor: this.monitor,
      table,
      resources: new ResourceTracker(
        limit === 0 ? null : [{ resource: mainMemory, quantity: limit }],
      ),
      clock,
      logger,
      maxConcurrentLoads,
      maxConcurrentUnloads: options.numUnloadThreads,
      maxLoadRetries: options.maxNumLoadRetries,
      loadRetryIntervalMs: options.loadRetryIntervalMicros / 1000,
      preLoadHook: null,
      policyOf: (name) => aspiredVersionPolicies[this.#policyName(name)],
      retryFailed:
        retryMs === 0 ? null : { initialMs: retryMs, maxMs: longestRetryFactor * retryMs },
    });
    this.#router = new DynamicSourceRouter<StoragePath>(2, new Map());
    const noPlatform = new ErrorInjectingSourceAdapter<StoragePath, Loader<ModelServable>>(
      internal('No platform found for model'),
    );
    connectSource(this.#router.ports[1]!, noPlatform);
    connectSource(noPlatform, this.manager);
  }

  /** The names of the models of which no look has found a version. */
  get missing(): readonly string[] {
    return this.#source?.missing ?? [];
  }

  /** The names of the models of which no version is wanted yet, those being copied included. */
  get unfound(): readonly string[] {
    return this.#source?.unfound ?? [];
  }

  /** Connects everything: from now on {@link look} and {@link start} find versions. Once. */
  connect(platform: ModelPlatform): void {
    const { fileSystemPollWaitSeconds, settleSeconds, servableVersionsAlwaysPresent } =
      this.#options;
    const adapter = unarySourceAdapter((path: StoragePath, id: ServableId) =>
      platform.makeLoader(path, this.#platformOf(id.name), id),
    );
    connectSource(this.#router.ports[tensorflowPort]!, adapter);
    connectSource(adapter, this.manager);
    this.#source = new FileSystemSource({
      store: new LocalStore(),
      clock: this.#clock,
      logger: this.#logger,
      pollWaitSeconds: fileSystemPollWaitSeconds,
      settleSeconds,
      alwaysPresent: servableVersionsAlwaysPresent,
      checkComplete: (path, name) => platform.checkComplete(path, this.#platformOf(name)),
      hasFailed: (id) => this.manager.hasFailed(id),
    });
    connectSource(this.#source, this.#router);
    this.#watch();
  }

  /**
   * Serves these models from now on: versions of others are unloaded, new ones are found at the
   * next look, which comes at once where there is polling.
   */
  configure(models: readonly ModelConfig[]): void {
    const before = this.#models;
    this.#models = new Map(models.map((model) => [model.name, model]));
    const routes = [...before.keys(), ...this.#models.keys()].map(toTensorFlow);
    this.#router.updateRoutes(new Map(routes));
    this.#watch();
    this.#router.updateRoutes(new Map([...this.#models.keys()].map(toTensorFlow)));
    for (const { name } of models) this.manager.reconsider(name);
  }

  /** Looks for versions once. Never rejects. */
  async look(): Promise<void> {
    await this.#source?.look();
  }

  /** Begins to look for versions again and again. */
  start(): void {
    this.#source?.start();
  }

  /** Ends the looking and unloads everything once no request uses it. Never rejects. */
  async stop(): Promise<void> {
    await this.#source?.stop();
    await this.manager.stop();
  }

  #watch(): void {
    this.#source?.watch(
      [...this.#models.values()].map(({ name, basePath, versionPolicy }) => ({
        name,
        basePath: localPath(name, basePath),
        policy: versionPolicy,
      })),
    );
  }

  /** Of one that is configured no more it does not matter: nothing of it is loaded. */
  #platformOf(name: string): string {
    return this.#models.get(name)?.platform ?? '';
  }

  #policyName(name: string): ServerOptions['aspiredVersionPolicy'] {
    return this.#models.get(name)?.aspiredVersionPolicy ?? this.#options.aspiredVersionPolicy;
  }
}

const toTensorFlow = (name: string) => [name, tensorflowPort] as const;
