import type { StatusError } from '../status/index.ts';
import type { Loader } from './loader.ts';
import type { ResourceAllocation } from './resources.ts';

/** What a servable costs, now or later. */
type ResourceEstimator = () => ResourceAllocation | Promise<ResourceAllocation>;

/** The functions that make up a {@link SimpleLoader}. */
export interface SimpleLoaderOptions<T> {
  /** Makes the servable. @throws any error why it cannot be served. */
  readonly create: () => T | Promise<T>;
  /** Frees what `create` made. Must not fail. By default it is left to the garbage collector. */
  readonly destroy?: (servable: T) => void | Promise<void>;
  /**
   * An upper bound of what the servable takes, also while it is made.
   * @throws any error why it cannot be told; asked again then.
   */
  readonly estimate: ResourceEstimator;
  /**
   * What the servable takes once it is made, never more than `estimate` said: for servables that
   * take more while they are made. By default `estimate` holds on.
   * @throws any error why it cannot be told; then the load fails.
   */
  readonly estimateAfterLoad?: ResourceEstimator;
  /** As {@link Loader.isTransient}; by default every failure may pass, as in TFS. */
  readonly isTransient?: (error: StatusError) => boolean;
}

/**
 * A loader made of functions, for servables that need no class of their own (spec 12).
 *
 * Each estimate is asked for once and remembered, so that what was reserved is what is given
 * back; one that fails is not remembered. `estimateAfterLoad` is asked at the end of the load and
 * replaces the first estimate from then on; where it fails, the servable is destroyed again.
 *
 * The loader owns the servable from `load` to `unload`. Order of calls and thread as for every
 * {@link Loader}.
 *
 * @example
 *   new SimpleLoader({
 *     create: () => readTable(path),
 *     estimate: async () => [{ resource: mainMemory, quantity: (await stat(path)).size * 3 }],
 *   });
 */
export class SimpleLoader<T> implements Loader<T> {
  readonly #create: () => T | Promise<T>;
  readonly #destroy: (servable: T) => void | Promise<void>;
  readonly #estimate: ResourceEstimator;
  readonly #estimateAfterLoad: ResourceEstimator | null;
  readonly #isTransient: (error: StatusError) => boolean;
  #estimated: Promise<ResourceAllocation> | null = null;
  #loaded: { readonly servable: T } | null = null;

  constructor(options: SimpleLoaderOptions<T>) {
    this.#create = options.create;
    this.#destroy = options.destroy ?? (() => {});
    this.#estimate = options.estimate;
    this.#estimateAfterLoad = options.estimateAfterLoad ?? null;
    this.#isTransient = options.isTransient ?? (() => true);
  }

  async estimateResources(): Promise<ResourceAllocation> {
    const estimated = (this.#estimated ??= ask(this.#estimate));
    try {
      return await estimated;
    } catch (error) {
      if (this.#estimated === estimated) this.#estimated = null;
      throw error;
    }
  }

  async load(): Promise<T> {
    const servable = await this.#create();
    if (this.#estimateAfterLoad !== null) {
      try {
        this.#estimated = Promise.resolve(await this.#estimateAfterLoad());
      } catch (error) {
        await this.#destroy(servable);
        throw error;
      }
    }
    this.#loaded = { servable };
    return servable;
  }

  isTransient(error: StatusError): boolean {
    return this.#isTransient(error);
  }

  async unload(): Promise<void> {
    if (this.#loaded === null) return;
    const { servable } = this.#loaded;
    this.#loaded = null;
    await this.#destroy(servable);
  }
}

async function ask(estimate: ResourceEstimator): Promise<ResourceAllocation> {
  return await estimate();
}
