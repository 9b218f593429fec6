import { SpareChunks, sweptMemory } from '../../util/index.ts';
import type { ElementTarget } from './element-target.ts';

const chunkBytes = 64 * 1024;

/** Up to 2 MiB of them are kept by a thread for good, up to 16 MiB while there is use for them. */
const spare = sweptMemory(new SpareChunks({ chunkBytes, kept: 32, most: 256 }));

/**
 * Elements that are read before there is a tensor for them, in chunks that are used again.
 *
 * Not thread-safe. One that is dropped without {@link giveBack} only leaves its chunks to the
 * garbage collector.
 */
export class ElementScratch implements ElementTarget {
  /** Whether there was no room for what came last: then nothing more is taken. */
  isOver = false;
  /** Bytes held. */
  length = 0;
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];

  /** @param limit bytes that may be held */
  constructor(limit: number) {
    this.#limit = limit;
  }

  put(bytes: Uint8Array): void {
    if (this.isOver) return;
    if (this.length + bytes.length > this.#limit) {
      this.isOver = true;
      return;
    }
    let from = 0;
    while (from < bytes.length) {
      const at = this.length % chunkBytes;
      const index = (this.length - at) / chunkBytes;
      this.#chunks[index] ??= spare.take();
      const to = Math.min(bytes.length, from + chunkBytes - at);
      this.#chunks[index].set(bytes.subarray(from, to), at);
      this.length += to - from;
      from = to;
    }
  }

  /** Drops what was put behind the first `length` bytes. */
  cutTo(length: number): void {
    this.length = length;
  }

  /**
   * Copies bytes from `from` on to `to`, `length` of them or fewer: all of them within one chunk.
   *
   * @returns how many
   */
  copy(from: number, length: number, to: Uint8Array, at: number): number {
    const start = from % chunkBytes;
    const count = Math.min(length, chunkBytes - start);
    const chunk = this.#chunks[(from - start) / chunkBytes]!;
    to.set(chunk.subarray(start, start + count), at);
    return count;
  }

  /** Lets others have the chunks: what was held is gone. */
  giveBack(): void {
    this.length = 0;
    for (const chunk of this.#chunks.splice(0)) spare.giveBack(chunk);
  }
}
