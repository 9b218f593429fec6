/** Words before the rows. */
const header = { limit: 0, state: 1, signal: 2 } as const;
const headerWords = 3;

/** The row of the thread that has the queues; it need not be woken by itself. */
export const ownRow = 0;

/** Bits of the word `state`. */
const asks = 1;
const lacks = 2;

/**
 * The places in which batches of all threads run, in memory that the threads share: how many there are, and
 * how many each thread has taken. One thread, of row 0, has the queues; others take a place only for what they
 * run at once or let wait in the engine, and never wait for one.
 *
 *     limit, state, signal │ places taken by row 0, row 1 …
 *
 * 1. No more than `limit` places are taken at once, except that those taken already are kept where the limit is
 *    lowered, and that who asks for surplus ones takes so many more: they are for what had better wait in the engine. A thread counts a place as its own first, and gives it back where all together are too many: of
 *    two that take the last one, the later sees the other's. Both may see each other, and neither takes it; then one of
 *    them is the owner, which is woken, or both have an owner to hand their requests to.
 * 2. While a batch of the owner is ready and lacks a place (`lacks`), no other thread takes one.
 * 3. No wake-up is lost: the owner says that it asks (`asks`) before it looks at what is taken, and a thread that gives
 *    something back counts it as given back before it looks whether the owner asks. All accesses are sequentially
 *    consistent, so one of them sees the other: the owner finds the place free, or the thread changes the
 *    signal, whose value the owner read before it said that it asks.
 * 4. What a thread has taken is in its own row alone, in one word: when it dies between any two steps, clearing
 *    its row gives back all that it had.
 */
export class PlacePool {
  /** What another thread makes its own view of the same pool from. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** @param places at least 1. @param rows most threads at once, the owner included */
  static create(places: number, rows: number): PlacePool {
    const bytes = (headerWords + rows) * Int32Array.BYTES_PER_ELEMENT;
    const pool = new PlacePool(new SharedArrayBuffer(bytes));
    pool.limit = places;
    return pool;
  }

  /** Batches that may run at once. */
  get limit(): number {
    return Atomics.load(this.#words, header.limit);
  }

  set limit(places: number) {
    Atomics.store(this.#words, header.limit, places);
  }

  /** Places that are taken, by all threads. */
  get taken(): number {
    let taken = 0;
    for (let at = headerWords; at < this.#words.length; at++)
      taken += Atomics.load(this.#words, at);
    return taken;
  }

  /** Threads at most, the owner included. */
  get rows(): number {
    return this.#words.length - headerWords;
  }

  /** Whether there may be other threads than the owner. */
  get isShared(): boolean {
    return this.rows > 1;
  }

  /** Whether a batch of the owner is ready and lacks a place: others are to leave it what becomes free. */
  get isLacking(): boolean {
    return (Atomics.load(this.#words, header.state) & lacks) !== 0;
  }

  /** Places that are free. */
  get free(): number {
    return Math.max(0, this.limit - this.taken);
  }

  /** Takes a place for a row, if one is free. @param surplus that there are besides */
  tryTake(row: number, surplus = 0): boolean {
    const limit = this.limit + surplus;
    if (this.taken >= limit) return false;
    Atomics.add(this.#words, headerWords + row, 1);
    if (this.taken <= limit) return true;
    this.giveBack(row);
    return false;
  }

  /** Gives a place of a row back; the owner is woken if it asks. */
  giveBack(row: number): void {
    Atomics.sub(this.#words, headerWords + row, 1);
    if (row !== ownRow) this.wake();
  }

  /** A thread has given back what the owner may wait for: wakes it if it asks. */
  wake(): void {
    if (Atomics.load(this.#words, header.state) !== 0) this.#wake();
  }

  /**
   * The owner asks to be woken by what is given back from now on.
   *
   * @returns what to give to {@link given}
   */
  ask(): number {
    const signal = Atomics.load(this.#words, header.signal);
    Atomics.or(this.#words, header.state, asks);
    return signal;
  }

  /** What the owner, who has looked at what is taken, still asks for: a place for a batch that is ready, or any change. */
  askFor(what: 'place' | 'change' | 'nothing'): void {
    const state = what === 'place' ? asks | lacks : what === 'change' ? asks : 0;
    Atomics.store(this.#words, header.state, state);
  }

  /** Resolves when something was given back since `signal` was read while the owner asked, or the pool is closed. */
  async given(signal: number): Promise<void> {
    await Atomics.waitAsync(this.#words, header.signal, signal).value;
  }

  /** Gives back all places of a thread that has ended, and whose runs have ended. */
  clearRow(row: number): void {
    Atomics.store(this.#words, headerWords + row, 0);
  }

  /** Ends the owner's wait. */
  close(): void {
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#words, header.signal, 1);
    Atomics.notify(this.#words, header.signal);
  }
}
