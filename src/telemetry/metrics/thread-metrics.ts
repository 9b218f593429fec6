import { CounterCell, GaugeCell, HistogramCell } from './cells.ts';
import { cellLength, type MetricSpec } from './metric-spec.ts';

/** Tells the control thread of a new cell. Can be sent between threads. */
export interface CellAnnouncement {
  /** Name of its metric in the registry. */
  readonly metric: string;
  /** Values of the metric's labels, in their order. */
  readonly labels: readonly string[];
  readonly memory: SharedArrayBuffer;
  /** Index of the cell's first number, as Float64. */
  readonly at: number;
}

/** Numbers of one block of cells: 4 KiB. */
const blockLength = 512;

/**
 * The cells that one thread writes: in memory that threads share, each announced once when it is
 * made. What is in them is read by {@link MetricRegistry}, without a message.
 */
export class ThreadMetrics {
  readonly #announce: (cell: CellAnnouncement) => void;
  readonly #counters = new Map<string, CounterCell>();
  readonly #gauges = new Map<string, GaugeCell>();
  readonly #histograms = new Map<string, HistogramCell>();
  #block: Float64Array = new Float64Array(0);
  #used = 0;

  constructor(announce: (cell: CellAnnouncement) => void) {
    this.#announce = announce;
  }

  /** The thread's cell of a counter. To be kept: looking it up takes time. */
  counter(spec: MetricSpec, labels: readonly string[] = []): CounterCell {
    return this.#cell(this.#counters, spec, labels, (numbers, at) => new CounterCell(numbers, at));
  }

  /** The thread's cell of a gauge, 0 at first. To be kept. */
  gauge(spec: MetricSpec, labels: readonly string[]): GaugeCell {
    return this.#cell(this.#gauges, spec, labels, (numbers, at) => new GaugeCell(numbers, at));
  }

  /** The thread's cell of a histogram. To be kept. */
  histogram(spec: MetricSpec, labels: readonly string[] = []): HistogramCell {
    const { limits = [] } = spec;
    const make = (numbers: Float64Array, at: number) => new HistogramCell(numbers, at, limits);
    return this.#cell(this.#histograms, spec, labels, make);
  }

  #cell<Cell>(
    cells: Map<string, Cell>,
    spec: MetricSpec,
    labels: readonly string[],
    make: (numbers: Float64Array, at: number) => Cell,
  ): Cell {
    const key = JSON.stringify([spec.name, labels]);
    let cell = cells.get(key);
    if (cell === undefined) {
      const at = this.#allocate(spec, labels);
      cell = make(this.#block, at);
      cells.set(key, cell);
    }
    return cell;
  }

  #allocate(spec: MetricSpec, labels: readonly string[]): number {
    const length = cellLength(spec);
    if (this.#used + length > this.#block.length) {
      const bytes = Math.max(blockLength, length) * Float64Array.BYTES_PER_ELEMENT;
      this.#block = new Float64Array(new SharedArrayBuffer(bytes));
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += length;
    const memory = this.#block.buffer as SharedArrayBuffer;
    this.#announce({ metric: spec.name, labels, memory, at });
    return at;
  }
}
