import { internal, resourceExhausted } from '../../status/index.ts';
import { type Bytes, ChunkCollector } from '../../util/index.ts';
import { type Frame, frameHeaderLength } from './frame.ts';

/**
 * Cuts the chunks of one call into messages. A message within one chunk is a view of that chunk;
 * one over several chunks is left in them.
 */
export class FrameReader {
  readonly #maxMessageBytes: number;
  /** Whole messages in order. The first has a place of its own: most calls have no other. */
  #first: Frame | undefined;
  #others: Frame[] | null = null;
  #compressed = false;
  #headerLength = 0;
  #bodyLength = 0;
  #body: ChunkCollector | null = null;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Whether the bytes so far end with a whole message. */
  get isAtBoundary(): boolean {
    return this.#headerLength === 0;
  }

  /** Whole messages that wait for `shift`. */
  get size(): number {
    if (this.#first === undefined) return 0;
    return 1 + (this.#others?.length ?? 0);
  }

  /**
   * @throws StatusError RESOURCE_EXHAUSTED for a message over the limit, as soon as its length is
   * known; INTERNAL for a flag byte that gRPC does not have.
   */
  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      offset =
        this.#headerLength < frameHeaderLength
          ? this.#readHeader(chunk, offset)
          : this.#readBody(chunk, offset);
    }
  }

  /** The next whole message, undefined if there is none. */
  shift(): Frame | undefined {
    const frame = this.#first;
    this.#first = this.#others?.shift();
    return frame;
  }

  #readHeader(chunk: Uint8Array, offset: number): number {
    while (this.#headerLength < frameHeaderLength && offset < chunk.length) {
      const byte = chunk[offset]!;
      if (this.#headerLength === 0) this.#readFlag(byte);
      else this.#bodyLength = this.#bodyLength * 256 + byte;
      this.#headerLength += 1;
      offset += 1;
    }
    if (this.#headerLength === frameHeaderLength) this.#checkLength();
    return offset;
  }

  #readFlag(flag: number): void {
    if (flag > 1) throw internal(`Invalid flag byte ${flag} before a message`);
    this.#compressed = flag === 1;
    this.#bodyLength = 0;
  }

  #checkLength(): void {
    if (this.#bodyLength > this.#maxMessageBytes) {
      throw resourceExhausted(
        `SERVER: Received message larger than max (${this.#bodyLength} vs. ${this.#maxMessageBytes})`,
      );
    }
    if (this.#bodyLength === 0) this.#complete(new Uint8Array(0));
  }

  #readBody(chunk: Uint8Array, offset: number): number {
    const missing = this.#bodyLength - (this.#body?.length ?? 0);
    const part = chunk.subarray(offset, offset + missing);
    if (this.#body === null && part.length === missing) {
      this.#complete(part);
    } else {
      this.#body ??= new ChunkCollector();
      this.#body.add(part);
      if (part.length === missing) this.#complete(this.#body.finish());
    }
    return offset + part.length;
  }

  #complete(bytes: Bytes): void {
    const frame = { compressed: this.#compressed, bytes };
    if (this.#first === undefined) this.#first = frame;
    else if (this.#others === null) this.#others = [frame];
    else this.#others.push(frame);
    this.#headerLength = 0;
    this.#body = null;
  }
}
