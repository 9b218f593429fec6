import { type StatusError, unavailable } from '../status/index.ts';
import type { BytePool } from './byte-pool.ts';

/** A thread's place in the pool that all threads of a server share. */
export interface BytePoolRow {
  readonly pool: BytePool;
  readonly row: number;
  /** How many threads there are. */
  readonly threads: number;
}

/** All threads together lease no more than this part of the limit beyond what they need, or twice that. */
const spareFraction = 128;

/** Nor more than this. */
const mostSpareBytes = 1 << 20;

/**
 * How many bytes of requests, of tensors beyond them and of replies not sent yet a server holds at
 * once, over all its connections. Each request takes its bytes through a share of its own.
 *
 * Where several threads serve, each has a budget that leases from their pool. It keeps a spare, so
 * that small requests change nothing that is shared, and a request may be refused while other
 * threads' spares, a 64th of the limit at most, are not in use.
 */
export class ByteBudget {
  readonly limit: number;
  readonly #shared: BytePoolRow | null;
  readonly #spare: number;
  /** What may be used without asking the pool. */
  #leased: number;
  #used = 0;

  /** @param limit bytes of the whole server; Infinity for none, where nothing is shared. */
  constructor(limit: number, shared: BytePoolRow | null = null) {
    this.limit = limit;
    this.#shared = shared;
    this.#leased = shared === null ? limit : 0;
    this.#spare =
      shared === null
        ? Number.POSITIVE_INFINITY
        : Math.min(mostSpareBytes, Math.floor(limit / (spareFraction * shared.threads)));
  }

  /** Bytes in use on this thread. */
  get used(): number {
    return this.#used;
  }

  /** Takes `bytes` if that many are left; otherwise takes nothing and says false. */
  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.#leased && !this.#tryLease(bytes)) return false;
    this.#used += bytes;
    return true;
  }

  /** Takes `bytes` also where fewer are left: for what is there already. */
  hold(bytes: number): void {
    if (this.#shared !== null && this.#used + bytes > this.#leased && !this.#tryLease(bytes)) {
      const missing = this.#used + bytes - this.#leased;
      this.#shared.pool.lease(this.#shared.row, missing);
      this.#leased += missing;
    }
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
    const surplus = this.#leased - this.#used - this.#spare;
    if (surplus > this.#spare || (surplus > 0 && this.#spare === 0)) {
      this.#shared!.pool.giveBack(this.#shared!.row, surplus);
      this.#leased -= surplus;
    }
  }

  #tryLease(bytes: number): boolean {
    if (this.#shared === null) return false;
    const { pool, row } = this.#shared;
    const missing = this.#used + bytes - this.#leased;
    for (const wanted of [missing + this.#spare, missing]) {
      if (!pool.tryLease(row, wanted)) continue;
      this.#leased += wanted;
      return true;
    }
    return false;
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
