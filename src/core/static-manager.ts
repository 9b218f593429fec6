import { notFound, StatusError } from '../status/index.ts';
import { CountedServable } from './counted-servable.ts';
import { LoadSlots } from './load-slots.ts';
import type { LoadOptions } from './load-with-retries.ts';
import { loadWithRetries } from './load-with-retries.ts';
import type { Loader } from './loader.ts';
import type { ServableHandle, ServableLookup, ServableRequest } from './manager.ts';
import type { ServableId } from './servable-id.ts';
import { newestFirst, servableIdText } from './servable-id.ts';
import type { ServableState, ServableStatus } from './servable-state.ts';
import type { ServableStateMonitor } from './servable-state-monitor.ts';
import type { LabelMap } from './version-labels.ts';
import { VersionLabels } from './version-labels.ts';

/** A version that is to be served, and what loads it. */
export interface AspiredVersion<T> {
  readonly id: ServableId;
  readonly loader: Loader<T>;
}

export interface StaticManagerOptions extends LoadOptions {
  readonly monitor: ServableStateMonitor;
  /** Loads under way at once; TFS's start uses 4 × CPUs (spec 4.6). */
  readonly maxConcurrentLoads: number;
}

/** The loaded versions of one servable. */
interface Loaded<T> {
  readonly versions: Map<bigint, CountedServable<T>>;
  /** The highest version: what a request without a version gets. */
  newest: CountedServable<T>;
}

/**
 * Loads the versions it is given and keeps them until {@link unloadAll}: versions are only ever
 * added. Not to be used after `unloadAll`.
 *
 * 1. A version becomes AVAILABLE after it can be looked up, and UNLOADING before it no longer can.
 * 2. Nothing is unloaded while a handle is left.
 * 3. A version that failed stays in END; one that is given again is ignored, the first counts.
 */
export class StaticManager<T> implements ServableLookup<T> {
  readonly #options: StaticManagerOptions;
  readonly #monitor: ServableStateMonitor;
  readonly #slots: LoadSlots;
  readonly #labels = new VersionLabels();
  readonly #loaded = new Map<string, Loaded<T>>();
  /** By `name version`: every version ever given, and its way from START to AVAILABLE or END. */
  readonly #loads = new Map<string, Promise<void>>();
  readonly #loaders = new Map<CountedServable<T>, Loader<T>>();
  readonly #closing = new AbortController();
  #unloaded: Promise<void> | null = null;

  constructor(options: StaticManagerOptions) {
    this.#options = options;
    this.#monitor = options.monitor;
    this.#slots = new LoadSlots(Math.max(1, options.maxConcurrentLoads));
  }

  /** Begins to load versions, the highest first. What becomes of them, the monitor tells. */
  add(versions: readonly AspiredVersion<T>[]): void {
    for (const version of versions.toSorted((a, b) => newestFirst(a.id, b.id))) {
      const key = `${version.id.version} ${version.id.name}`;
      if (this.#loads.has(key) || this.#closing.signal.aborted) continue;
      this.#publish(version.id, 'START');
      this.#loads.set(key, this.#load(version));
    }
  }

  /**
   * Replaces all version labels, by servable name (spec 4.9).
   * @throws StatusError FAILED_PRECONDITION for a version that is not available.
   */
  assignLabels(labels: ReadonlyMap<string, LabelMap>, allowUnavailable: boolean): void {
    this.#labels.assign(
      labels,
      allowUnavailable,
      (name, version) => this.#loaded.get(name)?.versions.has(version) ?? false,
    );
  }

  acquire(request: ServableRequest): ServableHandle<T> {
    const { name, label } = request;
    const version = label === null ? request.version : this.#labels.resolve(name, label);
    const loaded = this.#loaded.get(name);
    const found = version === null ? loaded?.newest : loaded?.versions.get(version);
    if (found !== undefined) return found.acquire();
    const asked = version === null ? `Latest(${name})` : `Specific(${name}, ${version})`;
    throw notFound(`Servable not found for request: ${asked}`);
  }

  statuses(name: string): readonly ServableStatus[] {
    return this.#monitor.statuses(name);
  }

  names(): readonly string[] {
    return this.#monitor.names();
  }

  /**
   * Cancels what is still to be loaded, then unloads every version once its last handle is
   * released. A load that has begun is waited for. A second call waits for the first.
   */
  unloadAll(): Promise<void> {
    this.#unloaded ??= this.#unloadAll();
    return this.#unloaded;
  }

  async #unloadAll(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#loads.values());
    const all = [...this.#loaded.values()].flatMap(({ versions }) => [...versions.values()]);
    await Promise.all(all.map((version) => this.#unload(version)));
  }

  /** Never rejects: a failure is the version's END. */
  async #load({ id, loader }: AspiredVersion<T>): Promise<void> {
    const { logger } = this.#options;
    try {
      const { signal } = this.#closing;
      const servable = await loadWithRetries(id, loader, this.#slots, this.#options, signal, () => {
        this.#publish(id, 'LOADING');
        logger.info(`Loading servable version ${servableIdText(id)}`);
      });
      const counted = new CountedServable(id, servable);
      this.#loaders.set(counted, loader);
      this.#list(counted);
      this.#publish(id, 'AVAILABLE');
      logger.info(`Successfully loaded servable version ${servableIdText(id)}`);
    } catch (error) {
      this.#publish(id, 'END', StatusError.from(error));
    }
  }

  async #unload(version: CountedServable<T>): Promise<void> {
    const { id } = version;
    const { logger } = this.#options;
    this.#publish(id, 'UNLOADING');
    this.#delist(version);
    await version.drain();
    try {
      await this.#loaders.get(version)?.unload();
      logger.info(`Done unloading servable version ${servableIdText(id)}`);
    } catch (error) {
      logger.error(`Unloading servable version ${servableIdText(id)} failed`, { error });
    }
    this.#loaders.delete(version);
    this.#publish(id, 'END');
  }

  #list(version: CountedServable<T>): void {
    const { id } = version;
    const loaded = this.#loaded.get(id.name);
    if (loaded === undefined) {
      this.#loaded.set(id.name, { versions: new Map([[id.version, version]]), newest: version });
      return;
    }
    loaded.versions.set(id.version, version);
    if (id.version > loaded.newest.id.version) loaded.newest = version;
  }

  #delist({ id }: CountedServable<T>): void {
    const loaded = this.#loaded.get(id.name);
    if (loaded === undefined) return;
    loaded.versions.delete(id.version);
    const newest = [...loaded.versions.values()].sort((a, b) => newestFirst(a.id, b.id))[0];
    if (newest === undefined) this.#loaded.delete(id.name);
    else loaded.newest = newest;
  }

  #publish(id: ServableId, state: ServableState, error: StatusError | null = null): void {
    this.#monitor.publish({ id, state, error });
  }
}
