import { createLogger, type Logger } from '../telemetry/index.ts';
import { type Clock, systemClock, unixMicros } from '../util/index.ts';
import { type AspiredVersionPolicy, availabilityPreserving } from './aspired-version-policy.ts';
import { AspiredVersionsManager, type FailedVersionRetry } from './aspired-versions-manager.ts';
import type { BasicManagerOptions } from './basic-manager.ts';
import { ResourceTracker } from './resource-tracker.ts';
import type { ResourceAllocation } from './resources.ts';
import type { ServableId } from './servable-id.ts';
import { ServableStateMonitor } from './servable-state-monitor.ts';
import { ServableTable } from './servable-table.ts';

/** What a program may say of a manager of its own; the defaults are those of a server. */
export interface ManagerOptions {
  /** By default lines to stderr from `warn` on. */
  readonly logger?: Logger;
  /** Time, for tests. */
  readonly clock?: Clock;
  /** Of `createManager`: the policy of a servable; {@link availabilityPreserving} by default. */
  readonly policyOf?: (servableName: string) => AspiredVersionPolicy;
  /** What all servables together may take, by their loaders' estimates; no limit by default. */
  readonly resources?: ResourceAllocation;
  /** Loads, and unloads, under way at once. Default 1. */
  readonly maxConcurrentLoads?: number;
  readonly maxConcurrentUnloads?: number;
  /** Attempts after the first failed one. Default 5. */
  readonly maxLoadRetries?: number;
  /** Pause between two attempts in ms. Default one minute. */
  readonly loadRetryIntervalMs?: number;
  /** Of `createManager`: when a version that has failed is tried again; by default after 1, 2, 4 … 64 minutes. Null: never. */
  readonly retryFailed?: FailedVersionRetry | null;
  /** Versions that may be loaded at once. Default 1024. */
  readonly maxVersions?: number;
  /** Ended versions of a servable that `statuses` still tells of. Default 32. */
  readonly maxEndedVersions?: number;
  /** Called before each first attempt to load a version. */
  readonly preLoadHook?: (id: ServableId) => void | Promise<void>;
}

const minuteMs = 60_000;

/** The options of a `BasicManager`, a `StaticManagerBuilder` or a `CachingManager`, complete. */
export function basicManagerOptions<T>(given: ManagerOptions = {}): BasicManagerOptions<T> {
  const logger = given.logger ?? createLogger({ level: 'warn' });
  const clock = given.clock ?? systemClock;
  return {
    logger,
    clock,
    monitor: new ServableStateMonitor({
      timeMicros: () => unixMicros(clock),
      logger,
      maxEndedVersions: given.maxEndedVersions ?? 32,
      maxEndedServables: 1000,
    }),
    table: new ServableTable<T>({ maxThreads: 1, maxVersions: given.maxVersions ?? 1024 }),
    resources: new ResourceTracker(given.resources ?? null),
    maxConcurrentLoads: given.maxConcurrentLoads ?? 1,
    maxConcurrentUnloads: given.maxConcurrentUnloads ?? 1,
    maxLoadRetries: given.maxLoadRetries ?? 5,
    loadRetryIntervalMs: given.loadRetryIntervalMs ?? minuteMs,
    preLoadHook: given.preLoadHook ?? null,
  };
}

/**
 * Makes a manager with everything that it needs: for programs that serve something of their own.
 *
 * @example
 *   const manager = createManager<ReadonlyMap<string, string>>();
 *   connectSource(source, adapter);
 *   connectSource(adapter, manager);
 *   await manager.monitor.waitUntilDecided(['countries'], signal);
 *   using table = manager.acquire({ name: 'countries', version: null, label: null });
 */
export function createManager<T>(given: ManagerOptions = {}): AspiredVersionsManager<T> {
  return new AspiredVersionsManager<T>({
    ...basicManagerOptions<T>(given),
    policyOf: given.policyOf ?? (() => availabilityPreserving),
    retryFailed:
      given.retryFailed === undefined
        ? { initialMs: minuteMs, maxMs: 64 * minuteMs }
        : given.retryFailed,
  });
}
