/** What a {@link StreamTable} keeps. */
export interface Numbered {
  readonly id: number;
}

const smallestSize = 16;

/**
 * The streams of one connection by their ids: open addressing with linear probing, at most half full. A Map
 * that takes and drops thousands of entries a second builds its table anew again and again, and old tables
 * keep alive what they held until the next full collection.
 */
export class StreamTable<Stream extends Numbered> {
  #slots: (Stream | null)[] = new Array<Stream | null>(smallestSize).fill(null);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): Stream | undefined {
    const slots = this.#slots;
    for (let at = this.#home(id); ; at = (at + 1) & (slots.length - 1)) {
      const stream = slots[at]!;
      if (stream === null) return undefined;
      if (stream.id === id) return stream;
    }
  }

  /** Its id must not be in the table. */
  add(stream: Stream): void {
    if ((this.#size + 1) * 2 > this.#slots.length) this.#grow();
    this.#place(stream);
    this.#size++;
  }

  /** @returns whether it was there. */
  delete(id: number): boolean {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = this.#home(id);
    while (slots[hole] !== null && slots[hole]!.id !== id) hole = (hole + 1) & mask;
    if (slots[hole] === null) return false;
    this.#size--;
    // Those behind move up, so that none is cut off from where the search for it begins.
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const stream = slots[at]!;
      if (stream === null) break;
      const distance = (at - this.#home(stream.id)) & mask;
      if (distance >= ((at - hole) & mask)) {
        slots[hole] = stream;
        hole = at;
      }
    }
    slots[hole] = null;
    return true;
  }

  /** All of them; the table may change meanwhile. */
  toArray(): Stream[] {
    return this.#slots.filter((stream) => stream !== null);
  }

  /** A client's ids are odd and go up by two. */
  #home(id: number): number {
    return (id >>> 1) & (this.#slots.length - 1);
  }

  #place(stream: Stream): void {
    const slots = this.#slots;
    let at = this.#home(stream.id);
    while (slots[at] !== null) at = (at + 1) & (slots.length - 1);
    slots[at] = stream;
  }

  #grow(): void {
    const streams = this.toArray();
    this.#slots = new Array<Stream | null>(this.#slots.length * 2).fill(null);
    for (const stream of streams) this.#place(stream);
  }
}
