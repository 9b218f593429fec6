import { CounterRows } from '../util/index.ts';
import type { Protocol } from './messages.ts';

const columns = { taken: 0, grpc: 1, rest: 2 } as const;
const columnCount = 3;

/** How many connections each data thread has taken, and how many of them have closed. */
export class ConnectionCounts {
  readonly #counts: CounterRows;

  constructor(buffer: SharedArrayBuffer) {
    this.#counts = new CounterRows(buffer, columnCount);
  }

  /** Memory for so many threads. */
  static share(rows: number): SharedArrayBuffer {
    return CounterRows.create(rows, columnCount).buffer;
  }

  /** The thread of this row owns the descriptor of one more connection. */
  countTaken(row: number): void {
    this.#counts.add(row, columns.taken);
  }

  countClosed(row: number, protocol: Protocol): void {
    this.#counts.add(row, columns[protocol]);
  }

  taken(row: number): number {
    return this.#counts.get(row, columns.taken);
  }

  closed(row: number, protocol: Protocol): number {
    return this.#counts.get(row, columns[protocol]);
  }
}
