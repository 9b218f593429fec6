import assert from 'node:assert/strict';
import { MemoryLogger } from '../../telemetry/testing/memory-logger.ts';
import { FakeClock } from '../../util/testing/fake-clock.ts';
import type { BasicManagerOptions } from '../basic-manager.ts';
import { ResourceTracker } from '../resource-tracker.ts';
import { mainMemory } from '../resources.ts';
import type { ServableStateMonitor } from '../servable-state-monitor.ts';
import { ServableTable } from '../servable-table.ts';
import { EventOrder } from './event-order.ts';
import { FakeLoader } from './fake-loader.ts';
import { testStateMonitor } from './test-state-monitor.ts';

/** What a manager is made of in a test: a clock that is stepped, and a record of all states. */
export class ManagerKit {
  readonly clock = new FakeClock();
  readonly logger = new MemoryLogger();
  readonly monitor: ServableStateMonitor = testStateMonitor(this.logger);
  readonly table = new ServableTable<string>({ maxThreads: 4, maxVersions: 100 });
  readonly resources: ResourceTracker;
  /** Every state that was published, as `m/1 LOADING`, failures with their message. */
  readonly events: string[] = [];
  /** Whether each version went through its states in their order. */
  readonly order = new EventOrder();

  /** @param memoryBytes what all loaded versions may take; null: no limit. */
  constructor(memoryBytes: number | null = null) {
    const total = memoryBytes === null ? null : [{ resource: mainMemory, quantity: memoryBytes }];
    this.resources = new ResourceTracker(total);
    this.monitor.subscribe((status) => {
      this.order.see(status);
      const { id, state, error } = status;
      const reason = error === null ? '' : ` ${error.message}`;
      this.events.push(`${id.name}/${id.version} ${state}${reason}`);
    });
  }

  options(more: Partial<BasicManagerOptions<string>> = {}): BasicManagerOptions<string> {
    const { clock, logger, monitor, table, resources } = this;
    return {
      ...{ clock, logger, monitor, table, resources },
      maxConcurrentLoads: 4,
      maxConcurrentUnloads: 4,
      maxLoadRetries: 2,
      loadRetryIntervalMs: 60_000,
      preLoadHook: null,
      ...more,
    };
  }

  /** What was published since the last call. */
  take(): string[] {
    return this.events.splice(0);
  }

  /** Lets everything run that needs no time. */
  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  /** Waits for what the event loop has to do yet, such as waking up who waits for a handle. */
  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; !condition(); turn++) {
      assert.ok(turn < 1000, `It never came to: ${condition}`);
      await this.settle();
    }
  }

  /** The state of a version, as the monitor knows it. */
  state(name: string, version: bigint): string | null {
    return this.monitor.status({ name, version })?.state ?? null;
  }
}

/** A loader whose loads wait until {@link GatedLoader.open} is called. */
export class GatedLoader extends FakeLoader {
  readonly #opened = Promise.withResolvers<void>();

  constructor(servable: string) {
    super(servable);
    this.gate = this.#opened.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}
