import { Char } from './chars.ts';
import { powersOfTen } from './decimal.ts';
import { digitCount, writeDigits } from './digits.ts';

/** Significant digits tried first, as C's `%g` prints them. */
const shortDigits = 6;
/** Digits that tell any two float32 apart, and any two doubles. */
const floatDigits = 9;
const doubleDigits = 17;

/** The decimal exponent that one binary exponent is worth. */
const tensPerBinary = Math.log10(2);

/** How far from a half the scaled value must be for its rounding to be certain. */
const certain = 1e-6;

/**
 * A float32 is at most 2^-24 of itself away from any decimal that denotes it, which is less than so many
 * units of the last of nine digits: only then can six digits do.
 */
const nearShort = 62;

/**
 * Floating-point numbers in the form of spec 5.7: `%g` where that parses back to the same value,
 * else `%.9g` (float32) or `%.17g` (double); `.0` behind what would look like an integer; `NaN`,
 * `Infinity` and `-Infinity`.
 *
 * Writes ASCII into a buffer and returns the position behind it; at most 25 bytes.
 *
 * Why the fast way is exact: a value is scaled by one power of ten that a double holds exactly, so
 * the product is off by one rounding. If six digits identify the value, the scaled value is so near
 * to them that rounding cannot miss; whether they do is checked with the value that they denote. For
 * nine digits, rounding is certain unless the scaled value is near a half; then the exact decimal
 * expansion decides, half to even. Doubles that need 17 digits take that way always.
 *
 * The two widths repeat their first steps: as one function, called for each number, those cost 5 to
 * 10 % of the printing (bench/micro/json-decode.ts).
 */
