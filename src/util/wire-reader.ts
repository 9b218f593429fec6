import { invalidArgument, type StatusError } from '../status/index.ts';

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
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the protobuf wire format from bytes that nobody vouches for. Every read is checked against
 * the end of the message it is in; nothing is copied, and nothing is allocated but what is
 * returned.
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
  readonly bytes: Uint8Array;
  /** Index of the next byte to read. */
  position: number;
  /** The low and high 32 bits that the last {@link varint} read, as signed numbers. */
  low = 0;
  high = 0;
  #end: number;
  #buffer: Buffer | null = null;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.#end = end;
  }

  /** Where the message ends that is being read. */
  get end(): number {
    return this.#end;
  }

  /** Whether the message that is being read has no more fields. */
  get done(): boolean {
    return this.position >= this.#end;
  }

  /** The next field's tag. */
  tag(): number {
    const start = this.position;
    this.varint();
    if (this.high !== 0 || this.low >>> 3 === 0) throw malformed('bad field tag', start);
    return this.low >>> 0;
  }

  /** Reads a varint into {@link low} and {@link high}: a 64-bit number without a BigInt. */
  varint(): void {
    const { bytes } = this;
    let position = this.position;
    if (position < this.#end) {
      const first = bytes[position]!;
      if (first < 0x80) {
        this.position = position + 1;
        this.low = first;
        this.high = 0;
        return;
      }
    }
    const limit = Math.min(this.#end, position + 10);
    let low = 0;
    let high = 0;
    for (let shift = 0; position < limit; shift += 7) {
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
    throw malformed(position === this.#end ? 'truncated number' : 'overlong number', this.position);
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
    const start = this.position;
    this.varint();
    const length = this.low >>> 0;
    if (this.high !== 0 || length > this.#end - this.position) {
      throw malformed('truncated field', start);
    }
    return length;
  }

  /** A LENGTH field as a view of the message. */
  view(): Uint8Array {
    const length = this.length();
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, start + length);
  }

  /** A LENGTH field as text, which must be UTF-8. */
  string(): string {
    const length = this.length();
    const start = this.position;
    const end = start + length;
    this.position = end;
    const { bytes } = this;
    for (let i = start; i < end; i++) {
      if (bytes[i]! >= 0x80) {
        try {
          return textDecoder.decode(bytes.subarray(start, end));
        } catch (cause) {
          throw malformed('text that is not UTF-8', start, cause);
        }
      }
    }
    this.#buffer ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#buffer.toString('latin1', start, end);
  }

  /**
   * Enters the message of a LENGTH field: until {@link leave}, its end is the reader's end.
   * Returns what `leave` needs.
   */
  enter(): number {
    const length = this.length();
    const outer = this.#end;
    this.#end = this.position + length;
    return outer;
  }

  /** Leaves a message that was read to its end, or not: what is left of it is skipped. */
  leave(outer: number): void {
    this.position = this.#end;
    this.#end = outer;
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
      case WireType.LENGTH: {
        const length = this.length();
        this.position += length;
        return;
      }
      case WireType.GROUP_START:
        this.#skipGroup(tag, depth);
        return;
      case WireType.FIXED32:
        this.advance(4);
        return;
      default:
        throw malformed('bad wire type', this.position);
    }
  }

  #skipGroup(tag: number, depth: number): void {
    if (depth === deepestGroup) throw malformed('groups nested too deep', this.position);
    const endTag = wireTag(tag >>> 3, WireType.GROUP_END);
    for (let inner = this.tag(); inner !== endTag; inner = this.tag()) {
      this.#skip(inner, depth + 1);
    }
  }

  /** Moves over `count` bytes and returns where they begin. */
  advance(count: number): number {
    const start = this.position;
    if (count > this.#end - start) throw malformed('truncated field', start);
    this.position = start + count;
    return start;
  }
}

function malformed(what: string, position: number, cause?: unknown): StatusError {
  return invalidArgument(`Malformed protobuf message: ${what} at byte ${position}`, { cause });
}
