import type { BatchObserver } from '../batching/index.ts';
import { BatchingMetrics, type ThreadMetrics } from '../telemetry/index.ts';

/** Counts the batches that one thread runs. Its cells are made when batches are: one that runs none has no series of them. */
export class ThreadBatches implements BatchObserver {
  readonly #cells: ThreadMetrics;
  readonly #queueFull: () => void;
  #metrics: BatchingMetrics | null = null;

  /** @param cells of the thread. @param queueFull counts a refusal */
  constructor(cells: ThreadMetrics, queueFull: () => void) {
    this.#cells = cells;
    this.#queueFull = queueFull;
  }

  /** Makes the cells, before there is anything to count. */
  prepare(): void {
    this.#metrics ??= new BatchingMetrics(this.#cells);
  }

  dequeued(microseconds: number): void {
    this.#counts.dequeued(microseconds);
  }

  inputTaken(rows: number): void {
    this.#counts.inputTaken(rows);
  }

  batchRun(rows: number, paddedRows: number): void {
    this.#counts.batchRun(rows, paddedRows);
  }

  adapted(rows: number, runs: number): void {
    this.#counts.adapted(rows, runs);
  }

  queueFull(): void {
    this.#queueFull();
  }

  get #counts(): BatchingMetrics {
    this.prepare();
    return this.#metrics!;
  }
}
