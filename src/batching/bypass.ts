/** Words before the rows. */
const terms = {
  runs: 0,
  leastRows: 1,
  togetherRows: 2,
  togetherMs: 3,
  aloneRows: 4,
  aloneMs: 5,
  bestRows: 6,
  bestRuns: 7,
  soonestMs: 8,
  surplusRuns: 9,
} as const;
const termWords = 10;
const rowWords = 2;

/** The value of `runs` of a queue that will never let others run anything again. */
const closed = -1;
/** More than fits into a word is as good as no bound. */
const largest = 2 ** 31 - 1;

/** What threads may run themselves of the requests for a queue. */
export interface BypassTerms {
  /** Runs of theirs at once. */
  readonly runs: number;
  /** Rows of a run at least. */
  readonly leastRows: number;
  /** Rows of a run of one or several requests at most, and how much time each of them must have, in ms. */
  readonly togetherRows: number;
  readonly togetherMs: number;
  /** The same for a run of one request. */
  readonly aloneRows: number;
  readonly aloneMs: number;
  /** What the queue finds best, for those who count: rows of a run, and runs at once. */
  readonly bestRows: number;
  readonly bestRuns: number;
  /**
   * Runs at once beyond those and beyond the places, of threads that find all places taken only now and then: to wait in the engine costs
   * them less than to be brought to the queue.
   */
  readonly surplusRuns: number;
}

/**
 * A way past a queue, in memory that threads share: as long as nothing waits in the queue, other threads than
 * its owner may run what they would enqueue there, within the terms that the owner has set. What they
 * run is counted here, for the owner to see; each run also takes a place (`PlacePool`).
 *
 *     terms │ runs and rows under way of row 0, row 1 …
 *
 * 1. Terms are advice: one who reads them while they change may see some old and some new ones. What may not be
 *    overrun are places, and what only the owner can decide is handed to it.
 *    So is how soon a reply may be expected: who refuses a request for it says what the owner would say a moment before or after.
 * 2. No more than `runs` and, where a thread asks for them, `surplusRuns` are made at once: a thread counts its run first, and gives up where all together are too many.
 * 3. The owner shuts the bypass before it looks at the runs; a thread counts its run before it looks at the terms. So
 *    whenever something waits in the queue, the owner has seen each run that is made without it, and is woken when it ends.
 * 4. What a thread has under way is in its own row: clearing it gives up what a thread leaves that has died.
 */
export class Bypass {
  /** What another thread makes its own view of the same bypass from. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** Shut at first. @param rows most threads at once, the owner included */
  static create(rows: number): Bypass {
    const bytes = (termWords + rowWords * rows) * Int32Array.BYTES_PER_ELEMENT;
    return new Bypass(new SharedArrayBuffer(bytes));
  }

  /** Whether it is shut for ever: the queue is not in use any more, or the owner takes no part. */
  get isClosed(): boolean {
    return this.#get(terms.runs) === closed;
  }

  /** Runs of other threads under way. */
  get runs(): number {
    return this.#sum(0);
  }

  /** Their rows. */
  get rows(): number {
    return this.#sum(1);
  }

  /** The terms under which others may run; those that are given, from now on. */
  open(given: BypassTerms): void {
    if (this.isClosed) return;
    this.#set(terms.leastRows, given.leastRows);
    this.#set(terms.togetherRows, given.togetherRows);
    this.#set(terms.togetherMs, Math.ceil(given.togetherMs));
    this.#set(terms.aloneRows, given.aloneRows);
    this.#set(terms.aloneMs, Math.ceil(given.aloneMs));
    this.#set(terms.bestRows, given.bestRows);
    this.#set(terms.bestRuns, given.bestRuns);
    this.#set(terms.surplusRuns, given.surplusRuns);
    this.#set(terms.runs, Math.max(0, given.runs));
  }

  /** From now on others run nothing, until it is opened again. */
  shut(): void {
    if (this.#get(terms.runs) > 0) this.#set(terms.runs, 0);
  }

  /** Shuts it for ever. What is under way goes on. */
  close(): void {
    this.soonestMs = 0;
    this.#set(terms.runs, closed);
  }

  /** How soon a request may expect its reply, in whole ms; 0: that is for the owner to say. */
  get soonestMs(): number {
    return this.#get(terms.soonestMs);
  }

  set soonestMs(milliseconds: number) {
    this.#set(terms.soonestMs, Math.floor(milliseconds));
  }

  /** Rows that several requests may have together. */
  get togetherRows(): number {
    return this.#get(terms.togetherRows);
  }

  /** What the queue finds best: rows of a run, and runs at once. */
  get best(): { readonly rows: number; readonly runs: number } {
    return { rows: this.#get(terms.bestRows), runs: this.#get(terms.bestRuns) };
  }

  /**
   * Whether so many requests may be run together by a thread that has them.
   *
   * @param timeMs until the first of their deadlines; Infinity: there is none
   */
  allows(requests: number, rows: number, timeMs: number): boolean {
    if (this.#get(terms.runs) <= 0 || rows < this.#get(terms.leastRows)) return false;
    if (rows <= this.#get(terms.togetherRows)) return timeMs > this.#get(terms.togetherMs);
    if (requests > 1 || rows > this.#get(terms.aloneRows)) return false;
    return timeMs > this.#get(terms.aloneMs);
  }

  /** Whether others make as many runs as they may, surplus ones aside; also where it is shut. */
  get isFull(): boolean {
    return this.runs >= this.#get(terms.runs);
  }

  /** Runs of others beyond `runs` that may be made at once. */
  get surplusRuns(): number {
    return this.#get(terms.surplusRuns);
  }

  /**
   * Begins a run of a thread.
   *
   * @param surplus at most {@link surplusRuns}. @returns false: it may not be made; then the owner is to be woken if it asks
   */
  tryEnter(row: number, rows: number, surplus = 0): boolean {
    Atomics.add(this.#words, this.#at(row), 1);
    Atomics.add(this.#words, this.#at(row) + 1, rows);
    const most = this.#get(terms.runs);
    // It may have been shut since.
    if (most > 0 && this.runs <= most + surplus) return true;
    this.leave(row, rows);
    return false;
  }

  /** A run of a thread has ended. Then the owner is to be woken if it asks. */
  leave(row: number, rows: number): void {
    Atomics.sub(this.#words, this.#at(row) + 1, rows);
    Atomics.sub(this.#words, this.#at(row), 1);
  }

  /** Gives up what a thread that has ended had under way. */
  clearRow(row: number): void {
    Atomics.store(this.#words, this.#at(row), 0);
    Atomics.store(this.#words, this.#at(row) + 1, 0);
  }

  #sum(offset: 0 | 1): number {
    let sum = 0;
    for (let at = termWords + offset; at < this.#words.length; at += rowWords) {
      sum += Atomics.load(this.#words, at);
    }
    return sum;
  }

  #at(row: number): number {
    return termWords + rowWords * row;
  }

  #get(word: number): number {
    return Atomics.load(this.#words, word);
  }

  #set(word: number, value: number): void {
    Atomics.store(this.#words, word, Math.min(value, largest));
  }
}
