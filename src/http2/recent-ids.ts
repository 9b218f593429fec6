/** As many as a client may have open at once. */
const size = 4096;

/** The last streams that were put here, as many as are worth it. */
export class RecentIds {
  readonly #ids = new Int32Array(size);
  #next = 0;

  add(id: number): void {
    this.#ids[this.#next] = id;
    this.#next = (this.#next + 1) % size;
  }

  has(id: number): boolean {
    return this.#ids.includes(id);
  }
}
