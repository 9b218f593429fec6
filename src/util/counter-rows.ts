/**
 * Counts that several threads add to: a row for each thread, a column for each thing counted, in
 * memory that threads share. A thread adds to its own row only, so adding takes no lock and no atomic
 * operation; whoever wants to know adds the rows up, and may see a count a moment late.
 *
 * The counts of a thread that has ended stay in its row: the next thread in it goes on from there.
 */
export class CounterRows {
  /** What another thread makes its own view of the same counts from. */
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Float64Array;
  readonly #rowCells: number;

  /** @param columns as in `create`. */
  constructor(buffer: SharedArrayBuffer, columns: number) {
    this.buffer = buffer;
    this.#cells = new Float64Array(buffer);
    this.#rowCells = cellsOf(columns);
  }

  /** @param rows most threads at once. @param columns things counted. */
  static create(rows: number, columns: number): CounterRows {
    const bytes = rows * cellsOf(columns) * Float64Array.BYTES_PER_ELEMENT;
    return new CounterRows(new SharedArrayBuffer(bytes), columns);
  }

  /** For the thread whose row it is, alone. */
  add(row: number, column: number, count = 1): void {
    const cell = row * this.#rowCells + column;
    this.#cells[cell] = this.#cells[cell]! + count;
  }

  get(row: number, column: number): number {
    return this.#cells[row * this.#rowCells + column]!;
  }

  /** What all threads together have counted. */
  total(column: number): number {
    let total = 0;
    for (let cell = column; cell < this.#cells.length; cell += this.#rowCells) {
      total += this.#cells[cell]!;
    }
    return total;
  }
}

/** Rows begin at multiples of two cache lines, so that threads do not take them from each other. */
const rowAlignment = 16;

function cellsOf(columns: number): number {
  return Math.ceil(columns / rowAlignment) * rowAlignment;
}
