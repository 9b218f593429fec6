import { Char, skipSpace } from './chars.ts';
import { DecimalReader, numberText } from './decimal.ts';
import { quote } from './quote.ts';
import { decodeText, stringEnd } from './strings.ts';

/** No further token is written once the text has this many characters (spec 5.4). */
const maxLength = 256;

/** White space longer than this ends the text: it is not worth passing over. */
const maxSpace = 4096;

/** A single string is cut behind this many bytes. */
const maxStringBytes = 1024;

/**
 * A valid JSON value as error texts quote it (spec 5.4): objects with a member a line and four
 * spaces a level, lists on one line, cut after about 256 bytes.
 */
export function debugText(json: Buffer, start: number): string {
  const text = new DebugText(json);
  return text.of(start);
}

/** `Null`, `False`, `True`, `Object`, `Array`, `String` or `Number` (spec 5.6). */
export function typeText(json: Uint8Array, start: number): string {
  switch (json[start]) {
    case Char.LOWER_N:
      return 'Null';
    case Char.LOWER_F:
      return 'False';
    case Char.LOWER_T:
      return 'True';
    case Char.OPEN_OBJECT:
      return 'Object';
    case Char.OPEN_LIST:
      return 'Array';
    case Char.QUOTE:
      return 'String';
    default:
      return 'Number';
  }
}

class DebugText {
  readonly #json: Buffer;
  #text = '';
  /** For each open container: whether it is a list, and how many elements or members it has. */
  readonly #stack: { readonly isList: boolean; count: number }[] = [];

  constructor(json: Buffer) {
    this.#json = json;
  }

  of(start: number): string {
    const json = this.#json;
    let p = start;
    for (;;) {
      const c = json[p]!;
      if (c === Char.COMMA || c <= Char.SPACE) {
        p = skipSpace(json, p + 1, p + maxSpace);
        if (json[p]! <= Char.SPACE) break;
        continue;
      }
      if (this.#text.length >= maxLength) break;
      const top = this.#stack.at(-1);
      if (c === Char.CLOSE_LIST || c === Char.CLOSE_OBJECT) {
        this.#close(c);
        p++;
      } else if (top !== undefined && !top.isList) {
        // A key; its value follows.
        const end = stringEnd(json, p + 1);
        this.#text += `${top.count++ > 0 ? ',' : ''}\n${this.#indent()}`;
        this.#text += `${quote(decodeText(json, p + 1, end, maxStringBytes))}: `;
        p = end + 1;
        p = skipSpace(json, p, p + maxSpace) + 1;
        p = skipSpace(json, p, p + maxSpace);
        if (json[p]! <= Char.SPACE) break;
        if (this.#text.length >= maxLength) break;
        p = this.#value(p);
      } else {
        if (top !== undefined && top.count++ > 0) this.#text += ', ';
        p = this.#value(p);
      }
      if (this.#stack.length === 0) break;
    }
    return this.#text;
  }

  #indent(): string {
    return '    '.repeat(this.#stack.length);
  }

  #close(c: number): void {
    const { isList, count } = this.#stack.pop()!;
    if (!isList && count > 0) this.#text += `\n${this.#indent()}`;
    this.#text += String.fromCharCode(c);
  }

  #value(p: number): number {
    const json = this.#json;
    const c = json[p]!;
    switch (c) {
      case Char.OPEN_LIST:
      case Char.OPEN_OBJECT:
        this.#text += String.fromCharCode(c);
        this.#stack.push({ isList: c === Char.OPEN_LIST, count: 0 });
        return p + 1;
      case Char.QUOTE: {
        const end = stringEnd(json, p + 1);
        this.#text += quote(decodeText(json, p + 1, end, maxStringBytes));
        return end + 1;
      }
      case Char.LOWER_T:
        this.#text += 'true';
        return p + 4;
      case Char.LOWER_F:
        this.#text += 'false';
        return p + 5;
      case Char.LOWER_N:
        this.#text += 'null';
        return p + 4;
      default: {
        const reader = new DecimalReader();
        const end = reader.read(json, p, false);
        this.#text += numberAsWritten(reader, numberText(json, p, end));
        return end;
      }
    }
  }
}

/** Integers of 64 bits as they are, other numbers as the shortest text of their double. */
function numberAsWritten({ value, isInteger }: DecimalReader, text: string): string {
  if (isInteger) {
    if (Number.isSafeInteger(value)) return String(value);
    if (text.length <= 20) {
      const exact = BigInt(text);
      if (exact === BigInt.asIntN(64, exact) || exact === BigInt.asUintN(64, exact)) {
        return String(exact);
      }
    }
  }
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  const shortest = String(value).replace('e+', 'e');
  return /[.e]/.test(shortest) ? shortest : `${shortest}.0`;
}
