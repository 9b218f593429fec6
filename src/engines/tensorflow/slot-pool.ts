/** Words before the rows. */
const header = { limit: 0, rows: 1, running: 2, waiting: 3 } as const;

/** Words of a row, which begins a cache line pair of its own. */
const rowWords = 32;
const inRow = { used: 0, waiting: 1, signal: 2 } as const;

/**
 * A row's word `used` has its slots in use below, and above how many of these were granted to it and are
 * not taken yet: a grant changes both at once, so that whoever clears the row sees all of it or nothing.
 */
const grantedShift = 16;
const runningMask = (1 << grantedShift) - 1;
const oneGrant = (1 << grantedShift) + 1;

/**
 * The slots that runs off the event loops of all threads share, in memory that the threads share: how
 * many each thread uses, and how many of its tasks wait for one.
 *
 *     limit, rows, slots in use, tasks waiting │ row 0: in use and granted, waiting, signal │ row 1 …
 *
 * 1. No more than `limit` slots are in use at once, and none is idle while a task of any thread waits.
 * 2. A slot that is given back goes to the thread that uses the fewest among those with waiting tasks,
 *    which may be the one that gives it back: no thread starves another.
 * 3. A slot passes to another thread as a grant: it is in use from then on, so that nobody else can take
 *    it, and that thread is woken. Two threads may grant for one waiting task, and a task may have had its
 *    turn meanwhile: every thread listens for grants all the time, and gives back what it cannot use. A
 *    grant to a row that is being cleared is given up by {@link clearRow}, then or the next time.
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
        this.#add(row, 'used', 1);
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
        const isOurs = wantsIt && this.#running(row) - 1 <= this.#running(neediest);
        if (isOurs) return true;
        this.#add(row, 'used', -1);
        this.#grant(neediest);
        return false;
      }
    }
    if (wantsIt) return true;
    this.#add(row, 'used', -1);
    this.#free();
    return false;
  }

  /** The slots that were granted to a row since it last asked: they are in use by it. */
  takeGrants(row: number): number {
    return Atomics.and(this.#words, this.#at(row, 'used'), runningMask) >>> grantedShift;
  }

  /** Resolves when a slot is granted to a row, or `wake` is called; at once if some are not taken yet. */
  async granted(row: number): Promise<void> {
    const signal = this.#get(row, 'signal');
    if (this.#granted(row) > 0) return;
    await Atomics.waitAsync(this.#words, this.#at(row, 'signal'), signal).value;
  }

  /** Ends the wait of a row for a grant. */
  wake(row: number): void {
    this.#add(row, 'signal', 1);
    Atomics.notify(this.#words, this.#at(row, 'signal'));
  }

  /**
   * Gives back all slots of a thread that has ended, once its runs have ended; nothing of it waits. To be
   * called again before another thread has the row: a grant may have been on its way the first time.
   */
  clearRow(row: number): void {
    const waiting = Atomics.exchange(this.#words, this.#at(row, 'waiting'), 0);
    Atomics.sub(this.#words, header.waiting, waiting);
    const used = Atomics.exchange(this.#words, this.#at(row, 'used'), 0);
    for (let running = used & runningMask; running > 0; running--) this.#free();
  }

  /** One slot is in use no longer; whoever waits gets it. */
  #free(): void {
    Atomics.sub(this.#words, header.running, 1);
    while (this.waiting > 0) {
      const neediest = this.#neediest(-1);
      if (neediest < 0 || !this.tryTake(neediest)) return;
      // `tryTake` has counted it for the row already.
      this.#add(neediest, 'used', -1);
      this.#grant(neediest);
    }
  }

  #grant(row: number): void {
    this.#add(row, 'used', oneGrant);
    this.wake(row);
  }

  /** The row that uses the fewest slots among those, but one, whose waiting tasks lack grants; or -1. */
  #neediest(except: number): number {
    let neediest = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (let row = 0; row < this.#rows; row++) {
      if (row === except) continue;
      if (this.#get(row, 'waiting') <= this.#granted(row)) continue;
      const running = this.#running(row);
      if (running >= fewest) continue;
      neediest = row;
      fewest = running;
    }
    return neediest;
  }

  #running(row: number): number {
    return this.#get(row, 'used') & runningMask;
  }

  /** Slots granted to a row that it has not taken yet. */
  #granted(row: number): number {
    return this.#get(row, 'used') >>> grantedShift;
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