export class FloatText {
  readonly #digits = new Uint8Array(doubleDigits);
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);

  float32(value: number, to: Uint8Array, at: number): number {
    if (!Number.isFinite(value)) return special(value, to, at);
    if (value < 0 || Object.is(value, -0)) {
      to[at++] = Char.MINUS;
      value = -value;
    }
    if (value < 1e6 && value === Math.floor(value)) return smallInteger(value, to, at);

    let exponent = this.#decimalExponent(value);
    if (exponent < -13 || exponent > 26) return this.#slow(value, true, to, at);
    let long = scale(value, floatDigits - 1 - exponent);
    if (long >= 1e9) long = scale(value, floatDigits - 1 - ++exponent);
    else if (long < 1e8) long = scale(value, floatDigits - 1 - --exponent);
    let digits = Math.floor(long) | 0;
    const behindShort = digits % 1000;
    if (behindShort <= nearShort || behindShort >= 999 - nearShort) {
      const short = Math.round(scale(value, shortDigits - 1 - exponent));
      if (Math.fround(scale(short, exponent + 1 - shortDigits)) === value) {
        return this.#print(short, shortDigits, exponent, to, at);
      }
    }
    const fraction = long - digits;
    if (Math.abs(fraction - 0.5) < certain) return this.#exact(value, floatDigits, to, at);
    if (fraction > 0.5) digits++;
    return this.#print(digits, floatDigits, exponent, to, at);
  }

  float64(value: number, to: Uint8Array, at: number): number {
    if (!Number.isFinite(value)) return special(value, to, at);
    if (value < 0 || Object.is(value, -0)) {
      to[at++] = Char.MINUS;
      value = -value;
    }
    if (value < 1e6 && value === Math.floor(value)) return smallInteger(value, to, at);

    let exponent = this.#decimalExponent(value);
    if (exponent < -15 || exponent > 26) return this.#slow(value, false, to, at);
    let scaled = scale(value, shortDigits - 1 - exponent);
    if (scaled >= 1e6) scaled = scale(value, shortDigits - 1 - ++exponent);
    else if (scaled < 1e5) scaled = scale(value, shortDigits - 1 - --exponent);
    const short = Math.round(scaled);
    if (scale(short, exponent + 1 - shortDigits) === value) {
      return this.#print(short, shortDigits, exponent, to, at);
    }
    return this.#exact(value, doubleDigits, to, at);
  }

  /** The power of ten at or below a positive value, or one more or less. */
  #decimalExponent(value: number): number {
    this.#double[0] = value;
    return Math.floor(((this.#words[1]! >>> 20) - 1023) * tensPerBinary);
  }

  /** For exponents where no exact power of ten helps. */
  #slow(value: number, single: boolean, to: Uint8Array, at: number): number {
    const parsed = Number(value.toExponential(shortDigits - 1));
    if ((single ? Math.fround(parsed) : parsed) === value) {
      return this.#exact(value, shortDigits, to, at);
    }
    return this.#exact(value, single ? floatDigits : doubleDigits, to, at);
  }

  /** The correctly rounded decimal, half to even. */
  #exact(value: number, count: number, to: Uint8Array, at: number): number {
    const text = value.toExponential(count - 1);
    const exponent = Number(text.slice(count + 2));
    const digits = this.#digits;
    digits[0] = text.charCodeAt(0);
    for (let i = 1; i < count; i++) digits[i] = text.charCodeAt(i + 1);
    // A tie went to the larger digit. It is one where the value, scaled, is an odd number of
    // halves; with the fives of the power of ten taken away that is seen exactly in binary.
    const power = count - 1 - exponent;
    if (power >= 0 && power < 64) {
      const halves = value * 2 ** (power + 1);
      const isTie = halves < 2 ** 53 && halves % 2 === 1;
      if (isTie && digits[count - 1]! % 2 === 1) digits[count - 1]! -= 1;
    }
    return this.#layOut(count, exponent, to, at);
  }

  /** `number` has `count` digits, or is the power of ten behind them. */
  #print(number: number, count: number, exponent: number, to: Uint8Array, at: number): number {
    let whole = number | 0;
    if (whole === powersOfTen[count]) {
      whole = (whole / 10) | 0;
      exponent++;
    }
    if (exponent < -4 || exponent >= count) {
      writeDigits(whole, this.#digits, count);
      return this.#layOut(count, exponent, to, at);
    }
    let dot = at + exponent + 1;
    let end: number;
    if (exponent < 0) {
      to[at] = Char.ZERO;
      dot = at + 1;
      const first = dot - exponent;
      for (let i = dot + 1; i < first; i++) to[i] = Char.ZERO;
      end = first + count;
      writeDigits(whole, to, end);
    } else {
      end = at + 1 + count;
      writeDigits(whole, to, end);
      for (let i = at; i < dot; i++) to[i] = to[i + 1]!;
    }
    to[dot] = Char.DOT;
    while (end > dot + 2 && to[end - 1] === Char.ZERO) end--;
    if (end === dot + 1) to[end++] = Char.ZERO;
    return end;
  }

  /** C's choice between fixed and scientific form, without trailing zeros. */
  #layOut(precision: number, exponent: number, to: Uint8Array, at: number): number {
    const digits = this.#digits;
    let count = precision;
    while (count > 1 && digits[count - 1] === Char.ZERO) count--;
    if (exponent < -4 || exponent >= precision) {
      to[at++] = digits[0]!;
      if (count > 1) {
        to[at++] = Char.DOT;
        for (let i = 1; i < count; i++) to[at++] = digits[i]!;
      }
      return writeExponent(exponent, to, at);
    }
    if (exponent < 0) {
      to[at++] = Char.ZERO;
      to[at++] = Char.DOT;
      for (let i = exponent + 1; i < 0; i++) to[at++] = Char.ZERO;
      for (let i = 0; i < count; i++) to[at++] = digits[i]!;
      return at;
    }
    for (let i = 0; i <= exponent; i++) to[at++] = i < count ? digits[i]! : Char.ZERO;
    to[at++] = Char.DOT;
    if (count <= exponent + 1) to[at++] = Char.ZERO;
    for (let i = exponent + 1; i < count; i++) to[at++] = digits[i]!;
    return at;
  }
}

function scale(value: number, power: number): number {
  return power < 0 ? value / powersOfTen[-power]! : value * powersOfTen[power]!;
}

function special(value: number, to: Uint8Array, at: number): number {
  const text = String(value);
  for (let i = 0; i < text.length; i++) to[at++] = text.charCodeAt(i);
  return at;
}

/** An integer below a million, with `.0`. */
function smallInteger(value: number, to: Uint8Array, at: number): number {
  const whole = value | 0;
  const end = at + digitCount(whole);
  writeDigits(whole, to, end);
  to[end] = Char.DOT;
  to[end + 1] = Char.ZERO;
  return end + 2;
}

/** At least two digits, always signed. */
function writeExponent(exponent: number, to: Uint8Array, at: number): number {
  to[at++] = Char.LOWER_E;
  to[at++] = exponent < 0 ? Char.MINUS : Char.PLUS;
  const size = Math.abs(exponent);
  if (size >= 100) to[at++] = Char.ZERO + ((size / 100) | 0);
  to[at++] = Char.ZERO + (((size / 10) | 0) % 10);
  to[at++] = Char.ZERO + (size % 10);
  return at;
}
