import { failedPrecondition, notFound, StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import type { Loader } from './loader.ts';
import { LoaderHarness } from './loader-harness.ts';
import { InsufficientResources, ResourceGate } from './resource-gate.ts';
import type { ResourceTracker } from './resource-tracker.ts';
import type { ServableData } from './servable-data.ts';
import type { ServableHandle } from './servable-handle.ts';
import type { ServableId } from './servable-id.ts';
import { servableIdText } from './servable-id.ts';
import type { ServableLookup, ServableRequest } from './servable-lookup.ts';
import type { ServableState, ServableStatus } from './servable-state.ts';
import type { ServableStateMonitor } from './servable-state-monitor.ts';
import type { ServableTable } from './servable-table.ts';
import { TableReader } from './table-reader.ts';
import { WorkSlots } from './work-slots.ts';

export interface BasicManagerOptions<T> {
  /** Is told of every state. */
  readonly monitor: ServableStateMonitor;
  /** Where loaded versions are published; the manager is the only one that lists versions in it. */
  readonly table: ServableTable<T>;
  readonly resources: ResourceTracker;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Loads under way at once, at least 1. */
  readonly maxConcurrentLoads: number;
  /** Unloads under way at once, at least 1; waiting for handles is not counted. */
  readonly maxConcurrentUnloads: number;
  /** Attempts after the first failed one (`--max_num_load_retries`). */
  readonly maxLoadRetries: number;
  /** Pause between two attempts in ms; zero or less: none (`--load_retry_interval_micros`). */
  readonly loadRetryIntervalMs: number;
  /** Called before each first attempt to load a version; null: nothing is. */
  readonly preLoadHook: ((id: ServableId) => void | Promise<void>) | null;
}

/** What a managed version looks like from outside. */
export type ManagedVersion = Pick<
  LoaderHarness<unknown>,
  'id' | 'state' | 'error' | 'isAspired' | 'revision' | 'hasLoader'
>;

/**
 * Loads and unloads versions when it is told to, each by its loader: the mechanism under the other
 * managers, which decide. Knows of versions only what it was given by {@link manage}.
 *
 * Order of calls for a version: `manage`, `load`, `unload`, `forget`. `load` may be asked for again
 * after it failed and `retry` was called. All calls belong to the control thread.
 *
 * 1. LOADING is published once resources are reserved, AVAILABLE after the version can be looked
 *    up, UNLOADING before it no longer can, END when everything is freed or has failed.
 * 2. Nothing is freed while any thread holds a handle or an old table.
 * 3. A failed attempt gives its resources and its slot back for the pause before the next one.
 * 4. A load that is cancelled ends at once while it waits: in a pause with the error of its last
 *    attempt, for a slot or for resources CANCELLED. An attempt that has begun is waited for; one
 *    that succeeds all the same is undone, and ends CANCELLED.
 *
 * @example
 *   manager.manage(servableData({ name: 'm', version: 1n }, loader));
 *   const error = await manager.load({ name: 'm', version: 1n });
 */
export class BasicManager<T> implements ServableLookup<T> {
  readonly #options: BasicManagerOptions<T>;
  readonly #managed = new Map<string, Map<bigint, LoaderHarness<T>>>();
  readonly #gate: ResourceGate;
  readonly #loads: WorkSlots;
  readonly #unloads: WorkSlots;
  readonly #reader: TableReader<T>;

  constructor(options: BasicManagerOptions<T>) {
    this.#options = options;
    this.#gate = new ResourceGate(options.resources, options.logger);
    this.#loads = new WorkSlots(Math.max(1, options.maxConcurrentLoads));
    this.#unloads = new WorkSlots(Math.max(1, options.maxConcurrentUnloads));
    const { table } = options;
    let reader!: TableReader<T>;
    table.openRow((row) => {
      reader = new TableReader(table.counts, row);
      return (change) => reader.apply(change);
    });
    this.#reader = reader;
  }

  /** Loads under way at once from now on. */
  set maxConcurrentLoads(count: number) {
    this.#loads.limit = Math.max(1, count);
  }

  /**
   * Takes a version on: START, or END for one that its source could not offer.
   * @throws StatusError FAILED_PRECONDITION where it is managed already.
   */
  manage(data: ServableData<Loader<T>>): void {
    const { name, version } = data.id;
    let versions = this.#managed.get(name);
    if (versions === undefined) this.#managed.set(name, (versions = new Map()));
    if (versions.has(version)) {
      throw failedPrecondition(`Servable ${servableIdText(data.id)} is already being managed`);
    }
    const harness = new LoaderHarness(data);
    versions.set(version, harness);
    this.#publish(data.id, 'START');
    if (harness.error !== null) this.#publish(data.id, 'END', harness.error);
  }

  /**
   * Forgets a version that is not loaded and will not be; its last state stays known.
   * @throws StatusError FAILED_PRECONDITION in any other state than new, disabled and error.
   */
  forget(id: ServableId): void {
    const harness = this.#harness(id);
    const { state } = harness;
    if (state !== 'new' && state !== 'disabled' && state !== 'error') {
      throw failedPrecondition(
        `Servable ${servableIdText(id)} is ${state} and cannot be forgotten`,
      );
    }
    // One that never began has no other end.
    if (state === 'new') this.#publish(id, 'END');
    const versions = this.#managed.get(id.name)!;
    versions.delete(id.version);
    if (versions.size === 0) this.#managed.delete(id.name);
  }

  /** Marks whether a version is wanted; one that is not gives up its load. */
  setAspired(id: ServableId, isAspired: boolean): void {
    const harness = this.#harness(id);
    harness.isAspired = isAspired;
    if (!isAspired) harness.cancelLoad();
  }

  /**
   * Makes a version that failed ready for another `load`: START again.
   * @throws StatusError where it has not failed, or has no loader.
   */
  retry(id: ServableId): void {
    const harness = this.#harness(id);
    if (harness.loader === null) {
      throw failedPrecondition(`Servable ${servableIdText(id)} has no loader to try again`);
    }
    harness.to('new');
    this.#publish(id, 'START');
  }

  /** The managed versions of a servable, in no order. */
  managed(name: string): readonly ManagedVersion[] {
    return [...(this.#managed.get(name)?.values() ?? [])];
  }

  /** One version; undefined where it is not managed. */
  managedVersion({ name, version }: ServableId): ManagedVersion | undefined {
    return this.#managed.get(name)?.get(version);
  }

  /** The names of all servables of which a version is managed. */
  managedNames(): readonly string[] {
    return [...this.#managed.keys()];
  }

  /**
   * Loads a version, with retries. Resolves with null once it is AVAILABLE, else with the error of
   * its END; never rejects.
   */
  async load(id: ServableId): Promise<StatusError | null> {
    const harness = this.#harness(id);
    harness.to('load-requested');
    try {
      await this.#loadWithRetries(harness);
    } catch (thrown) {
      const error = harness.fail(thrown);
      this.#publish(id, 'END', error);
      return error;
    }
    this.#options.logger.info(`Successfully loaded servable version ${servableIdText(id)}`);
    return null;
  }

  /** Unloads a version once its last handle is released. Resolves at its END; never rejects. */
  async unload(id: ServableId): Promise<void> {
    const harness = this.#harness(id);
    const { logger, table } = this.#options;
    harness.to('unload-requested');
    this.#gate.leaving();
    this.#publish(id, 'UNLOADING');
    harness.to('quiescing');
    logger.info(`Quiescing servable version ${servableIdText(id)}`);
    await table.withdraw(id);
    harness.to('quiesced');
    await this.#unloads.run(async () => {
      harness.to('unloading');
      await this.#free(harness);
    });
    harness.to('disabled');
    this.#gate.ended(id, true);
    this.#publish(id, 'END');
    logger.info(`Done unloading servable version ${servableIdText(id)}`);
  }

  acquire(request: ServableRequest): ServableHandle<T> {
    return this.#reader.acquire(request);
  }

  /** The handle of the lowest version that is AVAILABLE. @throws StatusError NOT_FOUND */
  acquireEarliest(name: string): ServableHandle<T> {
    return this.#reader.acquireEarliest(name);
  }

  statuses(name: string): readonly ServableStatus[] {
    return this.#options.monitor.statuses(name);
  }

  names(): readonly string[] {
    return this.#options.monitor.names();
  }

  async #loadWithRetries(harness: LoaderHarness<T>): Promise<void> {
    const { id } = harness;
    const loader = harness.loader!;
    const { maxLoadRetries, loadRetryIntervalMs, clock, logger } = this.#options;
    let isAnnounced = false;
    const announce = async () => {
      if (isAnnounced) return;
      isAnnounced = true;
      await this.#announce(id);
    };
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#loads.run(
          () => this.#attempt(harness, loader, announce),
          harness.signal,
        );
      } catch (thrown) {
        const error = StatusError.from(thrown);
        if (harness.signal.aborted) throw error;
        const mayPass = !(error instanceof InsufficientResources) && loader.isTransient(error);
        const left = mayPass ? maxLoadRetries - attempt : 0;
        const outlook =
          left > 0
            ? `trying again in ${Math.max(loadRetryIntervalMs, 0) / 1000} s, ${left} more at most`
            : 'giving up';
        logger.error(`Loading servable ${servableIdText(id)} failed: ${error}; ${outlook}`, {
          error,
        });
        if (left <= 0) throw error;
        await pause(clock, loadRetryIntervalMs, harness.signal, error);
      }
    }
  }

  /**
   * One attempt, in its slot: afterwards the version can be looked up.
   * @param announce called once the version has its resources
   */
  async #attempt(
    harness: LoaderHarness<T>,
    loader: Loader<T>,
    announce: () => Promise<void>,
  ): Promise<void> {
    const { id, signal } = harness;
    signal.throwIfAborted();
    await this.#gate.admit(id, loader, signal);
    const { table } = this.#options;
    let slot: number | null = null;
    let isListed = false;
    try {
      slot = table.reserveSlot();
      harness.to('load-approved');
      await announce();
      harness.to('loading');
      const servable = await loader.load();
      await this.#gate.correct(id, loader);
      if (signal.aborted) {
        await this.#free(harness);
        throw signal.reason;
      }
      table.edit({ list: [{ id, servable, slot }] });
      harness.to('ready');
      isListed = true;
      this.#publish(id, 'AVAILABLE');
    } catch (error) {
      if (slot !== null) table.giveBackSlot(slot);
      if (harness.state !== 'error') harness.to('load-requested');
      throw error;
    } finally {
      this.#gate.ended(id, !isListed);
    }
  }

  /** The version has its resources: LOADING. */
  async #announce(id: ServableId): Promise<void> {
    const { logger, preLoadHook } = this.#options;
    const text = servableIdText(id);
    logger.info(`Successfully reserved resources to load servable ${text}`);
    logger.info(`Approving load for servable version ${text}`);
    this.#publish(id, 'LOADING');
    await preLoadHook?.(id);
    logger.info(`Loading servable version ${text}`);
  }

  async #free({ id, loader }: LoaderHarness<T>): Promise<void> {
    try {
      await loader!.unload();
    } catch (error) {
      this.#options.logger.error(`Unloading servable version ${servableIdText(id)} failed`, {
        error,
      });
    }
  }

  #harness(id: ServableId): LoaderHarness<T> {
    const harness = this.#managed.get(id.name)?.get(id.version);
    if (harness === undefined) {
      throw notFound(`Servable ${servableIdText(id)} is not being managed`);
    }
    return harness;
  }

  #publish(id: ServableId, state: ServableState, error: StatusError | null = null): void {
    this.#options.monitor.publish({ id, state, error });
  }
}

/** A cancelled pause ends in the error that it followed. */
async function pause(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  error: StatusError,
): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch {
    throw error;
  }
}
