/** The six bits of each character; above 63 for those outside the alphabet. */
const sextets = new Uint8Array(256).fill(0xff);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (let i = 0; i < alphabet.length; i++) sextets[alphabet.charCodeAt(i)] = i;
const SPACE = 0xfe;
const PAD = 0xfd;
const END = 0xfc;
for (const c of ' \t\n\v\f\r') sextets[c.charCodeAt(0)] = SPACE;
sextets['='.charCodeAt(0)] = PAD;
sextets['"'.charCodeAt(0)] = END;

/**
 * Decodes base64 as TFS accepts it (spec 5.6): standard alphabet, white space ignored, padding
 * complete or absent. Resumable; source and destination may be the same memory when the
 * destination is not ahead of the source.
 */
export class Base64Decoder {
  /** Where the next byte goes. */
  at = 0;
  /** Where the next character is read. */
  pos = 0;
  #bits = 0;
  /** Characters of the unfinished group of four. */
  #held = 0;
  #padding = 0;

  begin(pos: number, at: number): void {
    this.pos = pos;
    this.at = at;
    this.#bits = 0;
    this.#held = 0;
    this.#padding = 0;
  }

  /**
   * Decodes up to a quote or `stop`.
   *
   * @returns whether all of it was base64; if not, `pos` is where the text goes wrong
   */
  run(source: Uint8Array, stop: number, to: Uint8Array): boolean {
    let p = this.pos;
    let at = this.at;
    let isValid = true;
    while (p < stop) {
      if (this.#held === 0 && this.#padding === 0) {
        while (p + 4 <= stop) {
          const a = sextets[source[p]!]!;
          const b = sextets[source[p + 1]!]!;
          const c = sextets[source[p + 2]!]!;
          const d = sextets[source[p + 3]!]!;
          if ((a | b | c | d) > 63) break;
          const bits = (a << 18) | (b << 12) | (c << 6) | d;
          to[at] = bits >> 16;
          to[at + 1] = bits >> 8;
          to[at + 2] = bits;
          at += 3;
          p += 4;
        }
        if (p >= stop) break;
      }
      const sextet = sextets[source[p]!]!;
      if (sextet === END) break;
      if (sextet === PAD) {
        this.#padding++;
      } else if (sextet !== SPACE) {
        if (sextet > 63 || this.#padding > 0) {
          isValid = false;
          break;
        }
        this.#bits = (this.#bits << 6) | sextet;
        if (++this.#held === 4) {
          to[at++] = this.#bits >> 16;
          to[at++] = this.#bits >> 8;
          to[at++] = this.#bits;
          this.#bits = 0;
          this.#held = 0;
        }
      }
      p++;
    }
    this.pos = p;
    this.at = at;
    return isValid;
  }

  /** Writes what is left. @returns whether the text was complete */
  finish(to: Uint8Array): boolean {
    if (this.#held === 1) return false;
    const missing = this.#held === 0 ? 0 : 4 - this.#held;
    if (this.#padding !== 0 && this.#padding !== missing) return false;
    if (this.#held === 2) {
      to[this.at++] = this.#bits >> 4;
    } else if (this.#held === 3) {
      to[this.at++] = this.#bits >> 10;
      to[this.at++] = this.#bits >> 2;
    }
    return true;
  }
}
