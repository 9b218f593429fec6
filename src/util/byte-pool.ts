/** Words of a row: leases of threads share no pair of cache lines. */
const rowWords = 16;

/**
 * Bytes that the threads of a server may hold together, in memory that they share: what is left, and
 * how much of it each thread has leased. A thread leases more than it needs at once and gives back
 * what is too much, so that most requests touch nothing that is shared: see {@link ByteBudget}.
 */
export class BytePool {
  /** What another thread makes its own view of the same pool from. */
  readonly buffer: SharedArrayBuffer;
  /** Word 0: bytes left, below zero where more is held than allowed. Then a lease a row. */
  readonly #words: BigInt64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new BigInt64Array(buffer);
  }

  /** @param bytes finite. @param rows most threads at once. */
  static create(bytes: number, rows: number): BytePool {
    const words = rowWords * (rows + 1);
    const pool = new BytePool(new SharedArrayBuffer(words * BigInt64Array.BYTES_PER_ELEMENT));
    pool.#words[0] = BigInt(bytes);
    return pool;
  }

  /** Bytes that no thread has leased. */
  get left(): number {
    return Number(Atomics.load(this.#words, 0));
  }

  /** Leases `bytes` for a row if that many are left. */
  tryLease(row: number, bytes: number): boolean {
    const wanted = BigInt(bytes);
    for (let left = Atomics.load(this.#words, 0); left >= wanted; ) {
      const seen = Atomics.compareExchange(this.#words, 0, left, left - wanted);
      if (seen === left) {
        Atomics.add(this.#words, rowWords * (row + 1), wanted);
        return true;
      }
      left = seen;
    }
    return false;
  }

  /** Leases `bytes` also where fewer are left. */
  lease(row: number, bytes: number): void {
    Atomics.sub(this.#words, 0, BigInt(bytes));
    Atomics.add(this.#words, rowWords * (row + 1), BigInt(bytes));
  }

  giveBack(row: number, bytes: number): void {
    Atomics.sub(this.#words, rowWords * (row + 1), BigInt(bytes));
    Atomics.add(this.#words, 0, BigInt(bytes));
  }

  /** Gives back all that a thread had leased which has ended. */
  clearRow(row: number): void {
    const leased = Atomics.exchange(this.#words, rowWords * (row + 1), 0n);
    Atomics.add(this.#words, 0, leased);
  }
}
