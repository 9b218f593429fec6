import { ConnectionFault, ErrorCode } from '../faults.ts';
import { DynamicTable } from './dynamic-table.ts';
import { decodeHuffman } from './huffman.ts';
import { type HeaderField, staticTable } from './static-table.ts';

/** What we let a client's table take: the default, which no SETTINGS of ours change. */
const maxTableSize = 4096;

/** Integers of a block are lengths and indices: none needs more. */
const largestInteger = 2 ** 28;

/** Takes the fields of a block in their order. */
export type FieldTaker = (name: string, value: string) => void;

/**
 * Decodes blocks of header fields of one client, in the order in which they were received
 * (RFC 7541). Every block must be decoded, also one of a refused stream: the table goes on.
 */
export class HpackDecoder {
  readonly #table = new DynamicTable(maxTableSize);
  #generation = 0;
  #block: Uint8Array = noBytes;
  #at = 0;

  /** Changes with the table: as long as it stays, equal blocks have equal fields. */
  get generation(): number {
    return this.#generation;
  }

  /** @throws ConnectionFault COMPRESSION_ERROR; then the connection cannot go on. */
  decode(block: Uint8Array, take: FieldTaker): void {
    this.#block = block;
    this.#at = 0;
    let mayResize = true;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (!mayResize) throw fault('A change of the table within a block');
        this.#resize();
        continue;
      }
      mayResize = false;
      if ((first & 0x80) !== 0) {
        const { name, value } = this.#indexed(this.#integer(0x7f));
        take(name, value);
      } else if ((first & 0x40) !== 0) {
        const field = this.#literal(0x3f);
        this.#table.add(field);
        this.#generation++;
        take(field.name, field.value);
      } else {
        const { name, value } = this.#literal(0x0f);
        take(name, value);
      }
    }
    this.#block = noBytes;
  }

  #resize(): void {
    const size = this.#integer(0x1f);
    if (size > maxTableSize) throw fault('A table larger than allowed');
    this.#table.resize(size);
    this.#generation++;
  }

  #indexed(index: number): HeaderField {
    const field =
      index <= staticTable.length
        ? staticTable[index - 1]
        : this.#table.at(index - staticTable.length - 1);
    if (field === undefined) throw fault(`No field has the index ${index}`);
    return field;
  }

  #literal(mask: number): HeaderField {
    const index = this.#integer(mask);
    const name = index === 0 ? this.#string() : this.#indexed(index).name;
    return { name, value: this.#string() };
  }

  #string(): string {
    const isHuffman = (this.#byte(this.#at) & 0x80) !== 0;
    const length = this.#integer(0x7f);
    const start = this.#at;
    const end = start + length;
    if (end > this.#block.length) throw fault('A string goes on behind its block');
    this.#at = end;
    if (!isHuffman) return latin1(this.#block, start, end);
    const text = decodeHuffman(this.#block, start, end);
    if (text === null) throw fault('A string is no Huffman code');
    return text;
  }

  /** RFC 7541, 5.1. @param mask the bits of the first byte that belong to it */
  #integer(mask: number): number {
    let value = this.#byte(this.#at++) & mask;
    if (value < mask) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte(this.#at++);
      value += (byte & 0x7f) * factor;
      if (value > largestInteger || factor > largestInteger) throw fault('A number is too large');
      if ((byte & 0x80) === 0) return value;
    }
  }

  #byte(at: number): number {
    const byte = this.#block[at];
    if (byte === undefined) throw fault('A block ends within a field');
    return byte;
  }
}

const noBytes = new Uint8Array(0);

function latin1(source: Uint8Array, start: number, end: number): string {
  return Buffer.from(source.buffer, source.byteOffset + start, end - start).toString('latin1');
}

function fault(message: string): ConnectionFault {
  return new ConnectionFault(ErrorCode.compressionError, message);
}
