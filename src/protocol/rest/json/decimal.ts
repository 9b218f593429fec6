import { Char } from './chars.ts';

/** Powers of ten that a double holds exactly. */
export const powersOfTen: Float64Array = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Digits that a double holds exactly, whatever they are. */
const exactDigits = 15;

/**
 * Reads decimal numbers of valid JSON without making strings of them.
 *
 * Up to 15 digits are collected as an integer; where a power of ten up to 10^22 then makes the
 * number, one multiplication or division rounds correctly. For a float32, more digits are nearly
 * always decided by the first 15: where the integer and its successor give the same float32, so
 * does all that lies between. What is left is parsed from the text.
 */
export class DecimalReader {
  /** The value of the last number read. */
  value = 0;
  /** Whether the last number was written without fraction and exponent. */
  isInteger = false;

  /**
   * @param single whether the value is wanted as a float32: then it may be off, but rounds to the
   * float32 that the number's double rounds to
   * @returns the position behind the number that begins at `p`
   */
  read(json: Buffer, p: number, single: boolean): number {
    const start = p;
    let c = json[p]!;
    const negative = c === Char.MINUS;
    if (negative) c = json[++p]!;
    let digits = 0;
    let significand = 0;
    let exponent = 0;
    let cut = false;
    if (c === Char.ZERO) {
      c = json[++p]!;
    } else if (c > Char.NINE) {
      return this.#special(json, p, negative);
    } else {
      do {
        if (digits < exactDigits) {
          significand = significand * 10 + (c - Char.ZERO);
          digits++;
        } else {
          exponent++;
          cut ||= c !== Char.ZERO;
        }
        c = json[++p]!;
      } while (c >= Char.ZERO && c <= Char.NINE);
    }
    let isInteger = true;
    if (c === Char.DOT) {
      isInteger = false;
      c = json[++p]!;
      do {
        if (digits < exactDigits) {
          significand = significand * 10 + (c - Char.ZERO);
          if (significand !== 0) digits++;
          exponent--;
        } else {
          cut ||= c !== Char.ZERO;
        }
        c = json[++p]!;
      } while (c >= Char.ZERO && c <= Char.NINE);
    }
    if (c === Char.LOWER_E || c === Char.UPPER_E) {
      isInteger = false;
      c = json[++p]!;
      const negativeExponent = c === Char.MINUS;
      if (negativeExponent || c === Char.PLUS) c = json[++p]!;
      let written = 0;
      do {
        if (written < 1e6) written = written * 10 + (c - Char.ZERO);
        c = json[++p]!;
      } while (c >= Char.ZERO && c <= Char.NINE);
      exponent += negativeExponent ? -written : written;
    }

    this.isInteger = isInteger;
    let value: number;
    if (exponent >= -22 && exponent <= 22) {
      value = scale(significand, exponent);
      if (cut) {
        const same = single && Math.fround(value) === Math.fround(scale(significand + 1, exponent));
        if (!same) value = parse(json, negative ? start + 1 : start, p);
      }
    } else {
      value = significand === 0 && !cut ? 0 : parse(json, negative ? start + 1 : start, p);
    }
    // An integer −0 is an integer, which has no sign (spec 5.6).
    this.value = negative && !(isInteger && value === 0) ? -value : value;
    return p;
  }

  #special(json: Buffer, p: number, negative: boolean): number {
    this.isInteger = false;
    if (json[p] === Char.UPPER_N) {
      this.value = Number.NaN;
      return p + 3;
    }
    this.value = negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return json[p + 3] === 0x69 ? p + 8 : p + 3;
  }
}

function scale(significand: number, exponent: number): number {
  return exponent < 0
    ? significand / powersOfTen[-exponent]!
    : significand * powersOfTen[exponent]!;
}

function parse(json: Buffer, start: number, end: number): number {
  return Number(numberText(json, start, end));
}

/** The characters of a number. */
export function numberText(json: Buffer, start: number, end: number): string {
  return json.toString('latin1', start, end);
}
