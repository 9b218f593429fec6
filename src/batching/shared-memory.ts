/**
 * Memory that several read, and that is given back when the last of them has given up its share. Whoever
 * makes it has the first share.
 */
export class SharedMemory {
  readonly #giveBack: () => void;
  #shares = 1;

  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  /** One more share. @returns gives it up; to be called once */
  share(): () => void {
    this.#shares++;
    return () => this.release();
  }

  /** Gives the maker's share up. Once. */
  release(): void {
    if (--this.#shares === 0) this.#giveBack();
  }
}
