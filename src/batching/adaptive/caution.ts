/** A reply is taken to need so much longer than expected, at least and at most. */
const least = 1.2;
const most = 3;
/** A run with which some were late makes it so much more, as a part; each other one takes this part of what is too much away. */
const step = 0.1;
const easing = 0.01;

/**
 * Says by how much to overrate the time of a reply, so that few requests are taken which will be late: to refuse one when
 * it comes is better than later. It follows from what became of those that were taken, and a machine that stood still once is
 * forgotten within some hundred runs, however few requests are taken meanwhile.
 */
export class Caution {
  #factor = least;

  get factor(): number {
    return this.#factor;
  }

  /** A run has ended. @param wereLate whether requests that were to be in time were late, with it or before it */
  ran(wereLate: boolean): void {
    if (wereLate) this.#factor = Math.min(most, this.#factor * (1 + step));
    else this.#factor -= easing * (this.#factor - least);
  }
}
