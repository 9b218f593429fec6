import { CounterRows } from '../util/index.ts';

const beats = 0;
const columnCount = 1;

/** Milliseconds between two beats of a thread, and between two looks at them. */
export const beatMs = 250;

/** How often the event loop of each data thread has turned to its beat: a count that stands still is a loop that does. */
export class Heartbeats {
  readonly #counts: CounterRows;

  constructor(buffer: SharedArrayBuffer) {
    this.#counts = new CounterRows(buffer, columnCount);
  }

  /** Memory for so many threads. */
  static share(rows: number): SharedArrayBuffer {
    return CounterRows.create(rows, columnCount).buffer;
  }

  /** Lets the calling thread, whose row it is, beat from now on. Does not keep the thread alive. */
  start(row: number): void {
    setInterval(() => this.#counts.add(row, beats), beatMs).unref();
  }

  count(row: number): number {
    return this.#counts.get(row, beats);
  }
}
