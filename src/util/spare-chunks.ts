import type { IdleMemory } from './idle-memory.ts';
import { releaseBytes } from './release-bytes.ts';

/** Sweeps in a row after which chunks that nobody has needed are freed. */
const sweepsUnused = 10;

/**
 * Chunks of memory of one size that are used again by one thread: fresh memory costs page faults, and
 * collections of garbage where much of it is made and freed.
 */
export class SpareChunks implements IdleMemory {
  readonly chunkBytes: number;
  readonly #kept: number;
  readonly #most: number;
  readonly #spare: Uint8Array[] = [];
  /** The fewest that were spare since `#sweeps` was 0: so many were not needed. */
  #unused = 0;
  #sweeps = 0;

  /** @param kept chunks that are never freed. @param most chunks kept while they are in use now and then. */
  constructor(options: {
    readonly chunkBytes: number;
    readonly kept: number;
    readonly most: number;
  }) {
    this.chunkBytes = options.chunkBytes;
    this.#kept = options.kept;
    this.#most = options.most;
  }

  /** Memory of any content. Dropped instead of given back, it is the garbage collector's. */
  take(): Uint8Array {
    const chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.chunkBytes);
    if (this.#spare.length < this.#unused) this.#unused = this.#spare.length;
    return chunk;
  }

  /** Nobody may read or write the chunk afterwards. */
  giveBack(chunk: Uint8Array): void {
    if (this.#spare.length < this.#most) this.#spare.push(chunk);
    else releaseBytes(chunk);
  }

  sweep(): void {
    if (++this.#sweeps < sweepsUnused) return;
    const spare = this.#spare;
    const left = Math.max(this.#kept, spare.length - this.#unused);
    while (spare.length > left) releaseBytes(spare.pop()!);
    this.#sweeps = 0;
    this.#unused = spare.length;
  }
}
