import { Char } from './chars.ts';
import { hex4 } from './check-token.ts';

/** Escaped bytes for each byte of a string at most (`\u0041`). */
const maxBytesPerByte = 6;

/** What the one-letter escapes stand for, by letter; 0 for none. */
const escapes = new Uint8Array(256);
for (const [letter, char] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  escapes[letter!.charCodeAt(0)] = char!.charCodeAt(0);
}

/**
 * Decodes the escape sequence (or the surrogate pair of two) whose backslash is at `p` in a valid
 * string, as UTF-8, into `to` at `at`: at most 4 bytes, and never more than were read. A lone low
 * surrogate becomes the three bytes that UTF-8 would have for it, as in RapidJSON.
 *
 * @returns bytes read × 8 + bytes written
 */
export function decodeEscape(json: Buffer, p: number, to: Uint8Array, at: number): number {
  const letter = json[p + 1]!;
  if (letter !== Char.LOWER_U) {
    to[at] = escapes[letter]!;
    return 2 * 8 + 1;
  }
  let code = hex4(json, p + 2);
  let read = 6;
  if (code >= 0xd800 && code <= 0xdbff) {
    code = (((code - 0xd800) << 10) | (hex4(json, p + 8) - 0xdc00)) + 0x10000;
    read = 12;
  }
  if (code < 0x80) {
    to[at] = code;
    return read * 8 + 1;
  }
  if (code < 0x800) {
    to[at] = 0xc0 | (code >> 6);
    to[at + 1] = 0x80 | (code & 0x3f);
    return read * 8 + 2;
  }
  if (code < 0x10000) {
    to[at] = 0xe0 | (code >> 12);
    to[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    to[at + 2] = 0x80 | (code & 0x3f);
    return read * 8 + 3;
  }
  to[at] = 0xf0 | (code >> 18);
  to[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  to[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  to[at + 3] = 0x80 | (code & 0x3f);
  return read * 8 + 4;
}

/**
 * The bytes of the valid string between two quotes; a view of `json` where nothing is escaped.
 *
 * @param maxBytes the result is cut behind this many bytes, or a few more
 */
export function decodeString(
  json: Buffer,
  start: number,
  end: number,
  maxBytes = Number.POSITIVE_INFINITY,
): Uint8Array {
  const stop = Math.min(end, start + maxBytes * maxBytesPerByte);
  const raw = json.subarray(start, stop);
  if (!raw.includes(Char.BACKSLASH)) return raw.subarray(0, maxBytes);
  const bytes = new Uint8Array(raw.length + maxBytesPerByte);
  let length = 0;
  for (let p = start; p < stop && length < maxBytes; ) {
    if (json[p] === Char.BACKSLASH) {
      const step = decodeEscape(json, p, bytes, length);
      p += step >> 3;
      length += step & 7;
    } else {
      bytes[length++] = json[p++]!;
    }
  }
  return bytes.subarray(0, length);
}

/** {@link decodeString} as text; bytes that are no UTF-8 become U+FFFD. */
export function decodeText(
  json: Buffer,
  start: number,
  end: number,
  maxBytes = Number.POSITIVE_INFINITY,
): string {
  const bytes = decodeString(json, start, end, maxBytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Whether the valid string between two quotes means `key`. Costs no more than a long `key`. */
export function keyEquals(json: Buffer, start: number, end: number, key: Uint8Array): boolean {
  const length = end - start;
  if (length === key.length) {
    for (let i = 0; i < length; i++) {
      const c = json[start + i]!;
      if (c !== key[i] || c === Char.BACKSLASH) return isEscapedKey(json, start, end, key);
    }
    return true;
  }
  if (length < key.length || length > key.length * maxBytesPerByte) return false;
  return isEscapedKey(json, start, end, key);
}

function isEscapedKey(json: Buffer, start: number, end: number, key: Uint8Array): boolean {
  if (!json.subarray(start, end).includes(Char.BACKSLASH)) return false;
  return Buffer.compare(decodeString(json, start, end), key) === 0;
}

/** The position of the quote that closes the valid string whose first byte is at `p`. */
export function stringEnd(json: Buffer, p: number): number {
  let quote = json.indexOf(Char.QUOTE, p);
  for (;;) {
    // Only an odd number of backslashes in front escapes the quote.
    let before = quote;
    while (before > p && json[before - 1] === Char.BACKSLASH) before--;
    if ((quote - before) % 2 === 0) return quote;
    quote = json.indexOf(Char.QUOTE, quote + 1);
  }
}
