import type { Source } from './source.ts';

const backslash = 0x5c;

/** The escapes of one character: what follows the backslash, and the byte it stands for. */
const simpleEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 0x5c,
  '?': 0x3f,
  "'": 0x27,
  '"': 0x22,
};

/**
 * Writes the bytes of a literal's inside, `[start, end)` of the source, to `out` from `position`
 * on, and returns the position after them. An escape is never shorter than its bytes, so
 * `end - start` bytes of room are enough.
 */
export function decodeLiteral(
  source: Source,
  start: number,
  end: number,
  out: Uint8Array,
  position: number,
): number {
  const { text } = source;
  for (let offset = start; offset < end; ) {
    const code = text.charCodeAt(offset);
    if (code !== backslash) {
      out[position++] = code;
      offset++;
      continue;
    }
    const character = text[offset + 1]!;
    const simple = simpleEscapes[character];
    if (simple !== undefined) {
      out[position++] = simple;
      offset += 2;
    } else if (character >= '0' && character <= '7') {
      const digits = /^[0-7]{1,3}/.exec(text.slice(offset + 1, Math.min(offset + 4, end)))![0];
      const value = Number.parseInt(digits, 8);
      if (value > 0xff) source.fail(offset, 'Octal escape sequence is above \\377.');
      out[position++] = value;
      offset += 1 + digits.length;
    } else if (character === 'x' || character === 'X') {
      const digits = /^[0-9a-fA-F]{0,2}/.exec(
        text.slice(offset + 2, Math.min(offset + 4, end)),
      )![0];
      if (digits === '') source.fail(offset, 'Expected hex digits for escape sequence.');
      out[position++] = Number.parseInt(digits, 16);
      offset += 2 + digits.length;
    } else if (character === 'u' || character === 'U') {
      const first = unicodeEscape(source, offset, end);
      let codePoint = first.value;
      offset += first.length;
      if (codePoint >= 0xd800 && codePoint < 0xdc00 && isUnicodeEscape(text, offset, end)) {
        const second = unicodeEscape(source, offset, end);
        if (second.value >= 0xdc00 && second.value < 0xe000) {
          codePoint = 0x10000 + ((codePoint - 0xd800) << 10) + (second.value - 0xdc00);
          offset += second.length;
        }
      }
      if (codePoint >= 0xd800 && codePoint < 0xe000) {
        source.fail(offset - first.length, 'Half of a surrogate pair is not a character.');
      }
      position += encoder.encodeInto(
        String.fromCodePoint(codePoint),
        out.subarray(position),
      ).written;
    } else {
      source.fail(offset, 'Invalid escape sequence in string literal.');
    }
  }
  return position;
}

const encoder = new TextEncoder();

const isUnicodeEscape = (text: string, offset: number, end: number): boolean =>
  offset + 1 < end &&
  text.charCodeAt(offset) === backslash &&
  (text[offset + 1] === 'u' || text[offset + 1] === 'U');

/** The value of the four-digit `\u` or eight-digit `\U` escape at `offset`, and its length. */
function unicodeEscape(
  source: Source,
  offset: number,
  end: number,
): { value: number; length: number } {
  const count = source.text[offset + 1] === 'u' ? 4 : 8;
  const digits = source.text.slice(offset + 2, Math.min(offset + 2 + count, end));
  const value = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (digits.length !== count || Number.isNaN(value) || value > 0x10ffff) {
    source.fail(
      offset,
      count === 4
        ? 'Expected four hex digits for \\u escape sequence.'
        : 'Expected eight hex digits up to 10ffff for \\U escape sequence.',
    );
  }
  return { value, length: 2 + count };
}
