/**
 * Says when a peer does something too often: as many times as `burst` at once, and `perSecond` on
 * average. Time is ms on the `performance.now()` clock.
 */
export class FloodGuard {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #since: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#since = now;
  }

  /** Counts one more. @returns false where it is too many. */
  allows(now: number): boolean {
    if (this.#left < 1) {
      this.#left = Math.min(
        this.#burst,
        this.#left + ((now - this.#since) * this.#perSecond) / 1000,
      );
      this.#since = now;
    }
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
