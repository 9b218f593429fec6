import { ByteChunks, type Bytes } from './byte-chunks.ts';

/**
 * Chunks are kept where they are at least one part in so many of the buffer that they are views of:
 * a body must not keep much more memory alive than it has bytes.
 */
const smallestShare = 4;
/** Bytes that kept chunks must have on average: the object for one takes about a hundred. */
const smallestAverage = 1024;
/** Chunks that are not kept are copied together into blocks. */
const smallestBlock = 1024;
const largestBlock = 16 << 10;

/**
 * Collects the chunks of one body without joining them. Small ones are copied together, so that the
 * memory behind the body stays in proportion to its length however it is cut; nothing is set aside
 * for bytes that have not arrived.
 */
export class ChunkCollector {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  /** From here on, `#chunks` are views of one buffer, which is judged when the next one comes. */
  #firstOpen = 0;
  #openLength = 0;
  #block: Uint8Array | null = null;
  #blockUsed = 0;

  /** Bytes added so far. */
  get length(): number {
    return this.#length;
  }

  /** Takes `chunk`, copying it or not: the caller no longer writes to it. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const chunks = this.#chunks;
    if (this.#openLength > 0 && chunk.buffer !== chunks[this.#firstOpen]!.buffer) this.#judge();
    chunks.push(chunk);
    this.#openLength += chunk.length;
    this.#length += chunk.length;
  }

  /** The body. Call once, when all of it was added. */
  finish(): Bytes {
    return this.#chunks.length === 1 ? this.#chunks[0]! : new ByteChunks(this.#chunks);
  }

  #judge(): void {
    const count = this.#chunks.length - this.#firstOpen;
    const behind = this.#chunks[this.#firstOpen]!.buffer.byteLength;
    const isKept =
      this.#openLength * smallestShare >= behind && this.#openLength >= count * smallestAverage;
    if (!isKept) this.#copyOpen();
    this.#firstOpen = this.#chunks.length;
    this.#openLength = 0;
  }

  #copyOpen(): void {
    const chunks = this.#chunks;
    const open = chunks.splice(this.#firstOpen);
    const block = this.#blockWith(this.#openLength);
    let start = this.#blockUsed;
    for (const chunk of open) {
      block.set(chunk, this.#blockUsed);
      this.#blockUsed += chunk.length;
    }
    const last = chunks.at(-1);
    if (last?.buffer === block.buffer) {
      start = last.byteOffset - block.byteOffset;
      chunks.pop();
    }
    chunks.push(block.subarray(start, this.#blockUsed));
  }

  /** A block with room for `length` bytes, behind what is used of it. */
  #blockWith(length: number): Uint8Array {
    const block = this.#block;
    if (block !== null && block.length - this.#blockUsed >= length) return block;
    const inProportion = Math.min(Math.max(this.#length, smallestBlock), largestBlock);
    this.#block = Buffer.allocUnsafeSlow(Math.max(inProportion, length));
    this.#blockUsed = 0;
    return this.#block;
  }
}
