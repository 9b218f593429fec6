import { DType, type Shape, type StringTensor } from '../../tensor/index.ts';
import { Base64Decoder } from './json/base64.ts';
import { Char } from './json/chars.ts';
import { decodeEscape } from './json/strings.ts';

/** Strings this short are copied byte by byte: it is faster than a call. */
const shortString = 32;

/** What an escape sequence may write beyond what was made room for. */
const slack = 8;

/**
 * Collects the strings of one tensor in one buffer. A long string may be added in pieces: begin
 * with {@link beginBase64} or with {@link unescape}, end with {@link endString}.
 */
export class StringSink {
  readonly #offsets: Float64Array;
  readonly #decoder = new Base64Decoder();
  #bytes: Uint8Array;
  #length = 0;
  #count = 0;
  #start = 0;

  /**
   * @param count strings; 0 for a sink that only checks and keeps one string at a time
   * @param capacity bytes expected
   */
  constructor(count: number, capacity: number) {
    this.#offsets = new Float64Array(count + 1);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(capacity, 64) + slack);
  }

  tensor(shape: Shape): StringTensor {
    const bytes = this.#bytes.subarray(0, this.#length);
    return { dtype: DType.STRING, shape, bytes, offsets: this.#offsets };
  }

  /** A whole string without escapes. */
  addPlain(json: Buffer, start: number, end: number): void {
    const size = end - start;
    this.#reserve(size);
    if (size <= shortString) {
      const bytes = this.#bytes;
      let at = this.#length;
      for (let p = start; p < end; p++) bytes[at++] = json[p]!;
    } else {
      this.#bytes.set(json.subarray(start, end), this.#length);
    }
    this.#length += size;
    this.endString();
  }

  /**
   * Adds to the current string what stands between `p` and the closing quote, or `stop`.
   *
   * @returns the position of the closing quote, or one at or behind `stop`
   */
  unescape(json: Buffer, p: number, stop: number): number {
    this.#reserve(stop - p);
    const bytes = this.#bytes;
    let at = this.#length;
    while (p < stop) {
      const c = json[p]!;
      if (c === Char.QUOTE) break;
      if (c === Char.BACKSLASH) {
        const step = decodeEscape(json, p, bytes, at);
        p += step >> 3;
        at += step & 7;
      } else {
        bytes[at++] = c;
        p++;
      }
    }
    this.#length = at;
    return p;
  }

  /** The current string is to be base64 text that begins at `start` and is read by {@link base64}. */
  beginBase64(start: number): void {
    this.#decoder.begin(start, this.#length);
  }

  /**
   * Goes on with base64 text up to its closing quote or `stop`: {@link base64Pos} tells how far.
   *
   * @returns whether it is base64; if not, `base64Pos` is where it is not
   */
  base64(json: Buffer, stop: number): boolean {
    this.#reserve(stop - this.#decoder.pos + this.#decoder.at - this.#length);
    return this.#decoder.run(json, stop, this.#bytes);
  }

  get base64Pos(): number {
    return this.#decoder.pos;
  }

  /** The current string, unescaped so far, turns out to be base64 text: decodes it in place. */
  beginBase64InPlace(): void {
    this.#decoder.begin(this.#start, this.#start);
  }

  /** Goes on with {@link beginBase64InPlace}. @returns whether it is base64 */
  base64InPlace(size: number): boolean {
    const stop = Math.min(this.#decoder.pos + size, this.#length);
    return this.#decoder.run(this.#bytes, stop, this.#bytes) && this.#decoder.pos === stop;
  }

  /** Whether all that was unescaped is decoded. */
  get isBase64Complete(): boolean {
    return this.#decoder.pos === this.#length;
  }

  /** @returns whether the text was complete */
  endBase64(): boolean {
    if (!this.#decoder.finish(this.#bytes)) return false;
    this.#length = this.#decoder.at;
    return true;
  }

  /** Forgets the bytes of the current string. */
  restartString(): void {
    this.#length = this.#start;
  }

  endString(): void {
    if (this.#offsets.length === 1) {
      this.#length = 0;
    } else {
      this.#offsets[++this.#count] = this.#length;
    }
    this.#start = this.#length;
  }

  #reserve(size: number): void {
    const needed = this.#length + size + slack;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    // All of it: base64 is decoded ahead of the length.
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
