/** A reply is taken to need so much longer than expected, at least and at most. */
const least = 1.1;
const most = 4;
/** What one that is late adds, as a part; so many that are in time take it away again. */
const step = 0.03;
const timelyPerLate = 500;

/**
 * Says by how much to overrate the time of a reply, so that few requests are taken which will be late: to refuse one when
 * it comes is better than later. It follows from what became of those that were taken: about one of {@link timelyPerLate}
 * is late, whatever the estimates are worth.
 */
export class Caution {
  #factor = least;

  get factor(): number {
    return this.#factor;
  }

  /** A request that was taken was answered in time. */
  timely(): void {
    this.#factor = Math.max(least, this.#factor * (1 - step / timelyPerLate));
  }

  /** One was not, or was not even run. */
  late(): void {
    this.#factor = Math.min(most, this.#factor * (1 + step));
  }
}
