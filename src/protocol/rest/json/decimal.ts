import { Char, isDigit } from './chars.ts';

/** Powers of ten that a double holds exactly. */
export const powersOfTen: Float64Array = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Digits that a double holds exactly, whatever they are, and a 32-bit integer. */
const exactDigits = 15;
const highDigits = 9;

/** More than what follows 15 digits can add to them, as a share of their number. */
const cutShare = 2e-14;

/**
 * Reads decimal numbers of valid JSON without making strings of them.
 *
 * Up to 15 digits are collected as an integer; where a power of ten up to 10^22 then makes the
 * number, one multiplication or division rounds correctly. For a float32, more digits are nearly
 * always decided by the first 15: where their number and one a little larger give the same
 * float32, so does all that lies between. What is left is parsed from the text.
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
    // Digits go into two 32-bit integers: adding to a double takes three times as long.
    let high = 0;
    let low = 0;
    let digits = 0;
    let exponent = 0;
    let cut = false;
    if (c === Char.ZERO) {
      c = json[++p]!;
    } else if (c > Char.NINE) {
      return this.#special(json, p, negative);
    } else {
      const first = p;
      const highEnd = p + highDigits;
      do {
        high = (high * 10 + (c - Char.ZERO)) | 0;
        c = json[++p]!;
      } while (isDigit(c) && p < highEnd);
      const lowEnd = p + exactDigits - highDigits;
      while (isDigit(c) && p < lowEnd) {
        low = (low * 10 + (c - Char.ZERO)) | 0;
        c = json[++p]!;
      }
      digits = p - first;
      while (isDigit(c)) {
        exponent++;
        cut ||= c !== Char.ZERO;
        c = json[++p]!;
      }
    }
    let isInteger = true;
    if (c === Char.DOT) {
      isInteger = false;
      c = json[++p]!;
      const fraction = p;
      if (digits === 0) {
        while (c === Char.ZERO) c = json[++p]!;
      }
      const first = p - digits;
      const highEnd = first + highDigits;
      while (isDigit(c) && p < highEnd) {
        high = (high * 10 + (c - Char.ZERO)) | 0;
        c = json[++p]!;
      }
      const lowEnd = first + exactDigits;
      while (isDigit(c) && p < lowEnd) {
        low = (low * 10 + (c - Char.ZERO)) | 0;
        c = json[++p]!;
      }
      digits = p - first;
      exponent += fraction - p;
      while (isDigit(c)) {
        cut ||= c !== Char.ZERO;
        c = json[++p]!;
      }
    }
    const significand =
      digits <= highDigits ? high : high * powersOfTen[digits - highDigits]! + low;
    if (c === Char.LOWER_E || c === Char.UPPER_E) {
      isInteger = false;
      c = json[++p]!;
      const negativeExponent = c === Char.MINUS;
      if (negativeExponent || c === Char.PLUS) c = json[++p]!;
      let written = 0;
      do {
        if (written < 1e6) written = written * 10 + (c - Char.ZERO);
        c = json[++p]!;
      } while (isDigit(c));
      exponent += negativeExponent ? -written : written;
    }

    this.isInteger = isInteger;
    let value: number;
    if (exponent >= -22 && exponent <= 22) {
      value = scale(significand, exponent);
      if (cut && !(single && Math.fround(value) === Math.fround(value * (1 + cutShare)))) {
        value = parse(json, negative ? start + 1 : start, p);
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
