import type { Platform } from '../config/index.ts';
import type { LoadedModel } from '../engines/index.ts';
import type { Refusals } from '../protocol/index.ts';
import { Batcher, type BatchModel } from '../servables/index.ts';
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
  /** Null: no platform's requests are batched. */
  readonly #batcher: Batcher | null;
  readonly #pools = new Map<string, BatchModel>();

  constructor({ platforms, engineThreads, clock, cells, refusals }: BatchingSettings) {
    const batched = platforms.flatMap(({ name, batching }) =>
      batching === null ? [] : [{ name, threads: batching.threads }],
    );
    this.#batcher = null;
    if (batched.length === 0) return;
    const metrics = new BatchingMetrics(cells);
    const batcher = new Batcher(clock, {
      dequeued: (microseconds) => metrics.dequeued(microseconds),
      inputTaken: (rows) => metrics.inputTaken(rows),
      batchRun: (rows, paddedRows) => metrics.batchRun(rows, paddedRows),
      queueFull: () => refusals.count('batch_queue_full'),
    });
    this.#batcher = batcher;
    for (const { name, threads } of batched) {
      this.#pools.set(name, batcher.addPool(Math.min(threads, engineThreads)));
    }
  }

  /** How models of a platform are batched; null: not at all. */
  pool(platform: string): BatchModel | null {
    return this.#pools.get(platform) ?? null;
  }

  /** The model whose runs data threads ask for by this number. */
  model(number: number): LoadedModel | undefined {
    return this.#batcher?.get(number);
  }

  /** From now on no batch waits for more requests: the server is about to end. */
  flush(): void {
    this.#batcher?.flush();
  }

  /** Once all models are unloaded. */
  close(): void {
    this.#batcher?.close();
  }
}
