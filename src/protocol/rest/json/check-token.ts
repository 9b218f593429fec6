import { Char, hexValue, isDigit } from './chars.ts';
import { numberText } from './decimal.ts';
import { SyntaxReason, syntaxError } from './syntax-error.ts';

/** A number may have this many bytes: reading one is never interrupted. */
const maxNumberBytes = 64 * 1024;

/** Digits of an integer beyond which it may exceed the largest double. */
const safeDigits = 300;

/** Significant digits of a fraction that RapidJSON keeps; each allows a larger exponent. */
const keptDigits = 17;

function at(json: Buffer, p: number): number {
  return p < json.length ? json[p]! : 0;
}

/**
 * Checks the number that begins at `p`: `-`, an integer without leading zeros, a fraction, an
 * exponent; or `NaN`, `Inf` or `Infinity` (spec 5.4). Anything that is no other kind of token is
 * taken for a number, as RapidJSON does.
 *
 * @returns the position behind it
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkNumber(json: Buffer, p: number): number {
  const start = p;
  let c = at(json, p);
  if (c === Char.MINUS) c = at(json, ++p);
  if (c === Char.ZERO) {
    c = at(json, ++p);
  } else if (isDigit(c)) {
    do c = at(json, ++p);
    while (isDigit(c));
    if (p - start > safeDigits) checkSize(json, start, p);
  } else {
    return checkSpecial(json, p);
  }

  let fraction = 0;
  if (c === Char.DOT) {
    fraction = ++p;
    c = at(json, p);
    if (!isDigit(c)) throw syntaxError(SyntaxReason.FRACTION, p);
    do c = at(json, ++p);
    while (isDigit(c));
  }
  if (c === Char.LOWER_E || c === Char.UPPER_E) {
    const fractionEnd = p;
    c = at(json, ++p);
    const negative = c === Char.MINUS;
    if (negative || c === Char.PLUS) c = at(json, ++p);
    if (!isDigit(c)) throw syntaxError(SyntaxReason.EXPONENT, p);
    let exponent = 0;
    do {
      if (exponent < 1e6) exponent = exponent * 10 + (c - Char.ZERO);
      c = at(json, ++p);
    } while (isDigit(c));
    if (exponent > 308 && !negative) {
      const kept = fraction === 0 ? 0 : keptFraction(json, start, fraction, fractionEnd);
      if (exponent > 308 + kept) throw syntaxError(SyntaxReason.TOO_BIG, start);
    }
  }
  if (p - start > maxNumberBytes) throw syntaxError(SyntaxReason.TOO_LONG, start);
  return p;
}

function checkSize(json: Buffer, start: number, end: number): void {
  if (end - start > maxNumberBytes) throw syntaxError(SyntaxReason.TOO_LONG, start);
  const text = numberText(json, start, end);
  if (!Number.isFinite(Number(text))) throw syntaxError(SyntaxReason.TOO_BIG, start);
}

/** How many digits of a fraction count: all zeros in front and enough of the rest. */
function keptFraction(json: Buffer, start: number, from: number, to: number): number {
  let significant = 0;
  for (let p = start; p < from - 1; p++) {
    if (json[p]! > Char.ZERO || significant > 0) significant++;
  }
  let p = from;
  for (; p < to && significant < keptDigits; p++) {
    if (json[p]! > Char.ZERO || significant > 0) significant++;
  }
  return p - from;
}

function checkSpecial(json: Buffer, p: number): number {
  if (at(json, p) === Char.UPPER_N) return checkWord(json, p, 'NaN');
  if (at(json, p) !== Char.UPPER_I) throw syntaxError(SyntaxReason.VALUE, p);
  p = checkWord(json, p, 'Inf');
  return at(json, p) === 0x69 ? checkWord(json, p, 'inity') : p;
}

/**
 * Checks that `word` begins at `p`.
 *
 * @returns the position behind it
 * @throws StatusError INVALID_ARGUMENT at the first byte that differs
 */
export function checkWord(json: Buffer, p: number, word: string): number {
  for (let i = 0; i < word.length; i++, p++) {
    if (at(json, p) !== word.charCodeAt(i)) throw syntaxError(SyntaxReason.VALUE, p);
  }
  return p;
}

/**
 * Checks the escape sequence whose backslash is at `p`; two of them for a surrogate pair.
 *
 * @returns the position behind it
 * @throws StatusError INVALID_ARGUMENT at the backslash
 */
export function checkEscape(json: Buffer, p: number): number {
  switch (at(json, p + 1)) {
    case Char.QUOTE:
    case Char.BACKSLASH:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return p + 2;
    case Char.LOWER_U:
      break;
    default:
      throw syntaxError(SyntaxReason.ESCAPE, p);
  }
  const first = hex4(json, p + 2);
  if (first < 0) throw syntaxError(SyntaxReason.HEX, p);
  if (first < 0xd800 || first > 0xdbff) return p + 6;
  if (at(json, p + 6) !== Char.BACKSLASH || at(json, p + 7) !== Char.LOWER_U) {
    throw syntaxError(SyntaxReason.SURROGATE, p);
  }
  const second = hex4(json, p + 8);
  if (second < 0) throw syntaxError(SyntaxReason.HEX, p);
  if (second < 0xdc00 || second > 0xdfff) throw syntaxError(SyntaxReason.SURROGATE, p);
  return p + 12;
}

/** The number that four hexadecimal digits make, −1 where they are none. */
export function hex4(json: Buffer, p: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const digit = hexValue(at(json, p + i));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
