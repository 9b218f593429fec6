import { invalidArgument } from '../../../status/index.ts';
import { DType, type Shape, type StringTensor } from '../../../tensor/index.ts';
import type { Steps } from '../../../util/index.ts';
import { characterBytes, type NpyType } from './npy-type.ts';

/** Bytes of cells read in one step. */
const stepBytes = 32 << 10;

/**
 * The strings of a .npy file of dtype S or U. Its cells are copied to `cells` first; then the strings
 * are moved together in place: none takes more bytes than its cell, as no character takes more of
 * UTF-8 than of UTF-32.
 */
export class NpyStrings {
  readonly cells: Buffer;
  readonly #type: NpyType;
  readonly #offsets: Float64Array;

  constructor(type: NpyType, count: number) {
    this.cells = Buffer.allocUnsafeSlow(count * type.size);
    this.#type = type;
    this.#offsets = new Float64Array(count + 1);
  }

  /** Not to be read before {@link readCells} has ended. */
  tensor(shape: Shape): StringTensor {
    return { dtype: DType.STRING, shape, bytes: this.cells, offsets: this.#offsets };
  }

  /** @throws StatusError INVALID_ARGUMENT for characters that Unicode does not have */
  readCells(): Steps<void> {
    return this.#type.kind === 'bytes' ? this.#readBytes() : this.#readText();
  }

  *#readBytes(): Steps<void> {
    const { cells } = this;
    const { size } = this.#type;
    const offsets = this.#offsets;
    let end = 0;
    let pause = stepBytes;
    for (let i = 1; i < offsets.length; i++) {
      const start = (i - 1) * size;
      let beforePadding = end;
      for (let at = start; at < start + size; at++) {
        const byte = cells[at]!;
        cells[end++] = byte;
        if (byte !== 0) beforePadding = end;
        if (at < pause) continue;
        pause = at + stepBytes;
        yield;
      }
      end = beforePadding;
      offsets[i] = end;
    }
  }

  *#readText(): Steps<void> {
    const { cells } = this;
    const { size, isSwapped } = this.#type;
    const offsets = this.#offsets;
    let end = 0;
    let pause = stepBytes;
    for (let i = 1; i < offsets.length; i++) {
      const start = (i - 1) * size;
      let beforePadding = end;
      for (let at = start; at < start + size; at += characterBytes) {
        const code = isSwapped ? cells.readUInt32BE(at) : cells.readUInt32LE(at);
        end = writeUtf8(cells, end, code);
        if (code !== 0) beforePadding = end;
        if (at < pause) continue;
        pause = at + stepBytes;
        yield;
      }
      end = beforePadding;
      offsets[i] = end;
    }
  }
}

/** @returns the index behind the character */
function writeUtf8(bytes: Uint8Array, to: number, code: number): number {
  if (code < 0x80) {
    bytes[to] = code;
    return to + 1;
  }
  if (code < 0x800) {
    bytes[to] = 0xc0 | (code >>> 6);
    bytes[to + 1] = continuation(code);
    return to + 2;
  }
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw invalidArgument(`The .npy body has ${code} as a character, which Unicode does not have`);
  }
  if (code < 0x10000) {
    bytes[to] = 0xe0 | (code >>> 12);
    bytes[to + 1] = continuation(code >>> 6);
    bytes[to + 2] = continuation(code);
    return to + 3;
  }
  bytes[to] = 0xf0 | (code >>> 18);
  bytes[to + 1] = continuation(code >>> 12);
  bytes[to + 2] = continuation(code >>> 6);
  bytes[to + 3] = continuation(code);
  return to + 4;
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
