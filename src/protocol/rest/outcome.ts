/** How a call of a resumable reader's `run` ended. */
export const Outcome = { MORE: 0, DONE: 1, FAILED: 2 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** What is wrong with a value; the first in the order of the text. */
export type FailureKind =
  /** A list where the shape has no more levels. */
  | 'list-too-deep'
  /** A value that is no list, where the shape has more levels. */
  | 'value-too-high'
  /** A list that is too long, seen at its first surplus element. */
  | 'list-too-long'
  /** A list that is too short, seen at its end. */
  | 'list-too-short'
  | 'type'
  | 'base64-format'
  | 'base64-text';

/** Where reading a tensor failed. */
export interface Failure {
  readonly kind: FailureKind;
  /** The first byte of the value or list that is wrong; for a short list behind its end. */
  readonly pos: number;
  /**
   * For each list that is open there, outermost first, the elements before the one that is wrong.
   */
  readonly before: readonly number[];
  /** Where the element of the outermost list begins in which the failure lies. */
  readonly element: number;
  /** The elements of the list that is too short. */
  readonly size: number;
}

/** Limits for the calls of a `run`, each a step further than the one before. */
export class Limits {
  readonly #step: number;
  #pos: number;
  #limit: number;

  /** @param pos where reading begins */
  constructor(pos: number, step: number) {
    this.#step = step;
    this.#pos = pos;
    this.#limit = pos;
  }

  /**
   * The limit for the next call: it grows even where the position stays, and goes back with it.
   *
   * @param pos where the reader is
   */
  next(pos: number): number {
    this.#limit = (pos < this.#pos ? pos : Math.max(this.#limit, pos)) + this.#step;
    this.#pos = pos;
    return this.#limit;
  }
}
