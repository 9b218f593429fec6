import type { StringTensor } from '../../tensor/index.ts';
import { type Address, writeWord } from '../ffi/index.ts';
import type { MemoryFill } from './native-tensor.ts';
import { kind, longestSmall, tstringBytes, tstringWords } from './tstring.ts';

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
 * Writes a tensor's strings at `target`, whose own address is `address` and which has
 * {@link stringsSize} bytes. The tensor's memory then holds all that it needs. Every string ends
 * with a NUL that its size does not count, since some kernels (StringLower, StringUpper) read up to
 * it.
 */
export class StringsWriter implements MemoryFill {
  readonly #address: Address;
  readonly #bytes: Uint8Array;
  readonly #offsets: Float64Array;
  readonly #structs: Uint8Array;
  readonly #words: Uint32Array;
  /** The string that is written next, or of which a part is written. */
  #next = 0;
  /** Its bytes that are written. */
  #written = 0;
  /** Where the next string goes that is no small one. */
  #free: number;

  constructor(target: ArrayBuffer, address: Address, { bytes, offsets }: StringTensor) {
    const count = offsets.length - 1;
    this.#address = address;
    this.#bytes = bytes;
    this.#offsets = offsets;
    this.#structs = new Uint8Array(target);
    this.#words = new Uint32Array(target, 0, count * tstringWords);
    this.#free = count * tstringBytes;
  }

  step(): boolean {
    const offsets = this.#offsets;
    const count = offsets.length - 1;
    let i = this.#next;
    for (let room = pieceBytes; i < count && room > 0; ) {
      const start = offsets[i]!;
      const size = offsets[i + 1]! - start;
      room -= tstringBytes;
      if (size <= longestSmall) this.#writeSmall(i, start, size);
      else {
        const part = Math.min(size - this.#written, pieceBytes);
        this.#writeView(i, start, size, part);
        room -= part;
        if (this.#written < size) continue;
        this.#free += size + 1;
        this.#written = 0;
      }
      i++;
    }
    this.#next = i;
    return i === count;
  }

  /** TensorFlow frees the string behind each struct: there is none behind those that are 0. */
  abandon(): void {
    const count = this.#offsets.length - 1;
    this.#structs.fill(0, this.#next * tstringBytes, count * tstringBytes);
    this.#next = count;
  }

  #writeSmall(i: number, start: number, size: number): void {
    const structs = this.#structs;
    const at = i * tstringBytes;
    structs[at] = size << 2;
    copyBytes(this.#bytes, start, size, structs, at + 1);
    structs[at + 1 + size] = 0;
  }

  /** Writes `part` more bytes of a string, and what tells of it. */
  #writeView(i: number, start: number, size: number, part: number): void {
    const structs = this.#structs;
    const words = this.#words;
    const at = i * tstringWords;
    const free = this.#free;
    writeWord(words, at, size * 4 + kind.view);
    writeWord(words, at + 2, this.#address + free);
    writeWord(words, at + 4, noOwner);
    const written = this.#written;
    copyBytes(this.#bytes, start + written, part, structs, free + written);
    structs[free + size] = 0;
    this.#written = written + part;
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
