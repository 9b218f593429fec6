import { ByteChunks, type Bytes } from '../../../util/index.ts';

/** Reads a body that lies in several chunks from its first byte to its last. */
export class ChunkCursor {
  readonly #chunks: readonly Uint8Array[];
  #index = 0;
  #offset = 0;
  #left: number;

  /** @param body must not change while it is read */
  constructor(body: Bytes) {
    this.#chunks = body instanceof ByteChunks ? body.chunks : [body];
    this.#left = body.length;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#left;
  }

  /** Copies the next bytes; `target` is no longer than what is left. */
  copyTo(target: Uint8Array): void {
    let filled = 0;
    while (filled < target.length) {
      const chunk = this.#chunks[this.#index]!;
      const end = Math.min(chunk.length, this.#offset + target.length - filled);
      const part =
        this.#offset === 0 && end === chunk.length ? chunk : chunk.subarray(this.#offset, end);
      target.set(part, filled);
      filled += part.length;
      this.#offset = end;
      if (end < chunk.length) break;
      this.#index++;
      this.#offset = 0;
    }
    this.#left -= filled;
  }

  /** The next bytes in memory of their own; no more than what is left. */
  take(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.copyTo(bytes);
    return bytes;
  }
}
