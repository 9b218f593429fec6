/** Words before the rows. */
const header = { limit: 0, rows: 1, running: 2, waiting: 3 } as const;

/** Words of a row, which begins a cache line pair of its own. */
const rowWords = 32;
const inRow = { running: 0, waiting: 1, granted: 2 } as const;

/**
 * The slots that runs off the event loops of all threads share, in memory that the threads share: how
 * many each thread uses, and how many of its tasks wait for one.
 *
 *     limit, rows, slots in use, tasks waiting │ row 0: in use, waiting, granted │ row 1 …
 *
 * 1. No more than `limit` slots are in use at once, and none is idle while a task of any thread waits.
 * 2. A slot that is given back goes to the thread that uses the fewest among those with waiting tasks,
 *    which may be the one that gives it back: no thread starves another.
 * 3. A slot passes to another thread as a grant: it is in use from then on, so that nobody else can take
 *    it, and that thread is woken. Two threads may grant for one waiting task, and a task may have had its
 *    turn meanwhile: every thread listens for grants all the time, and gives back what it cannot use.
 *
 * All accesses are sequentially consistent. Whoever is about to wait says so before it looks for a free
 * slot once more; whoever frees a slot looks for waiting tasks afterwards: one of them sees the other.
 */
export class SlotPool {
  /** What another thread makes its own view of the same pool from. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #limit: number;
  readonly #rows: number;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#limit = this.#words[header.limit]!;
    this.#rows = this.#words[header.rows]!;
  }

  /** @param slots runs at once. @param rows most threads at once. */
  static create(slots: number, rows: number): SlotPool {
    const words = rowWords * (rows + 1);
    const buffer = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT);
    const view = new Int32Array(buffer);
    view[header.limit] = slots;
    view[header.rows] = rows;
    return new SlotPool(buffer);
  }

  /** Whether grants can come: there are other threads. */
  get isShared(): boolean {
    return this.#rows > 1;
  }

  /** Slots in use by all threads. */
  get running(): number {
    return Atomics.load(this.#words, header.running);
  }

  /** Tasks of all threads that wait. */
  get waiting(): number {
    return Atomics.load(this.#words, header.waiting);
  }

  /** Takes a slot for a row, if one is free. */
  tryTake(row: number): boolean {
    for (let running = this.running; running < this.#limit; ) {
      const seen = Atomics.compareExchange(this.#words, header.running, running, running + 1);
      if (seen === running) {
        this.#add(row, 'running', 1);
        return true;
      }
      running = seen;
    }
    return false;
  }

  /** One more task of the row waits; the row then tries to take a slot once more. */
  beginWaiting(row: number): void {
    this.#add(row, 'waiting', 1);
    Atomics.add(this.#words, header.waiting, 1);
  }

  endWaiting(row: number): void {
    this.#add(row, 'waiting', -1);
    Atomics.sub(this.#words, header.waiting, 1);
  }

  /**
   * Gives a slot of a row back.
   *
   * @param wantsIt whether a task of the row waits for it
   * @returns whether the row keeps it, for that task
   */
  giveBack(row: number, wantsIt: boolean): boolean {
    if (this.waiting > (wantsIt ? 1 : 0)) {
      const neediest = this.#neediest(row);
      if (neediest >= 0) {
        const isOurs = wantsIt && this.#get(row, 'running') - 1 <= this.#get(neediest, 'running');
        if (isOurs) return true;
        this.#add(row, 'running', -1);
        this.#grant(neediest);
        return false;
      }
    }
    if (wantsIt) return true;
    this.#add(row, 'running', -1);
    this.#free();
    return false;
  }

  /** The slots that were granted to a row since it last asked: they are in use by it. */
  takeGrants(row: number): number {
    return Atomics.exchange(this.#words, this.#at(row, 'granted'), 0);
  }

  /** Resolves when a slot is granted to a row, or `wake` is called. */
  async granted(row: number): Promise<void> {
    await Atomics.waitAsync(this.#words, this.#at(row, 'granted'), 0).value;
  }

  /** Ends the wait of a row for a grant. */
  wake(row: number): void {
    Atomics.notify(this.#words, this.#at(row, 'granted'));
  }

  /** Gives back all slots of a thread that has ended, once its runs have ended; nothing of it waits. */
  clearRow(row: number): void {
    const waiting = Atomics.exchange(this.#words, this.#at(row, 'waiting'), 0);
    Atomics.sub(this.#words, header.waiting, waiting);
    this.takeGrants(row);
    const running = Atomics.exchange(this.#words, this.#at(row, 'running'), 0);
    for (let i = 0; i < running; i++) this.#free();
  }

  /** One slot is in use no longer; whoever waits gets it. */
  #free(): void {
    Atomics.sub(this.#words, header.running, 1);
    while (this.waiting > 0) {
      const neediest = this.#neediest(-1);
      if (neediest < 0 || !this.tryTake(neediest)) return;
      // `tryTake` has counted it for the row already.
      this.#add(neediest, 'running', -1);
      this.#grant(neediest);
    }
  }

  #grant(row: number): void {
    this.#add(row, 'running', 1);
    this.#add(row, 'granted', 1);
    Atomics.notify(this.#words, this.#at(row, 'granted'));
  }

  /** The row that uses the fewest slots among those, but one, whose waiting tasks lack grants; or -1. */
  #neediest(except: number): number {
    let neediest = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (let row = 0; row < this.#rows; row++) {
      if (row === except) continue;
      if (this.#get(row, 'waiting') <= this.#get(row, 'granted')) continue;
      const running = this.#get(row, 'running');
      if (running >= fewest) continue;
      neediest = row;
      fewest = running;
    }
    return neediest;
  }

  #at(row: number, word: keyof typeof inRow): number {
    return rowWords * (row + 1) + inRow[word];
  }

  #get(row: number, word: keyof typeof inRow): number {
    return Atomics.load(this.#words, this.#at(row, word));
  }

  #add(row: number, word: keyof typeof inRow, count: number): void {
    Atomics.add(this.#words, this.#at(row, word), count);
  }
}
