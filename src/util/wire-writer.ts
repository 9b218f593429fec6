import { type WireType, wireTag } from './wire-reader.ts';

/** Up to this length a loop over plain ASCII is faster than a call into Node.js. */
const shortText = 48;
const largestNumber = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Writes the protobuf wire format into one buffer of a size that was computed before: the message
 * is never copied or grown. Sizes come from {@link varintSize} and its siblings.
 */
export class WireWriter {
  readonly bytes: Buffer;
  /** Index of the next byte to write. Bulk writers may write to `bytes` and move it themselves. */
  position = 0;

  /** @param size bytes of the whole message */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  tag(field: number, type: WireType): void {
    this.varint(wireTag(field, type));
  }

  /** @param value a whole number, 0 ≤ value < 2^53 */
  varint(value: number): void {
    const { bytes } = this;
    let position = this.position;
    while (value > 0x7fff_ffff) {
      bytes[position++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    while (value > 0x7f) {
      bytes[position++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[position++] = value;
    this.position = position;
  }

  int64(value: bigint): void {
    if (value >= 0n && value <= largestNumber) {
      this.varint(Number(value));
      return;
    }
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.bytes[this.position++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.position++] = Number(rest);
  }

  /** Text with its length before it. */
  string(value: string): void {
    const size = textSize(value);
    this.varint(size);
    if (size > shortText || size > value.length) {
      this.position += this.bytes.write(value, this.position);
      return;
    }
    const { bytes, position } = this;
    for (let i = 0; i < size; i++) bytes[position + i] = value.charCodeAt(i);
    this.position = position + size;
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** The message. @throws RangeError if it was not filled exactly: the sizes were wrong. */
  finish(): Buffer {
    if (this.position !== this.bytes.length) {
      throw new RangeError(`wrote ${this.position} of ${this.bytes.length} bytes`);
    }
    return this.bytes;
  }
}

/** Bytes of a varint. @param value a whole number, 0 ≤ value < 2^53 */
export function varintSize(value: number): number {
  let size = 1;
  while (value > 0x7fff_ffff) {
    value = Math.floor(value / 0x80);
    size++;
  }
  while (value > 0x7f) {
    value >>>= 7;
    size++;
  }
  return size;
}

/** Bytes of an int64 varint; a negative number takes 10. */
export function int64Size(value: bigint): number {
  if (value >= 0n && value <= largestNumber) return varintSize(Number(value));
  let size = 1;
  for (let rest = BigInt.asUintN(64, value) >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}

/** Bytes of a value with its length before it. */
export function lengthPrefixedSize(length: number): number {
  return varintSize(length) + length;
}

/** Bytes of a text with its length before it. */
export function stringSize(value: string): number {
  return lengthPrefixedSize(textSize(value));
}

/** Bytes of a text in UTF-8. */
function textSize(value: string): number {
  const { length } = value;
  if (length > shortText) return Buffer.byteLength(value);
  for (let i = 0; i < length; i++) {
    if (value.charCodeAt(i) >= 0x80) return Buffer.byteLength(value);
  }
  return length;
}
