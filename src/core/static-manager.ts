import { failedPrecondition, type StatusError } from '../status/index.ts';
import { BasicManager, type BasicManagerOptions } from './basic-manager.ts';
import type { Loader } from './loader.ts';
import { servableData } from './servable-data.ts';
import type { ServableHandle } from './servable-handle.ts';
import type { ServableId } from './servable-id.ts';
import type { ServableLookup, ServableRequest } from './servable-lookup.ts';
import type { ServableStatus } from './servable-state.ts';

/**
 * Makes a {@link StaticManager}: add all versions, then build once.
 *
 * @example
 *   const builder = new StaticManagerBuilder<Table>(options);
 *   builder.add({ name: 'countries', version: 1n }, loader);
 *   const manager = await builder.build();
 */
export class StaticManagerBuilder<T> {
  readonly #basic: BasicManager<T>;
  readonly #ids: ServableId[] = [];
  #isBuilt = false;

  constructor(options: BasicManagerOptions<T>) {
    this.#basic = new BasicManager(options);
  }

  /** @throws StatusError FAILED_PRECONDITION for a version that was added before, or after `build`. */
  add(id: ServableId, loader: Loader<T>): void {
    this.#requireUnbuilt();
    this.#basic.manage(servableData(id, loader));
    this.#ids.push(id);
  }

  /**
   * Loads all versions.
   * @throws StatusError of the first that cannot be loaded, by the order of `add`; the others are
   * unloaded again. FAILED_PRECONDITION when called twice.
   */
  async build(): Promise<StaticManager<T>> {
    this.#requireUnbuilt();
    this.#isBuilt = true;
    const errors = await Promise.all(this.#ids.map((id) => this.#basic.load(id)));
    const manager = new StaticManager(this.#basic, this.#ids);
    const failure = errors.find((error): error is StatusError => error !== null);
    if (failure === undefined) return manager;
    await manager.stop();
    throw failure;
  }

  #requireUnbuilt(): void {
    if (!this.#isBuilt) return;
    throw failedPrecondition('Build() already called on this StaticManagerBuilder.');
  }
}

/** Serves a fixed set of versions, all of them loaded before anybody asks. */
export class StaticManager<T> implements ServableLookup<T> {
  readonly #basic: BasicManager<T>;
  readonly #ids: readonly ServableId[];
  #stopped: Promise<void> | null = null;

  /** For {@link StaticManagerBuilder}. */
  constructor(basic: BasicManager<T>, ids: readonly ServableId[]) {
    this.#basic = basic;
    this.#ids = ids;
  }

  acquire(request: ServableRequest): ServableHandle<T> {
    return this.#basic.acquire(request);
  }

  statuses(name: string): readonly ServableStatus[] {
    return this.#basic.statuses(name);
  }

  names(): readonly string[] {
    return this.#basic.names();
  }

  /** Unloads every version once its last handle is released. A second call waits for the first. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const loaded = this.#ids.filter((id) => this.#basic.managedVersion(id)?.state === 'ready');
    await Promise.all(loaded.map((id) => this.#basic.unload(id)));
  }
}
