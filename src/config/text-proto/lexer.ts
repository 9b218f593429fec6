import type { Source } from './source.ts';

/** What the current token is. A string includes its quotes; a symbol is one character. */
export type TokenKind = 'identifier' | 'integer' | 'float' | 'string' | 'symbol' | 'end';

const quotedLength = 40;

/** A piece of the text for an error: cut where it is long. */
export const shorten = (piece: string): string =>
  piece.length <= quotedLength ? piece : `${piece.slice(0, quotedLength)}…`;

/** Classes of bytes, one bit each. */
const letter = 1;
const digit = 2;
const octalDigit = 4;
const hexDigit = 8;
const space = 16;

const classes = new Uint8Array(256);
const mark = (characters: string, bits: number) => {
  for (const character of characters) classes[character.charCodeAt(0)]! |= bits;
};
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', letter);
mark('0123456789', digit | hexDigit);
mark('01234567', octalDigit);
mark('abcdefABCDEF', hexDigit);
mark(' \n\t\r\v\f', space);

/**
 * Splits text-proto into tokens by the rules of protobuf's own tokenizer (spec 2.1). Holds one
 * current token in its fields, so that megabytes of graph cost no object for each token.
 *
 * Order of calls: `next` once to get the first token, then again after each token used; at the end
 * of the text `kind` stays `end`.
 */
export class Lexer {
  kind: TokenKind = 'end';
  /** Where the current token begins and ends in `source.text`. */
  start = 0;
  end: number;
  /** Of a string: whether it holds a backslash. */
  escaped = false;
  /** Of a string: whether it holds a byte above 127. */
  highBytes = false;
  readonly source: Source;
  readonly #text: string;

  constructor(source: Source) {
    this.source = source;
    this.#text = source.text;
    this.end = source.start;
  }

  /** The current token's text. */
  get text(): string {
    return this.#text.slice(this.start, this.end);
  }

  /** Whether the current token is this symbol. */
  is(symbol: string): boolean {
    return this.kind === 'symbol' && this.#text[this.start] === symbol;
  }

  /** Steps over the current token if it is this symbol. */
  skip(symbol: string): boolean {
    if (!this.is(symbol)) return false;
    this.next();
    return true;
  }

  /** Steps over this symbol, which must come here. */
  expect(symbol: string): void {
    if (!this.skip(symbol)) this.fail(`Expected "${symbol}", found "${this.shown}".`);
  }

  /** Steps over an identifier, which must come here, and returns it. */
  identifier(): string {
    if (this.kind !== 'identifier') this.fail(`Expected identifier, got: ${this.shown}`);
    const { text } = this;
    this.next();
    return text;
  }

  /** The current token for an error text. */
  get shown(): string {
    if (this.kind === 'end') return 'end of file';
    return shorten(this.text);
  }

  /** Fails at the current token, or at `offset`. */
  fail(what: string, offset = this.start): never {
    return this.source.fail(offset, what);
  }

  next(): void {
    this.#skipBlanks();
    const { start } = this;
    const code = this.#text.charCodeAt(start);
    if (start === this.#text.length) {
      this.kind = 'end';
      return;
    }
    if (this.#has(start, letter)) {
      this.kind = 'identifier';
      this.end = this.#run(start, letter | digit);
    } else if (this.#has(start, digit) || (code === 0x2e && this.#has(start + 1, digit))) {
      this.#number();
    } else if (code === 0x22 || code === 0x27) {
      this.#string(code);
    } else {
      if (code < 0x20 || code === 0x7f) {
        this.fail('Invalid control characters encountered in text.');
      }
      if (code > 0x7f) this.fail(`Interpreting non ascii codepoint ${code}.`);
      this.kind = 'symbol';
      this.end = start + 1;
    }
  }

  #has(offset: number, bits: number): boolean {
    return (classes[this.#text.charCodeAt(offset)]! & bits) !== 0;
  }

  /** The end of the run of characters of a class that begins at `offset`. */
  #run(offset: number, bits: number): number {
    while (this.#has(offset, bits)) offset++;
    return offset;
  }

  #skipBlanks(): void {
    let offset = this.#run(this.end, space);
    while (this.#text[offset] === '#') {
      const newline = this.#text.indexOf('\n', offset);
      offset = newline === -1 ? this.#text.length : this.#run(newline, space);
    }
    this.start = this.end = offset;
  }

  #number(): void {
    const { start } = this;
    const text = this.#text;
    let isFloat = false;
    let end: number;
    if (text[start] === '0' && (text[start + 1] === 'x' || text[start + 1] === 'X')) {
      end = this.#run(start + 2, hexDigit);
      if (end === start + 2) this.fail('"0x" must be followed by hex digits.', end);
    } else if (text[start] === '0' && this.#has(start + 1, digit)) {
      end = this.#run(start, octalDigit);
      if (this.#has(end, digit)) {
        this.fail('Numbers starting with leading zero must be in octal.', end);
      }
    } else {
      end = this.#decimal(start);
      isFloat = /[.eEfF]/.test(text.slice(start, end));
    }
    if (this.#has(end, letter)) this.fail('Need space between number and identifier.', end);
    if (text[end] === '.') {
      this.fail(
        isFloat
          ? "Already saw decimal point or exponent; can't have another one."
          : 'Hex and octal numbers must be integers.',
        end,
      );
    }
    this.kind = isFloat ? 'float' : 'integer';
    this.end = end;
  }

  /** Where a decimal integer or a float ends. */
  #decimal(start: number): number {
    const text = this.#text;
    let end = this.#run(start, digit);
    if (text[end] === '.') {
      end = this.#run(end + 1, digit);
    }
    if (text[end] === 'e' || text[end] === 'E') {
      const exponent = text[end + 1] === '-' || text[end + 1] === '+' ? end + 2 : end + 1;
      end = this.#run(exponent, digit);
      if (end === exponent) this.fail('"e" must be followed by exponent.', end);
    }
    return text[end] === 'f' || text[end] === 'F' ? end + 1 : end;
  }

  #string(quote: number): void {
    this.kind = 'string';
    this.escaped = false;
    this.highBytes = false;
    const text = this.#text;
    for (let offset = this.start + 1; ; offset++) {
      const code = text.charCodeAt(offset);
      if (code === quote) {
        this.end = offset + 1;
        return;
      }
      if (offset >= text.length) this.fail('Unexpected end of string.', offset);
      if (code === 0x0a) this.fail('String literals cannot cross line boundaries.', offset);
      if (code === 0x5c) {
        this.escaped = true;
        if (text.charCodeAt(++offset) === 0x0a) offset--;
      } else if (code > 0x7f) {
        this.highBytes = true;
      }
    }
  }
}
