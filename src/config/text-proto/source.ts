import { Buffer } from 'node:buffer';
import { invalidArgument } from '../../status/index.ts';

const tabWidth = 8;

/**
 * The text being parsed and where errors are located in it. One UTF-16 unit holds one byte of the
 * file, so bytes that are not UTF-8 survive in bytes fields and columns count bytes, as protobuf
 * counts them.
 */
export class Source {
  readonly text: string;
  /** Offset of the first character to read: after a byte order mark, if there is one. */
  readonly start: number;
  readonly #typeName: string;

  /** @param typeName full name of the message that the whole text is of, for errors. */
  constructor(text: string | Uint8Array, typeName: string) {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : asBuffer(text);
    this.text = bytes.toString('latin1');
    this.start = this.text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
    this.#typeName = typeName;
  }

  /** @throws StatusError INVALID_ARGUMENT in the form of protobuf's log line (spec 1.3). */
  fail(offset: number, what: string): never {
    const { line, column } = this.#locate(offset);
    throw invalidArgument(
      `Error parsing text-format ${this.#typeName}: ${line}:${column}: ${what}`,
    );
  }

  /** Line and column, both from 1; a tab reaches to the next multiple of eight. */
  #locate(offset: number): { line: number; column: number } {
    let line = 1;
    let lineStart = this.start;
    for (;;) {
      const end = this.text.indexOf('\n', lineStart);
      if (end === -1 || end >= offset) break;
      line++;
      lineStart = end + 1;
    }
    let column = 0;
    for (let i = lineStart; i < offset; i++) {
      column += this.text[i] === '\t' ? tabWidth - (column % tabWidth) : 1;
    }
    return { line, column: column + 1 };
  }
}

const asBuffer = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
