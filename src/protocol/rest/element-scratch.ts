import type { NumericTensor } from '../../tensor/index.ts';
import type { ElementTarget } from './element-target.ts';
import type { Steps } from './paced.ts';

const chunkBytes = 64 * 1024;

/** Chunks that nobody uses are kept, up to 2 MiB a thread: fresh memory costs page faults. */
const maxSpare = 32;
const spare: Uint8Array[] = [];

/**
 * Elements that are read before there is a tensor for them, in chunks that are used again.
 *
 * Not thread-safe; one that is dropped without {@link moveTo} only leaves its chunks to the
 * garbage collector.
 */
export class ElementScratch implements ElementTarget {
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
      this.length = 0;
      this.#giveBack();
      return;
    }
    let from = 0;
    while (from < bytes.length) {
      const at = this.length % chunkBytes;
      if (at === 0) this.#chunks.push(spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes));
      const to = Math.min(bytes.length, from + chunkBytes - at);
      this.#chunks.at(-1)!.set(bytes.subarray(from, to), at);
      this.length += to - from;
      from = to;
    }
  }

  /** Copies all to the beginning of `data`, which has that much room; afterwards nothing is held. */
  *moveTo(data: NumericTensor['data']): Steps<void> {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < this.length; at += chunkBytes) {
      if (at > 0) yield;
      const chunk = this.#chunks[at / chunkBytes]!;
      bytes.set(chunk.subarray(0, Math.min(chunkBytes, this.length - at)), at);
    }
    this.length = 0;
    this.#giveBack();
  }

  #giveBack(): void {
    for (const chunk of this.#chunks.splice(0)) if (spare.length < maxSpare) spare.push(chunk);
  }
}
