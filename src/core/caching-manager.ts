import { notFound, unavailable } from '../status/index.ts';
import { BasicManager, type BasicManagerOptions } from './basic-manager.ts';
import type { Loader } from './loader.ts';
import type { ServableData } from './servable-data.ts';
import type { ServableHandle } from './servable-handle.ts';
import type { ServableId } from './servable-id.ts';
import { servableIdText } from './servable-id.ts';
import type { ServableRequest } from './servable-lookup.ts';

/** Knows which versions there are, and makes the loader of one when it is first asked for. */
export interface LoaderFactory<T> {
  /** The version that a request without one means, at this moment; null: there is none. */
  latest(servableName: string): bigint | null | Promise<bigint | null>;
  /** The loader of a version; an error for one that there is not. Asked again after a failed load. */
  createLoader(id: ServableId): ServableData<Loader<T>> | Promise<ServableData<Loader<T>>>;
}

/**
 * Loads a version when it is first asked for, and keeps it until {@link CachingManager.unload} or
 * `stop`. Requests that come while it is being loaded share that load. A load that fails fails all
 * who wait for it; the next request tries again. One that comes while the version is being unloaded
 * waits for that, and loads it anew.
 *
 * Belongs to one thread. Labels are not known here: a request with one is refused.
 */
export class CachingManager<T> {
  readonly #basic: BasicManager<T>;
  readonly #factory: LoaderFactory<T>;
  /** Loads under way, by the version's text. */
  readonly #loads = new Map<string, Promise<void>>();
  /** Unloads under way, likewise. */
  readonly #unloads = new Map<string, Promise<void>>();
  #stopped: Promise<void> | null = null;

  constructor(options: BasicManagerOptions<T>, factory: LoaderFactory<T>) {
    this.#basic = new BasicManager(options);
    this.#factory = factory;
  }

  /**
   * The handle of the version asked for; synchronous where a version was named and is loaded.
   * @throws StatusError (or rejects with it) of the lookup, of the factory and of the load.
   */
  acquire(request: ServableRequest): ServableHandle<T> | Promise<ServableHandle<T>> {
    const { name, version, label } = request;
    const isLoaded = label === null && version !== null && this.#isReady({ name, version });
    return isLoaded || label !== null ? this.#basic.acquire(request) : this.#acquireLater(request);
  }

  /**
   * Unloads a version once its last handle is released.
   * @throws StatusError NOT_FOUND for one that is not loaded, also while it is loaded or unloaded.
   */
  async unload(id: ServableId): Promise<void> {
    if (!this.#isReady(id)) {
      throw notFound(`Servable ${servableIdText(id)} is not loaded`);
    }
    await this.#unload(id);
  }

  /**
   * Unloads all versions once nothing uses them; loads under way are waited for, and no more begin:
   * whoever asks for one is refused. A second call waits for the first.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await Promise.allSettled(this.#loads.values());
    const loaded = this.#basic
      .managedNames()
      .flatMap((name) => this.#basic.managed(name))
      .filter(({ state }) => state === 'ready');
    for (const { id } of loaded) void this.#unload(id);
    await Promise.all(this.#unloads.values());
  }

  async #acquireLater({ name, version }: ServableRequest): Promise<ServableHandle<T>> {
    const wanted = version ?? (await this.#factory.latest(name));
    if (wanted === null) throw notFound(`Servable not found for request: Latest(${name})`);
    const id = { name, version: wanted };
    if (!this.#isReady(id)) await this.#loadOnce(id);
    return this.#basic.acquire({ name, version: wanted, label: null });
  }

  #loadOnce(id: ServableId): Promise<void> {
    const key = servableIdText(id);
    const known = this.#loads.get(key);
    if (known !== undefined) return known;
    if (this.#stopped !== null) throw unavailable(`Servable ${key} is not loaded any more`);
    const load = this.#load(id).finally(() => this.#loads.delete(key));
    this.#loads.set(key, load);
    return load;
  }

  async #load(id: ServableId): Promise<void> {
    await this.#unloads.get(servableIdText(id));
    const data = await this.#factory.createLoader(id);
    if (data.error !== null) throw data.error;
    this.#basic.manage(data);
    const error = await this.#basic.load(id);
    if (error === null) return;
    this.#basic.forget(id);
    throw error;
  }

  #unload(id: ServableId): Promise<void> {
    const key = servableIdText(id);
    const unload = this.#basic.unload(id).then(() => {
      this.#unloads.delete(key);
      this.#basic.forget(id);
    });
    this.#unloads.set(key, unload);
    return unload;
  }

  #isReady(id: ServableId): boolean {
    return this.#basic.managedVersion(id)?.state === 'ready';
  }
}
