import { internal } from '../status/index.ts';

/** Words before the cells: how many rows and slots there are. */
const headerWords = 2;

/** Rows of cells begin at a multiple of this many words (one page), so that threads share no cache line. */
const rowAlignment = 1024;

/**
 * How many handles each thread holds on each loaded version, in memory that threads share: a row
 * for each thread, a slot for each version. A thread writes only its own row, so counting takes
 * one atomic addition and no lock; a row that a dead thread has left can be cleared.
 *
 *     header │ acknowledged generation of each row │ draining flag, wake count of each slot │ row 0 │ row 1 …
 *
 * The controlling thread, the one that unloads, first publishes a table without the version, then
 * waits until every row has acknowledged that table and no cell of the slot counts anything. All
 * accesses are sequentially consistent, so a release that misses the draining flag has been counted
 * before the waiter looks.
 */
export class HandleCounts {
  /** What another thread makes its own view of the same counts from. */
  readonly buffer: SharedArrayBuffer;
  readonly rows: number;
  readonly slots: number;
  readonly #words: Int32Array;
  readonly #drainingAt: number;
  readonly #wakeAt: number;
  readonly #cellsAt: number;
  readonly #rowWords: number;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.rows = this.#words[0]!;
    this.slots = this.#words[1]!;
    const layout = layoutOf(this.rows, this.slots);
    this.#drainingAt = layout.drainingAt;
    this.#wakeAt = layout.wakeAt;
    this.#cellsAt = layout.cellsAt;
    this.#rowWords = layout.rowWords;
  }

  /** @param rows most threads at once. @param slots most versions loaded at once. */
  static create(rows: number, slots: number): HandleCounts {
    const { words } = layoutOf(rows, slots);
    const buffer = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT);
    const header = new Int32Array(buffer, 0, headerWords);
    header[0] = rows;
    header[1] = slots;
    return new HandleCounts(buffer);
  }

  /** One handle more. Only while the calling thread's table lists the version. */
  acquire(row: number, slot: number): void {
    Atomics.add(this.#words, this.#cell(row, slot), 1);
  }

  /** @throws StatusError INTERNAL where the row holds no handle; then nothing has changed. */
  release(row: number, slot: number): void {
    const cell = this.#cell(row, slot);
    const before = Atomics.sub(this.#words, cell, 1);
    if (before === 1) {
      if (Atomics.load(this.#words, this.#drainingAt + slot) !== 0) this.#wake(slot);
    } else if (before <= 0) {
      Atomics.add(this.#words, cell, 1);
      throw internal('A servable handle was released twice.');
    }
  }

  /** Handles that all threads together hold. */
  held(slot: number): number {
    let total = 0;
    for (let row = 0; row < this.rows; row++) {
      total += Atomics.load(this.#words, this.#cell(row, slot));
    }
    return total;
  }

  /** The thread of this row no longer looks at tables older than `generation`. */
  acknowledge(row: number, generation: number): void {
    const word = headerWords + row;
    Atomics.store(this.#words, word, generation | 0);
    Atomics.notify(this.#words, word);
  }

  /** Waits until a row has acknowledged `generation` or a later one. */
  async acknowledged(row: number, generation: number): Promise<void> {
    const word = headerWords + row;
    for (;;) {
      const seen = Atomics.load(this.#words, word);
      // Generations wrap around; what is less than half the circle ahead is later.
      if (((seen - generation) | 0) >= 0) return;
      await Atomics.waitAsync(this.#words, word, seen).value;
    }
  }

  /** Waits until no thread holds a handle of the slot. No new ones may be taken meanwhile. */
  async drained(slot: number): Promise<void> {
    Atomics.store(this.#words, this.#drainingAt + slot, 1);
    for (;;) {
      const wake = Atomics.load(this.#words, this.#wakeAt + slot);
      if (this.held(slot) === 0) break;
      await Atomics.waitAsync(this.#words, this.#wakeAt + slot, wake).value;
    }
    Atomics.store(this.#words, this.#drainingAt + slot, 0);
  }

  /**
   * Gives up all handles of a row whose thread has ended, and whose runs have ended too; whoever
   * waits for the row's acknowledgement or handles waits no more.
   */
  clearRow(row: number, generation: number): void {
    for (let slot = 0; slot < this.slots; slot++) {
      if (Atomics.exchange(this.#words, this.#cell(row, slot), 0) !== 0) this.#wake(slot);
    }
    this.acknowledge(row, generation);
  }

  #cell(row: number, slot: number): number {
    return this.#cellsAt + row * this.#rowWords + slot;
  }

  #wake(slot: number): void {
    Atomics.add(this.#words, this.#wakeAt + slot, 1);
    Atomics.notify(this.#words, this.#wakeAt + slot);
  }
}

function layoutOf(rows: number, slots: number) {
  const drainingAt = headerWords + rows;
  const wakeAt = drainingAt + slots;
  const align = (words: number) => Math.ceil(words / rowAlignment) * rowAlignment;
  const cellsAt = align(wakeAt + slots);
  const rowWords = align(slots);
  return { drainingAt, wakeAt, cellsAt, rowWords, words: cellsAt + rows * rowWords };
}
