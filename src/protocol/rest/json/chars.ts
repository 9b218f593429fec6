/** Bytes that JSON gives a meaning to. */
export const Char = {
  TAB: 0x09,
  LF: 0x0a,
  CR: 0x0d,
  SPACE: 0x20,
  QUOTE: 0x22,
  PLUS: 0x2b,
  COMMA: 0x2c,
  MINUS: 0x2d,
  DOT: 0x2e,
  ZERO: 0x30,
  NINE: 0x39,
  COLON: 0x3a,
  UPPER_E: 0x45,
  UPPER_I: 0x49,
  UPPER_N: 0x4e,
  OPEN_LIST: 0x5b,
  BACKSLASH: 0x5c,
  CLOSE_LIST: 0x5d,
  LOWER_E: 0x65,
  LOWER_F: 0x66,
  LOWER_N: 0x6e,
  LOWER_T: 0x74,
  LOWER_U: 0x75,
  OPEN_OBJECT: 0x7b,
  CLOSE_OBJECT: 0x7d,
} as const;

/** False also for the undefined that is read behind the end, where a document may be a number. */
export function isDigit(c: number): boolean {
  return c >= Char.ZERO && c <= Char.NINE;
}

export function isSpace(c: number): boolean {
  return c === Char.SPACE || c === Char.LF || c === Char.CR || c === Char.TAB;
}

/** The value of a hexadecimal digit, −1 for anything else. */
export function hexValue(c: number): number {
  if (isDigit(c)) return c - Char.ZERO;
  const lower = c | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

/** The first byte that is no white space at or after `p`, or `stop`. In JSON known to be valid. */
export function skipSpace(json: Uint8Array, p: number, stop: number): number {
  while (p < stop && json[p]! <= Char.SPACE) p++;
  return p;
}
