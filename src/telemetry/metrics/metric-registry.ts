import { cellLength, type MetricSpec } from './metric-spec.ts';
import { type MetricCells, type MetricRow, prometheusPage } from './prometheus-page.ts';
import type { CellAnnouncement } from './thread-metrics.ts';

/** The cells of one thread, as the registry has them. */
export interface MetricSource {
  /** Reads a cell from now on. One of a metric that is not defined is left aside. */
  take(cell: CellAnnouncement): void;
  /** The thread has ended: what it has counted stays, its gauges and its memory are let go. */
  end(): void;
}

/** One value of a metric that is asked for when somebody looks. */
export interface DerivedValue {
  readonly labels: readonly string[];
  readonly value: number;
}

/** A cell through all threads. */
interface Cell {
  readonly labels: readonly string[];
  /** Of threads that have ended. */
  readonly ended: Float64Array;
  readonly living: Set<Float64Array>;
}

interface Metric {
  readonly spec: MetricSpec;
  readonly cells: Map<string, Cell>;
  /** Null: it has cells. */
  readonly derive: (() => Iterable<DerivedValue>) | null;
}

/**
 * All metrics of a server, on its control thread: adds up what the threads have in their cells when
 * somebody looks. Counts never go backwards: those of a thread that has ended are kept.
 */
export class MetricRegistry {
  readonly #metrics = new Map<string, Metric>();

  /** @param specs metrics whose cells threads write */
  constructor(specs: Iterable<MetricSpec>) {
    for (const spec of specs)
      this.#metrics.set(spec.name, { spec, cells: new Map(), derive: null });
  }

  /** Defines a counter or gauge that `read` tells at every look; it must be quick. */
  derive(spec: MetricSpec, read: () => Iterable<DerivedValue>): void {
    this.#metrics.set(spec.name, { spec, cells: new Map(), derive: read });
  }

  /** For one more thread that has cells. */
  open(): MetricSource {
    const taken: { metric: Metric; cell: Cell; numbers: Float64Array }[] = [];
    return {
      take: ({ metric: name, labels, memory, at }) => {
        const metric = this.#metrics.get(name);
        if (metric === undefined) return;
        const length = cellLength(metric.spec);
        const numbers = new Float64Array(memory, at * Float64Array.BYTES_PER_ELEMENT, length);
        const cell = cellOf(metric, labels, length);
        cell.living.add(numbers);
        taken.push({ metric, cell, numbers });
      },
      end: () => {
        for (const { metric, cell, numbers } of taken.splice(0)) {
          cell.living.delete(numbers);
          if (metric.spec.kind !== 'gauge') addTo(cell.ended, numbers);
        }
      },
    };
  }

  /** The first cell of a counter or gauge by the order of labels, 0 without cells; null: there is no such. */
  firstValue(name: string): bigint | null {
    const metric = this.#metrics.get(name);
    if (metric === undefined || metric.spec.kind === 'histogram') return null;
    const [first] = rowsOf(metric);
    return first === undefined ? 0n : BigInt(Math.trunc(first.numbers[0]!));
  }

  /** How many values a histogram without labels has, and their sum; null: none yet. */
  totals(name: string): { readonly count: number; readonly sum: number } | null {
    const metric = this.#metrics.get(name);
    const numbers = metric === undefined ? [] : Array.from(rowsOf(metric)[0]?.numbers ?? []);
    const sum = numbers.pop() ?? 0;
    const count = numbers.reduce((all, one) => all + one, 0);
    return count === 0 ? null : { count, sum };
  }

  /** Everything as Prometheus's text, by the rules of TFS. */
  page(): string {
    const metrics: MetricCells[] = [...this.#metrics.values()].map((metric) => ({
      spec: metric.spec,
      rows: rowsOf(metric),
    }));
    return prometheusPage(metrics);
  }
}

function cellOf(metric: Metric, labels: readonly string[], length: number): Cell {
  const key = JSON.stringify(labels);
  let cell = metric.cells.get(key);
  if (cell === undefined) {
    cell = { labels, ended: new Float64Array(length), living: new Set() };
    metric.cells.set(key, cell);
  }
  return cell;
}

function addTo(totals: Float64Array, numbers: Float64Array): void {
  numbers.forEach((number, i) => {
    totals[i] = totals[i]! + number;
  });
}

function rowsOf({ cells, derive }: Metric): MetricRow[] {
  const rows: MetricRow[] =
    derive !== null
      ? Array.from(derive(), ({ labels, value }) => ({ labels, numbers: [value] }))
      : Array.from(cells.values(), ({ labels, ended, living }) => {
          const numbers = ended.slice();
          for (const part of living) addTo(numbers, part);
          return { labels, numbers };
        });
  return rows.sort((a, b) => compareLabels(a.labels, b.labels));
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (const [i, label] of a.entries()) {
    if (label !== b[i]!) return label < b[i]! ? -1 : 1;
  }
  return 0;
}
