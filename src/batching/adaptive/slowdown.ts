/** Of each run, the weight in what is known of the last ones. */
const weight = 1 / 8;
/** A run counts as no less and no more times what was expected: one that stood still says nothing of the next. */
const least = 0.5;
const most = 2;

/**
 * How many times as long as expected the last runs took, of whatever sizes. What is known of a size may be from runs that had the machine
 * for themselves, or some time old, and load that has just come makes all of them slower. Each run teaches it, so what it was wrong
 * about does not last.
 */
export class Slowdown {
  #factor = 1;

  get factor(): number {
    return this.#factor;
  }

  /** A run has taken so long. @param expectedMs 0: nothing was known of it */
  ran(milliseconds: number, expectedMs: number): void {
    if (expectedMs === 0) return;
    const ratio = Math.min(most, Math.max(least, milliseconds / expectedMs));
    this.#factor += weight * (ratio - this.#factor);
  }
}
