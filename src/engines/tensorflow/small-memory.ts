import { type Address, addressOf } from '../ffi/index.ts';

/** The longest tensor that is kept in small memory, in bytes. */
export const mostSmallBytes = 1024;

/** Pieces are cut from blocks of this size, on boundaries that suit every element. */
const blockBytes = 16 * 1024;
const alignment = 16;

/**
 * Memory for small tensors that native code can copy from and to: pieces of blocks of the
 * JavaScript heap. A view on native memory, and emptying it, take longer than to copy up to
 * {@link mostSmallBytes}; these pieces are never used again, and go when nobody has a view of them.
 */
export class SmallMemory {
  #block: ArrayBuffer | null = null;
  #blockAddress: Address = 0;
  #used = blockBytes;
  #offset = 0;

  /** Sets the next piece aside; where it is, is said below until the next call. Not cleared. */
  take(bytes: number): ArrayBuffer {
    if (this.#block === null || this.#used + bytes > blockBytes) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes).buffer;
      this.#blockAddress = addressOf(this.#block);
      this.#used = 0;
    }
    this.#offset = this.#used;
    this.#used += Math.ceil(bytes / alignment) * alignment;
    return this.#block;
  }

  /** Where the last piece begins in its buffer. */
  get offset(): number {
    return this.#offset;
  }

  /** The address of the last piece: valid while somebody has a view of it. */
  get address(): Address {
    return this.#blockAddress + this.#offset;
  }
}
