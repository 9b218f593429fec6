import { Char } from './chars.ts';
import { digitCount, writeDigits } from './digits.ts';
import { FloatText } from './float-text.ts';

/** The longest text of a number: `-2.2250738585072014e-308` and more; with a comma before it. */
const maxNumberBytes = 32;

/** Most replies are shorter. */
const scratchBytes = 4096;

/** Memory of no use at the moment, for the next writer; one that fails lets go of it. */
let idleScratch: Uint8Array | null = null;

/** Keeps nothing from one number to the next. */
const floats = new FloatText();

/** The second letter of the escape for each byte below 0x60; `u` for the long form, 0 for none. */
const escapes = new Uint8Array(256);
escapes.fill(Char.LOWER_U, 0, 0x20);
for (const [char, letter] of ['""', '\\\\', '\bb', '\ff', '\nn', '\rr', '\tt']) {
  escapes[char!.charCodeAt(0)] = letter!.charCodeAt(0);
}

const hexDigits = Buffer.from('0123456789ABCDEF');
const base64Digits = Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
);

/** Writes compact JSON into one growing buffer (numbers and strings as in spec 5.7). */
export class JsonWriter {
  #bytes: Uint8Array = idleScratch ?? Buffer.allocUnsafeSlow(scratchBytes);
  #length = 0;

  constructor() {
    idleScratch = null;
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, in memory of its own. The writer is not to be used any more. */
  finish(): Uint8Array {
    const text = this.#bytes.subarray(0, this.#length);
    if (this.#bytes.length > scratchBytes) return text;
    idleScratch = this.#bytes;
    return Buffer.from(text);
  }

  byte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** A short text without anything to escape. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  float32(value: number): void {
    this.#reserve(maxNumberBytes);
    this.#length = floats.float32(value, this.#bytes, this.#length);
  }

  /**
   * Elements of a list with commas between them, until it is `stop` bytes long.
   *
   * @param isFirst whether no comma comes before the first of them
   * @returns the index of the first element that is not written
   */
  float32s(
    values: Float32Array,
    from: number,
    end: number,
    isFirst: boolean,
    stop: number,
  ): number {
    let bytes = this.#bytes;
    let at = this.#length;
    let i = from;
    for (; i < end && at < stop; i++) {
      if (at + maxNumberBytes > bytes.length) {
        this.#length = at;
        this.#reserve(maxNumberBytes);
        bytes = this.#bytes;
      }
      if (i > from || !isFirst) bytes[at++] = Char.COMMA;
      at = floats.float32(values[i]!, bytes, at);
    }
    this.#length = at;
    return i;
  }

  /** As {@link float32s}, for integers that a double holds exactly. */
  integers(
    values: ArrayLike<number>,
    from: number,
    end: number,
    isFirst: boolean,
    stop: number,
  ): number {
    let bytes = this.#bytes;
    let at = this.#length;
    let i = from;
    for (; i < end && at < stop; i++) {
      if (at + maxNumberBytes > bytes.length) {
        this.#length = at;
        this.#reserve(maxNumberBytes);
        bytes = this.#bytes;
      }
      if (i > from || !isFirst) bytes[at++] = Char.COMMA;
      at = integerText(values[i]!, bytes, at);
    }
    this.#length = at;
    return i;
  }

  float64(value: number): void {
    this.#reserve(maxNumberBytes);
    this.#length = floats.float64(value, this.#bytes, this.#length);
  }

  /** An integer that a double holds exactly. */
  integer(value: number): void {
    this.#reserve(maxNumberBytes);
    this.#length = integerText(value, this.#bytes, this.#length);
  }

  /**
   * Bytes as they are, with the escapes that JSON needs; no quotes around them. Bytes that are no
   * UTF-8 pass.
   */
  escaped(source: Uint8Array, start: number, end: number): void {
    this.#reserve((end - start) * 6);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let p = start; p < end; p++) {
      const c = source[p]!;
      const letter = escapes[c]!;
      if (letter === 0) {
        bytes[at++] = c;
        continue;
      }
      bytes[at++] = Char.BACKSLASH;
      bytes[at++] = letter;
      if (letter === Char.LOWER_U) {
        bytes[at++] = Char.ZERO;
        bytes[at++] = Char.ZERO;
        bytes[at++] = hexDigits[c >> 4]!;
        bytes[at++] = hexDigits[c & 15]!;
      }
    }
    this.#length = at;
  }

  /** Bytes that are JSON already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    for (let i = 0; i < bytes.length; i++) this.#bytes[this.#length++] = bytes[i]!;
  }

  /** Padded base64; pieces of one text must have lengths divisible by 3, but for the last. */
  base64(source: Uint8Array, start: number, end: number): void {
    this.#reserve(Math.ceil((end - start) / 3) * 4);
    const bytes = this.#bytes;
    let at = this.#length;
    let p = start;
    for (; p + 3 <= end; p += 3) {
      const bits = (source[p]! << 16) | (source[p + 1]! << 8) | source[p + 2]!;
      bytes[at++] = base64Digits[bits >> 18]!;
      bytes[at++] = base64Digits[(bits >> 12) & 63]!;
      bytes[at++] = base64Digits[(bits >> 6) & 63]!;
      bytes[at++] = base64Digits[bits & 63]!;
    }
    if (p < end) {
      const two = p + 1 < end;
      const bits = (source[p]! << 16) | (two ? source[p + 1]! << 8 : 0);
      bytes[at++] = base64Digits[bits >> 18]!;
      bytes[at++] = base64Digits[(bits >> 12) & 63]!;
      bytes[at++] = two ? base64Digits[(bits >> 6) & 63]! : 0x3d;
      bytes[at++] = 0x3d;
    }
    this.#length = at;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    if (this.#bytes.length === scratchBytes) idleScratch = this.#bytes;
    this.#bytes = grown;
  }
}

/** @param value an integer that a double holds exactly. @returns the position behind it */
function integerText(value: number, to: Uint8Array, at: number): number {
  if (value < 0) {
    to[at++] = Char.MINUS;
    value = -value;
  }
  if (value <= 0x7fffffff) {
    const end = at + digitCount(value);
    writeDigits(value, to, end);
    return end;
  }
  const high = Math.floor(value / 1e9);
  const end = integerText(high, to, at) + 9;
  const low = value - high * 1e9;
  for (let i = end - 9; i < end - 1; i++) to[i] = Char.ZERO;
  writeDigits(low, to, end);
  return end;
}
