import { adaptiveSpecs } from './adaptive-specs.ts';
import type { CounterCell, HistogramCell } from './cells.ts';
import { servingSpecs } from './serving-specs.ts';
import type { ThreadMetrics } from './thread-metrics.ts';

/** Sizes of batches that have series of their own; rarer ones, which a wrong configuration makes, share one. */
const mostSizes = 256;
const otherSizes = '(other)';

/** Counts what becomes of batches on one thread, as TFS does. Cells are made when they are first needed. */
export class BatchingMetrics {
  readonly #cells: ThreadMetrics;
  readonly #queuing: HistogramCell;
  readonly #runs: CounterCell;
  readonly #inputs: HistogramCell;
  readonly #processed: HistogramCell;
  #adapted: { readonly rows: HistogramCell; readonly runs: HistogramCell } | null = null;
  readonly #paddings = new Map<number, HistogramCell>();

  constructor(cells: ThreadMetrics) {
    this.#cells = cells;
    // TFS does not tell its server the name of the pool.
    this.#queuing = cells.histogram(servingSpecs.queuingLatency, ['']);
    this.#runs = cells.counter(servingSpecs.wrappedRunCount);
    this.#inputs = cells.histogram(servingSpecs.inputBatchSize);
    this.#processed = cells.histogram(servingSpecs.processedBatchSize);
  }

  /** A task has left its queue. */
  dequeued(microseconds: number): void {
    this.#queuing.add(Math.trunc(microseconds));
  }

  /** One input of a task is run with a batch. */
  inputTaken(rows: number): void {
    this.#inputs.add(rows);
  }

  /** A batch is run. */
  batchRun(rows: number, paddedRows: number): void {
    this.#runs.add();
    this.#processed.add(paddedRows);
    this.#paddingOf(paddedRows).add(paddedRows - rows);
  }

  /** Adaptive batching was to run so many rows at most, in one of so many batches at once. */
  adapted(rows: number, runs: number): void {
    this.#adapted ??= {
      rows: this.#cells.histogram(adaptiveSpecs.batchRows),
      runs: this.#cells.histogram(adaptiveSpecs.runs),
    };
    this.#adapted.rows.add(rows);
    this.#adapted.runs.add(runs);
  }

  #paddingOf(size: number): HistogramCell {
    let cell = this.#paddings.get(size);
    if (cell === undefined) {
      const label = this.#paddings.size < mostSizes ? String(size) : otherSizes;
      cell = this.#cells.histogram(servingSpecs.paddingSize, [label]);
      if (label !== otherSizes) this.#paddings.set(size, cell);
    }
    return cell;
  }
}
