import { Char } from './chars.ts';

/** The two digits of each number below a hundred. */
const pairs = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  pairs[2 * i] = Char.ZERO + ((i / 10) | 0);
  pairs[2 * i + 1] = Char.ZERO + (i % 10);
}

/** How many decimal digits a number has. @param value an integer, 0 ≤ value < 2^31 */
export function digitCount(value: number): number {
  if (value < 10_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    return value < 1000 ? 3 : 4;
  }
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  if (value < 100_000_000) return value < 10_000_000 ? 7 : 8;
  return value < 1_000_000_000 ? 9 : 10;
}

/**
 * Writes the decimal digits of a number so that the last one stands in front of `end`.
 *
 * @param value an integer, 0 ≤ value < 2^31
 */
export function writeDigits(value: number, to: Uint8Array, end: number): void {
  let rest = value | 0;
  while (rest >= 100) {
    const next = (rest / 100) | 0;
    const pair = (rest - next * 100) * 2;
    to[--end] = pairs[pair + 1]!;
    to[--end] = pairs[pair]!;
    rest = next;
  }
  if (rest >= 10) {
    to[--end] = pairs[rest * 2 + 1]!;
    to[--end] = pairs[rest * 2]!;
  } else {
    to[--end] = Char.ZERO + rest;
  }
}
