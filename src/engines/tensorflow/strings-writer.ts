import type { StringPart } from '../../tensor/index.ts';
import { type Address, writeWord } from '../ffi/index.ts';
import type { MemoryFill } from './native-tensor.ts';
import { kind, longestSmall, stringCount, tstringBytes, tstringWords } from './tstring.ts';

/**
 * The third word of a view. TensorFlow calls into the object there whenever it copies the string,
 * unless the word is 0.
 */
const noOwner = 0;

/** Bytes that one step writes: memory that was never touched before costs most of the time. */
const pieceBytes = 32 << 10;

/** Below this a loop is faster than a call that makes a view. */
const shortCopy = 64;

/**
 * Writes the strings of one tensor at `target`, whose own address is `address` and which has
 * {@link stringsSize} bytes. Its memory then holds all that it needs. Every string ends
 * with a NUL that its size does not count, since some kernels (StringLower, StringUpper) read up to
 * it.
 */
export class StringsWriter implements MemoryFill {
  readonly #address: Address;
  readonly #parts: readonly StringPart[];
  readonly #structs: Uint8Array;
  readonly #words: Uint32Array;
  readonly #count: number;
  /** The string that is written next, or of which some is written: of all, its part, and its place in that. */
  #next = 0;
  #part = 0;
  #inPart = 0;
  /** Its bytes that are written. */
  #written = 0;
  /** Where the next string goes that is no small one. */
  #free: number;

  constructor(target: ArrayBuffer, address: Address, parts: readonly StringPart[]) {
    const count = parts.reduce((sum, part) => sum + stringCount(part), 0);
    this.#address = address;
    this.#parts = parts;
    this.#count = count;
    this.#structs = new Uint8Array(target);
    this.#words = new Uint32Array(target, 0, count * tstringWords);
    this.#free = count * tstringBytes;
  }

  step(): boolean {
    let room = pieceBytes;
    while (this.#part < this.#parts.length && room > 0) room = this.#writeOf(room);
    return this.#part === this.#parts.length;
  }

  /** TensorFlow frees the string behind each struct: there is none behind those that are 0. */
  abandon(): void {
    this.#structs.fill(0, this.#next * tstringBytes, this.#count * tstringBytes);
    this.#next = this.#count;
    this.#part = this.#parts.length;
  }

  /** Goes on with a part. @returns what of `room` bytes is left to be written in this step */
  #writeOf(room: number): number {
    const part = this.#parts[this.#part]!;
    const { elements, tensor } = part;
    const { bytes, offsets } = tensor;
    const count = stringCount(part);
    let left = room;
    let i = this.#inPart;
    while (i < count && left > 0) {
      const element = elements === null ? i : elements[i]!;
      const start = offsets[element]!;
      const size = offsets[element + 1]! - start;
      left -= tstringBytes;
      if (size <= longestSmall) this.#writeSmall(bytes, start, size);
      else {
        const piece = Math.min(size - this.#written, pieceBytes);
        this.#writeView(bytes, start, size, piece);
        left -= piece;
        if (this.#written < size) continue;
        this.#free += size + 1;
        this.#written = 0;
      }
      i++;
      this.#next++;
    }
    this.#inPart = i;
    if (i === count) {
      this.#part++;
      this.#inPart = 0;
    }
    return left;
  }

  #writeSmall(bytes: Uint8Array, start: number, size: number): void {
    const structs = this.#structs;
    const at = this.#next * tstringBytes;
    structs[at] = size << 2;
    copyBytes(bytes, start, size, structs, at + 1);
    structs[at + 1 + size] = 0;
  }

  /** Writes `piece` more bytes of a string, and what tells of it. */
  #writeView(bytes: Uint8Array, start: number, size: number, piece: number): void {
    const structs = this.#structs;
    const words = this.#words;
    const at = this.#next * tstringWords;
    const free = this.#free;
    writeWord(words, at, size * 4 + kind.view);
    writeWord(words, at + 2, this.#address + free);
    writeWord(words, at + 4, noOwner);
    const written = this.#written;
    copyBytes(bytes, start + written, piece, structs, free + written);
    structs[free + size] = 0;
    this.#written = written + piece;
  }
}

function copyBytes(
  source: Uint8Array,
  start: number,
  size: number,
  target: Uint8Array,
  at: number,
): void {
  if (size > shortCopy) target.set(source.subarray(start, start + size), at);
  else for (let j = 0; j < size; j++) target[at + j] = source[start + j]!;
}
