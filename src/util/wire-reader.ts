import { invalidArgument, type StatusError } from '../status/index.ts';
import { ByteChunks, type Bytes } from './byte-chunks.ts';

/** How a field's value is laid out on the protobuf wire: the low three bits of a tag. */
export const WireType = {
  VARINT: 0,
  FIXED64: 1,
  /** A length, then that many bytes: strings, bytes, messages, packed lists. */
  LENGTH: 2,
  GROUP_START: 3,
  GROUP_END: 4,
  FIXED32: 5,
} as const;

export type WireType = (typeof WireType)[keyof typeof WireType];

/** The tag of a field: what {@link WireReader.tag} returns for it. */
export function wireTag(field: number, type: WireType): number {
  return ((field << 3) | type) >>> 0;
}

const deepestGroup = 100;
const nothing = new Uint8Array(0);
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to this length a loop is faster than a view and a call. */
const shortCopy = 64;

/**
 * Reads the protobuf wire format from bytes that nobody vouches for, in one piece or in several.
 * Every read is checked against the end of the message it is in; nothing is allocated but what is
 * returned, and nothing is copied that lies in one chunk.
 *
 * Places are offsets within all of the bytes. Bulk readers may read `bytes` between `position` and
 * `limit` by themselves and move `position`.
 *
 * Fields are told apart by their whole tag: a known field number with an unexpected wire type is
 * an unknown field, to be skipped, as every protobuf parser does.
 *
 * @example
 *   while (!reader.done) {
 *     const tag = reader.tag();
 *     if (tag === wireTag(1, WireType.LENGTH)) name = reader.string();
 *     else reader.skip(tag);
 *   }
 *
 * @throws StatusError INVALID_ARGUMENT from every method, saying what is wrong at which byte.
 */
export class WireReader {
  /** The chunk that is being read: all of the bytes where they are in one piece. */
  bytes: Uint8Array;
  /** Index in `bytes` of the next byte to read; at its end, that is in the next chunk. */
  position: number;
  /** The low and high 32 bits that the last {@link varint} read, as signed numbers. */
  low = 0;
  high = 0;
  readonly #chunks: readonly Uint8Array[] | null;
  #chunk = 0;
  /** Offset of `bytes[0]`. */
  #base = 0;
  /** Offset where the message ends that is being read. */
  #end: number;
  /** Index in `bytes` where the chunk or the message ends, whichever is first. */
  #limit: number;
  #buffer: Buffer | null = null;

  constructor(bytes: Bytes, start = 0, end: number = bytes.length) {
    if (bytes instanceof ByteChunks) {
      this.#chunks = bytes.chunks;
      this.bytes = bytes.chunks[0] ?? nothing;
    } else {
      this.#chunks = null;
      this.bytes = bytes;
    }
    this.position = 0;
    this.#end = end;
    this.#limit = Math.min(this.bytes.length, end);
    this.seek(start);
  }

  /** Offset of the next byte to read. */
  get offset(): number {
    return this.#base + this.position;
  }

  /** Index in `bytes` up to which they may be read without a look at the next chunk. */
  get limit(): number {
    return this.#limit;
  }

  /** Whether the message that is being read has no more fields. */
  get done(): boolean {
    return this.position >= this.#limit && this.#base + this.position >= this.#end;
  }

