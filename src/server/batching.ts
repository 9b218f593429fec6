import type { Platform } from '../config/index.ts';
import type { Refusals } from '../protocol/index.ts';
import { type Batcher, type BatchModel, createBatcher } from '../servables/index.ts';
import { BatchingMetrics, type ThreadMetrics } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';

export interface BatchingSettings {
  readonly platforms: readonly Platform[];
  /** Runs that the engine makes at once: a batch that would wait there had better wait for more requests. */
  readonly engineThreads: number;
  readonly clock: Clock;
  /** Of this thread. */
  readonly cells: ThreadMetrics;
  readonly refusals: Refusals;
}

/**
 * The batches of a server: a pool of places for each platform, as in TFS, on the control thread. Requests of
 * data threads are brought there.
 */
export class Batching {
  readonly #batchers = new Map<string, Batcher>();

  constructor({ platforms, engineThreads, clock, cells, refusals }: BatchingSettings) {
    if (platforms.every(({ batching }) => batching === null)) return;
    const metrics = new BatchingMetrics(cells);
    const observer = {
      dequeued: (microseconds: number) => metrics.dequeued(microseconds),
      inputTaken: (rows: number) => metrics.inputTaken(rows),
      batchRun: (rows: number, paddedRows: number) => metrics.batchRun(rows, paddedRows),
      queueFull: () => refusals.count('batch_queue_full'),
    };
    for (const { name, batching } of platforms) {
      if (batching === null) continue;
      const places = Math.min(batching.threads, engineThreads);
      this.#batchers.set(name, createBatcher(places, clock, observer));
    }
  }

  /** How models of a platform are batched. @throws TypeError where they are not */
  of(platform: string): BatchModel {
    return this.#batchers.get(platform)!.batch;
  }

  /** Once all models are unloaded. */
  close(): void {
    for (const batcher of this.#batchers.values()) batcher.close();
  }
}
