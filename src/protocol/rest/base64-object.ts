import { Char, skipSpace } from './json/chars.ts';
import { keyEquals, stringEnd } from './json/strings.ts';

/** White space between the parts of `{"b64": "…"}` beyond which it is no longer taken for one. */
const maxInnerSpace = 4096;

/** The key of the only member. */
export const base64Key: Uint8Array = Buffer.from('b64');

function skipInnerSpace(json: Buffer, p: number): number {
  return skipSpace(json, p, p + maxInnerSpace);
}

/**
 * Where the string begins, behind its quote, if the object at `p` begins with a member `b64` that
 * is a string; else −1.
 */
export function base64Start(json: Buffer, p: number): number {
  p = skipInnerSpace(json, p + 1);
  if (json[p] !== Char.QUOTE) return -1;
  const keyStart = p + 1;
  const keyEnd = stringEnd(json, keyStart);
  if (!keyEquals(json, keyStart, keyEnd, base64Key)) return -1;
  p = skipInnerSpace(json, keyEnd + 1);
  if (json[p] !== Char.COLON) return -1;
  p = skipInnerSpace(json, p + 1);
  return json[p] === Char.QUOTE ? p + 1 : -1;
}

/** Behind the object whose only member ends with the quote at `p`; −1 if more members follow. */
export function base64End(json: Buffer, p: number): number {
  const end = skipInnerSpace(json, p + 1);
  return json[end] === Char.CLOSE_OBJECT ? end + 1 : -1;
}

/** Whether the value at `p` is an object with exactly one member `b64`, a string (spec 5.6). */
export function isBase64Object(json: Buffer, p: number): boolean {
  if (json[p] !== Char.OPEN_OBJECT) return false;
  const start = base64Start(json, p);
  return start >= 0 && base64End(json, stringEnd(json, start)) >= 0;
}
