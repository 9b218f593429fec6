/** How much may wait to be written, in all threads together. */
export interface LogQueueLimits {
  readonly bytes: number;
  readonly records: number;
}

/**
 * What waits to be written, counted in memory that all threads share. Takes nothing that has no
 * room: who cannot add must drop. Records count from when they are handed over until they are
 * written or lost.
 */
export class LogQueue {
  /** Bytes, records; then the limits. */
  readonly #counts: Int32Array;

  /** @param memory of {@link create} */
  constructor(memory: SharedArrayBuffer) {
    this.#counts = new Int32Array(memory);
  }

  /** @param limits below 2³¹ each */
  static create({ bytes, records }: LogQueueLimits): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(memory).set([0, 0, bytes, records]);
    return memory;
  }

  /** Whether so much has room beside what waits. A look, no promise: threads may look at once. */
  hasRoom(bytes: number, records: number): boolean {
    const counts = this.#counts;
    return (
      Atomics.load(counts, 0) + bytes <= counts[2]! &&
      Atomics.load(counts, 1) + records <= counts[3]!
    );
  }

  add(bytes: number, records: number): void {
    Atomics.add(this.#counts, 0, bytes);
    Atomics.add(this.#counts, 1, records);
  }

  remove(bytes: number, records: number): void {
    Atomics.sub(this.#counts, 0, bytes);
    Atomics.sub(this.#counts, 1, records);
  }

  /** Bytes and records that wait. */
  get waiting(): { readonly bytes: number; readonly records: number } {
    return { bytes: Atomics.load(this.#counts, 0), records: Atomics.load(this.#counts, 1) };
  }
}
