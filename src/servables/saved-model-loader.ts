import { type Loader, mainMemory, type ResourceAllocation } from '../core/index.ts';
import type { Engine, LoadedModel } from '../engines/index.ts';
import { SavedModelError } from '../saved-model/index.ts';
import { Code, failedPrecondition, type StatusError } from '../status/index.ts';
import { folderSize, LocalStore } from '../stores/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { BatchModel } from './batcher.ts';
import type { LoadSavedModel, SavedModelSource } from './load-saved-model.ts';
import type { ModelServable } from './model-servable.ts';

export interface SavedModelLoaderOptions {
  readonly source: SavedModelSource;
  /** Runs the model; stays its owner's. */
  readonly engine: Engine;
  /** Loads by an engine that `engine` adopts from. */
  readonly loadModel: LoadSavedModel;
  /** Makes the runs of all models; null: no model's requests may be batched. */
  readonly batch?: BatchModel | null;
  readonly logger: Logger;
  /** Memory that the load takes beyond what the model keeps, in bytes. Default 0. */
  readonly transientLoadBytes?: number;
}

/**
 * Brings one SavedModel version into an engine: has it loaded, wherever that is done, and lets the
 * engine adopt it.
 */
export class SavedModelLoader implements Loader<ModelServable> {
  readonly #source: SavedModelSource;
  readonly #engine: Engine;
  readonly #loadModel: LoadSavedModel;
  readonly #batch: BatchModel | null;
  readonly #logger: Logger;
  readonly #transientLoadBytes: number;
  #model: LoadedModel | null = null;

  constructor(options: SavedModelLoaderOptions) {
    const { source, engine, loadModel, batch = null, logger, transientLoadBytes = 0 } = options;
    this.#source = source;
    this.#engine = engine;
    this.#loadModel = loadModel;
    this.#batch = batch;
    this.#logger = logger;
    this.#transientLoadBytes = transientLoadBytes;
  }

  /** Spec 4.5: 1.2 times the bytes of all files of the version, and until it is loaded what the load takes. */
  async estimateResources(): Promise<ResourceAllocation> {
    const bytes = await folderSize(new LocalStore(), this.#source.path);
    const transient = this.#model === null ? this.#transientLoadBytes : 0;
    return [{ resource: mainMemory, quantity: Math.ceil(1.2 * bytes) + transient }];
  }

  async load(): Promise<ModelServable> {
    if (this.#model !== null) throw failedPrecondition('The version is already loaded.');
    const { shared, signatureDefMap, batching = null } = await this.#loadModel(this.#source);
    const adopted = this.#engine.adopt(shared);
    const model = this.#batch === null ? adopted : this.#batch(adopted, batching);
    this.#model = model;
    return { model, signatureDefMap };
  }

  /**
   * Files that are still being copied look missing or cut short, and a machine may be short of
   * something for a while; a model that is whole and wrong stays so.
   */
  isTransient(error: StatusError): boolean {
    if (error instanceof SavedModelError) {
      return error.fault === 'missing' || error.fault === 'truncated';
    }
    const isLastingCode = error.code === Code.INVALID_ARGUMENT || error.code === Code.UNIMPLEMENTED;
    return !isLastingCode && !error.message.startsWith('Op type not registered');
  }

  /** Says in the log what resident memory was before and after. */
  async unload(): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    this.#model = null;
    const before = process.memoryUsage.rss();
    await model.close();
    const after = process.memoryUsage.rss();
    this.#logger.info(
      `Freed the model of ${this.#source.path}: resident memory ${mebibytes(before)} → ${mebibytes(after)}`,
      { rssBytesBefore: before, rssBytesAfter: after },
    );
  }
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
