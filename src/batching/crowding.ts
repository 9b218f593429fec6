/** Of one request in the mean. */
const weight = 1 / 64;
/** Up to this part of them is now and then. */
const seldomPart = 0.4;

/** Follows how often a thread finds all places taken when a request comes: always, as long as nothing is known. */
export class Crowding {
  #part = 1;

  /** A request has come. */
  came(foundNone: boolean): void {
    this.#part += weight * ((foundNone ? 1 : 0) - this.#part);
  }

  /** Whether that happens only now and then. */
  get isSeldom(): boolean {
    return this.#part < seldomPart;
  }
}
