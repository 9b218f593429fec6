import { type StatusError, unavailable } from '../status/index.ts';

/**
 * How many bytes of requests, of tensors beyond them and of replies not sent yet a server holds at
 * once, over all its listeners. Each request takes its bytes through a share of its own.
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

  /** Takes `bytes` also where fewer are left: for what is there already. */
  hold(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** The refusal of a request whose bytes would exceed what all requests in flight may hold. */
export function overBudget({ limit }: { readonly limit: number }): StatusError {
  return unavailable(`The requests in flight hold all of the ${limit} bytes set aside for them`);
}

/**
 * Replies from this length count against the budget until they are sent, and their client must go
 * on taking them. Shorter ones are not worth the counting.
 */
export const shortestHeldReply = 16 << 10;

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

  /** Takes `bytes` also where fewer are left, unless the request has ended. */
  hold(bytes: number): void {
    if (this.#closed) return;
    this.#budget.hold(bytes);
    this.#taken += bytes;
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
