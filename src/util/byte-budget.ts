/**
 * How many bytes of request bodies a server holds at once, over all its listeners. Each request
 * takes its bytes through a share of its own.
 */
export class ByteBudget {
  readonly limit: number;
  #used = 0;

  /** @param limit bytes; Infinity for none. */
  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes `bytes` if that many are left; otherwise takes nothing and says false. */
  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** What one request has taken of a budget. `close` gives all of it back, in whatever state it is. */
export class ByteShare {
  readonly #budget: ByteBudget;
  #taken = 0;
  #closed = false;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** The limit of the whole budget, for error texts. */
  get limit(): number {
    return this.#budget.limit;
  }

  /** Takes `bytes` if that many are left and the request has not ended. */
  tryTake(bytes: number): boolean {
    if (this.#closed || !this.#budget.tryTake(bytes)) return false;
    this.#taken += bytes;
    return true;
  }

  give(bytes: number): void {
    if (this.#closed) return;
    this.#budget.give(bytes);
    this.#taken -= bytes;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#budget.give(this.#taken);
  }
}
