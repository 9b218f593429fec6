/** Of each run, the weight in what is known of the last ones. */
const weight = 1 / 8;
/** As long as fewer runs were seen nothing is known. */
const leastRuns = 4;
/** What is found is taken to be no less and no more. */
const least = 0.5;
const most = 4;

/**
 * How many times as long as expected a queue takes for its runs while there is always enough to do. Costs of sizes are learned also
 * from runs that had the machine for themselves, and say nothing of what goes on between two runs.
 */
export class Slowdown {
  /** Of the last runs: the time that they took together, and the one that was expected. */
  #taken = 0;
  #expected = 0;
  #runs = 0;
  /** Since when there was always enough to do, and up to when that is counted; NaN: there is not. */
  #busySince = Number.NaN;
  #countedTo = Number.NaN;

  /** Whether from now on a run more could be made, and nothing waits for it. */
  idle(now: number, isIdle: boolean): void {
    if (isIdle === Number.isNaN(this.#busySince)) return;
    this.#busySince = isIdle ? Number.NaN : now;
    this.#countedTo = this.#busySince;
  }

  /**
   * A run has ended. Of one that began while there was not enough to do only a part counts.
   *
   * @param expectedMs how much later all would be done without it; 0: not known
   */
  ended(now: number, began: number, expectedMs: number): void {
    if (Number.isNaN(this.#busySince) || expectedMs === 0) return;
    const whole = now - began;
    const part = whole > 0 ? Math.min(1, (now - this.#busySince) / whole) : 1;
    this.#taken += now - this.#countedTo - weight * this.#taken;
    this.#expected += part * expectedMs - weight * this.#expected;
    this.#runs++;
    this.#countedTo = now;
  }

  /** 1 as long as nothing is known. */
  get factor(): number {
    if (this.#runs < leastRuns || this.#expected === 0) return 1;
    return Math.min(most, Math.max(least, this.#taken / this.#expected));
  }
}
