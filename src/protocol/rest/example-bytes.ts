/** The only field of a list, of Features and of Example, and the key of an entry: field 1. */
export const firstTag = 0x0a;

/** A tag of one byte and the longest length. */
export const fieldRoom = 6;

/** The longest varint. */
const varintRoom = 10;

/** Bytes this few are copied one by one: it is faster than a call. */
export const shortCopy = 64;

const float = new Float32Array(1);
const floatBytes = new Uint8Array(float.buffer);

/** A growing buffer of protobuf, to which fields are added whose length is known behind them. */
export class ExampleBytes {
  bytes: Buffer;
  /** Bytes written: what follows is written there. */
  length = 0;
  readonly #reserve: (bytes: number) => void;
  /** Memory that is accounted for. */
  #granted: number;

  /**
   * @param capacity bytes expected, which are accounted for
   * @param reserve told of more memory before it is taken; may throw
   */
  constructor(capacity: number, reserve: (bytes: number) => void) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#granted = capacity;
    this.#reserve = reserve;
  }

  /** Makes sure that so many bytes can be written: who writes them by the methods below does so before. */
  makeRoom(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const grown = Math.max(needed, this.bytes.length * 2);
    if (grown > this.#granted) {
      this.#reserve(grown - this.#granted);
      this.#granted = grown;
    }
    const bytes = Buffer.allocUnsafeSlow(grown);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
  }

  /** A tag of one byte and a length. */
  header(tag: number, length: number): void {
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = tag;
    let rest = length;
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
    this.length = at;
  }

  copy(source: Uint8Array, start: number, count: number): void {
    const { bytes, length } = this;
    if (count > shortCopy) bytes.set(source.subarray(start, start + count), length);
    else for (let i = 0; i < count; i++) bytes[length + i] = source[start + i]!;
    this.length = length + count;
  }

  /** The bytes between `begin` and here become a field; `fieldRoom` of them are left for its header. */
  closeField(begin: number): void {
    const start = begin + fieldRoom;
    const size = this.length - start;
    this.length = begin;
    this.header(firstTag, size);
    this.moveDown(start, size);
  }

  /** Moves bytes that were written further on to where the next ones go. */
  moveDown(from: number, count: number): void {
    const { bytes, length } = this;
    if (from !== length) {
      if (count > shortCopy) bytes.copyWithin(length, from, from + count);
      else for (let i = 0; i < count; i++) bytes[length + i] = bytes[from + i]!;
    }
    this.length = length + count;
  }

  /** A 64-bit number as its halves. Makes its own room. */
  varint(low: number, high: number): void {
    this.makeRoom(varintRoom);
    const { bytes } = this;
    let at = this.length;
    while (high !== 0 || low > 0x7f) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[at++] = low;
    this.length = at;
  }

  /** Makes its own room. */
  float32(value: number): void {
    this.makeRoom(4);
    float[0] = value;
    const { bytes, length } = this;
    for (let i = 0; i < 4; i++) bytes[length + i] = floatBytes[i]!;
    this.length = length + 4;
  }
}

/** Bytes of a field with a tag of one byte. @param length of its value, below 2^31 */
export function fieldSize(length: number): number {
  let size = length + 2;
  for (let rest = length; rest > 0x7f; rest >>>= 7) size++;
  return size;
}
