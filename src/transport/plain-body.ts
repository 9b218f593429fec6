import { isReadInChunks } from '../protocol/index.ts';
import {
  type ByteBudget,
  ByteChunks,
  ByteCollector,
  ByteShare,
  type Bytes,
  ChunkCollector,
} from '../util/index.ts';
import type { PlainHead } from './plain-head.ts';

/** Sizes of the pieces that are read: in proportion to what has come, within these bounds. */
const smallestPiece = 64 << 10;
const largestPiece = 256 << 10;
/** Bytes in one read to where the body lies: libuv reads up to 32 times before others have their turn. */
const mostInOneRead = 64 << 10;

/**
 * The body of a plain request that comes in several pieces: left in them where the handler reads it
 * so, else joined as they arrive. Its bytes are counted as they come.
 */
export class PlainBody {
  readonly head: PlainHead;
  /** Looks of the connection's owner since it began. */
  sweeps = 0;
  /** What came with the head: memory that the first bytes of the body lie in. */
  readonly #first: Buffer;
  readonly #share: ByteShare;
  readonly #collector: ByteCollector | ChunkCollector;
  /** A piece that is being read, and how far. */
  #piece: Buffer | null = null;
  #pieceLength = 0;

  /** @param first all that was received of the request so far; to be added by `add`. */
  constructor(head: PlainHead, first: Buffer, budget: ByteBudget) {
    this.head = head;
    this.#first = first;
    this.#share = new ByteShare(budget);
    this.#collector = isReadInChunks(head.fields)
      ? new ChunkCollector()
      : new ByteCollector(head.bodyLength);
  }

  /** Bytes that have not come yet. */
  get missing(): number {
    return this.head.bodyLength - this.#collector.length - this.#pieceLength;
  }

  /**
   * @param piece no more than what is missing; the body owns it
   * @returns false where it would exceed the budget: then it was not added.
   */
  add(piece: Buffer): boolean {
    if (!this.#share.tryTake(piece.length)) return false;
    this.#collector.add(piece);
    return true;
  }

  /** Where the next bytes may be read to: no more than are missing. */
  nextBuffer(): Buffer {
    const { missing } = this;
    const space = this.#spaceInBody(Math.min(mostInOneRead, missing));
    if (space !== null) return space;
    if (this.#piece === null) {
      const received = this.head.bodyLength - missing;
      const length = Math.min(Math.max(2 * received, smallestPiece), largestPiece, missing);
      this.#piece = Buffer.allocUnsafeSlow(length);
    }
    return this.#piece.subarray(this.#pieceLength);
  }

  /**
   * So many bytes were read to what `nextBuffer` gave last.
   * @returns false where they exceed the budget: then the request is only to be restored.
   */
  read(length: number): boolean {
    if (this.#piece === null) {
      (this.#collector as ByteCollector).filled(length);
      return this.#share.tryTake(length);
    }
    this.#pieceLength += length;
    if (!this.#share.tryTake(length)) return false;
    if (this.#pieceLength === this.#piece.length) {
      this.#collector.add(this.#piece);
      this.#piece = null;
      this.#pieceLength = 0;
    }
    return true;
  }

  #spaceInBody(most: number): Buffer | null {
    return this.#collector instanceof ByteCollector ? this.#collector.space(most) : null;
  }

  /** Gives back what it took of the budget. */
  close(): void {
    this.#share.close();
  }

  /** The whole body, and all memory that it lies in. Call once, when nothing is missing. */
  finish(): { readonly body: Bytes; readonly received: Bytes } {
    const body = this.#collector.finish();
    const chunks = body instanceof ByteChunks ? body.chunks : [body];
    const others = chunks.filter(({ buffer }) => buffer !== this.#first.buffer);
    return { body, received: new ByteChunks([this.#first, ...others]) };
  }

  /** The request as far as it has come, in one piece. Call once, instead of `finish`. */
  restore(): Buffer {
    const { length } = this.#collector;
    const body = this.#collector.finish();
    const chunks = body instanceof ByteChunks ? body.chunks : [body.subarray(0, length)];
    const piece = this.#piece?.subarray(0, this.#pieceLength) ?? [];
    return Buffer.concat([this.head.bytes, ...chunks, Buffer.from(piece)]);
  }
}