  /** Goes to an offset within the message that is being read; the way back is as long as the way. */
  seek(offset: number): void {
    if (offset < this.#base || offset - this.#base > this.bytes.length) this.#findChunk(offset);
    this.position = offset - this.#base;
  }

  /** The next field's tag. */
  tag(): number {
    const start = this.offset;
    this.varint();
    if (this.high !== 0 || this.low >>> 3 === 0) throw malformed('bad field tag', start);
    return this.low >>> 0;
  }

  /** Reads a varint into {@link low} and {@link high}: a 64-bit number without a BigInt. */
  varint(): void {
    const position = this.position;
    if (position < this.#limit) {
      const first = this.bytes[position]!;
      if (first < 0x80) {
        this.position = position + 1;
        this.low = first;
        this.high = 0;
        return;
      }
    }
    this.#longVarint();
  }

  #longVarint(): void {
    const start = this.offset;
    let { bytes, position } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= this.#limit) {
        this.position = position;
        if (!this.#nextChunk()) break;
        ({ bytes, position } = this);
      }
      const byte = bytes[position++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.position = position;
        this.low = low;
        this.high = high;
        return;
      }
    }
    const isTruncated = this.#base + position === this.#end;
    throw malformed(isTruncated ? 'truncated number' : 'overlong number', start);
  }

  /** A varint as an enum or int32 field holds it: the low 32 bits. */
  int32(): number {
    this.varint();
    return this.low;
  }

  int64(): bigint {
    this.varint();
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }

  bool(): boolean {
    this.varint();
    return (this.low | this.high) !== 0;
  }

  /** The length of a LENGTH field, which is known to lie within the message. */
  length(): number {
    const start = this.offset;
    this.varint();
    const length = this.low >>> 0;
    if (this.high !== 0 || length > this.#end - this.offset) {
      throw malformed('truncated field', start);
    }
    return length;
  }

  /** A LENGTH field in one piece: a view where it lies in one chunk, else a copy. */
  view(): Uint8Array {
    return this.take(this.length());
  }

  /** A LENGTH field as it lies there: views of every chunk that has a part of it. */
  range(): Bytes {
    let rest = this.length();
    if (this.#isInChunk(rest)) return this.#viewInChunk(rest);
    const parts: Uint8Array[] = [];
    while (rest > 0) {
      const count = this.#countInChunk(rest);
      parts.push(this.#viewInChunk(count));
      rest -= count;
    }
    return new ByteChunks(parts);
  }

  /** A LENGTH field as text, which must be UTF-8. */
  string(): string {
    const length = this.length();
    const offset = this.offset;
    if (!this.#isInChunk(length)) {
      const joined = this.take(length);
      const buffer = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
      return decodeText(buffer, 0, length, offset);
    }
    const { bytes, position } = this;
    this.position = position + length;
    this.#buffer ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return decodeText(this.#buffer, position, position + length, offset);
  }

  /** The next `count` bytes in one piece: a view where they lie in one chunk, else a copy. */
  take(count: number): Uint8Array {
    if (count > this.#end - this.offset) throw malformed('truncated field', this.offset);
    if (this.#isInChunk(count)) return this.#viewInChunk(count);
    const joined = Buffer.allocUnsafeSlow(count);
    this.copy(count, joined, 0);
    return joined;
  }

  /** Copies the next `count` bytes to `target`, from index `at` on. */
  copy(count: number, target: Uint8Array, at: number): void {
    if (count > this.#end - this.offset) throw malformed('truncated field', this.offset);
    for (const end = at + count; at < end; ) {
      const length = this.#countInChunk(end - at);
      const { bytes, position } = this;
      this.position = position + length;
      if (length > shortCopy) target.set(bytes.subarray(position, position + length), at);
      else for (let i = 0; i < length; i++) target[at + i] = bytes[position + i]!;
      at += length;
    }
  }

  /**
   * Enters the message of a LENGTH field: until {@link leave}, its end is the reader's end.
   * Returns what `leave` needs.
   *
   * @param length of the message, where it was read already
   */
  enter(length = this.length()): number {
    const outer = this.#end;
    this.#setEnd(this.offset + length);
    return outer;
  }

  /** Leaves a message that was read to its end, or not: what is left of it is skipped. */
  leave(outer: number): void {
    this.seek(this.#end);
    this.#setEnd(outer);
  }

  /** Goes on to the value of the next field of this tag. @returns false, at the end, where there is none */
  find(wanted: number): boolean {
    while (!this.done) {
      const tag = this.tag();
      if (tag === wanted) return true;
      this.skip(tag);
    }
    return false;
  }

  /** Skips the value of the field that `tag` begins. */
  skip(tag: number): void {
    this.#skip(tag, 0);
  }

  #skip(tag: number, depth: number): void {
    switch (tag & 7) {
      case WireType.VARINT:
        this.varint();
        return;
      case WireType.FIXED64:
        this.advance(8);
        return;
      case WireType.LENGTH:
        this.advance(this.length());
        return;
      case WireType.GROUP_START:
        this.#skipGroup(tag, depth);
        return;
      case WireType.FIXED32:
        this.advance(4);
        return;
      default:
        throw malformed('bad wire type', this.offset);
    }
  }

  #skipGroup(tag: number, depth: number): void {
    if (depth === deepestGroup) throw malformed('groups nested too deep', this.offset);
    const endTag = wireTag(tag >>> 3, WireType.GROUP_END);
    for (let inner = this.tag(); inner !== endTag; inner = this.tag()) {
      this.#skip(inner, depth + 1);
    }
  }

  /** Moves over `count` bytes. */
  advance(count: number): void {
    const start = this.offset;
    if (count > this.#end - start) throw malformed('truncated field', start);
    this.seek(start + count);
  }

  /** Whether the next `count` bytes lie in one chunk, which is the one being read from then on. */
  #isInChunk(count: number): boolean {
    if (this.position >= this.#limit) this.#nextChunk();
    return count <= this.#limit - this.position;
  }

  /** How many of the next `count` bytes lie in one chunk, which is the one being read from then on. */
  #countInChunk(count: number): number {
    if (this.position >= this.#limit) this.#nextChunk();
    return Math.min(count, this.#limit - this.position);
  }

  #viewInChunk(count: number): Uint8Array {
    const start = this.position;
    this.position = start + count;
    return this.bytes.subarray(start, start + count);
  }

  /** From the end of a chunk to the next that is not empty. @returns false at the message's end */
  #nextChunk(): boolean {
    const offset = this.offset;
    if (offset >= this.#end) return false;
    do this.#enterChunk(this.#chunk + 1, this.#base + this.bytes.length);
    while (this.bytes.length === 0);
    this.position = 0;
    return true;
  }

  #findChunk(offset: number): void {
    const chunks = this.#chunks;
    if (chunks === null) return;
    while (offset < this.#base) {
      this.#enterChunk(this.#chunk - 1, this.#base - chunks[this.#chunk - 1]!.length);
    }
    while (offset - this.#base > this.bytes.length) {
      this.#enterChunk(this.#chunk + 1, this.#base + this.bytes.length);
    }
  }

  #enterChunk(chunk: number, base: number): void {
    this.bytes = this.#chunks![chunk]!;
    this.#chunk = chunk;
    this.#base = base;
    this.#buffer = null;
    this.#setEnd(this.#end);
  }

  #setEnd(end: number): void {
    this.#end = end;
    this.#limit = Math.min(this.bytes.length, end - this.#base);
  }
}

function decodeText(bytes: Buffer, start: number, end: number, offset: number): string {
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) {
      try {
        return textDecoder.decode(bytes.subarray(start, end));
      } catch (cause) {
        throw malformed('text that is not UTF-8', offset, cause);
      }
    }
  }
  return bytes.toString('latin1', start, end);
}

function malformed(what: string, offset: number, cause?: unknown): StatusError {
  return invalidArgument(`Malformed protobuf message: ${what} at byte ${offset}`, { cause });
}
