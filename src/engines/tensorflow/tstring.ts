import { internal } from '../../status/index.ts';
import type { StringPart, StringTensor } from '../../tensor/index.ts';
import { type Address, addressOf, libc, readWord } from '../ffi/index.ts';

/**
 * The memory of a TF_STRING tensor: one 24-byte TF_TString for each element (ctstring_internal.h,
 * little-endian). The low two bits of the first byte tell how the rest is read:
 *
 *     small  0  u8 size << 2, then up to 22 bytes and a NUL
 *     large  1  u64 size << 2 | 1, u64 capacity, u64 address of heap memory
 *     offset 2  u32 size << 2 | 2, u32 offset of the bytes from the start of this struct
 *     view   3  u64 size << 2 | 3, u64 address of bytes that somebody else owns, u64 owner
 *
 * TensorFlow writes all of them in outputs; what is fed is written as small ones and views.
 */
export const tstringBytes = 24;

export const tstringWords = tstringBytes / 4;
export const longestSmall = 22;

export const kind = { small: 0, large: 1, offset: 2, view: 3 } as const;

export function stringCount({ tensor, elements }: StringPart): number {
  return elements === null ? tensor.offsets.length - 1 : elements.length;
}

/**
 * Bytes that {@link StringsWriter} needs for strings: their structs, and behind them the longer
 * strings, each with a NUL.
 *
 * @throws StatusError INTERNAL for offsets that leave the `bytes` of a tensor, and elements that it has not.
 */
export function stringsSize(parts: readonly StringPart[]): number {
  let total = 0;
  for (const part of parts) {
    const { elements, tensor } = part;
    const { bytes, offsets } = tensor;
    const count = stringCount(part);
    total += count * tstringBytes;
    for (let i = 0; i < count; i++) {
      const element = elements === null ? i : elements[i]!;
      const start = offsets[element]!;
      const end = offsets[element + 1]!;
      // Written so that NaN fails too: an address outside the bytes would be read as memory.
      if (!(start >= 0 && end >= start && end <= bytes.length)) throw brokenOffsets();
      if (end - start > longestSmall) total += end - start + 1;
    }
  }
  return total;
}

function brokenOffsets() {
  return internal('A string tensor has offsets outside its bytes');
}

/**
 * Copies the strings of `count` structs out of native memory, into one block and its offsets. The
 * structs are at `structs`, whose address is `address`.
 */
export function readStrings(
  structs: ArrayBuffer,
  address: Address,
  count: number,
): Pick<StringTensor, 'bytes' | 'offsets'> {
  const words = new Uint32Array(structs, 0, count * tstringWords);
  const source = new Uint8Array(structs, 0, count * tstringBytes);
  const offsets = new Float64Array(count + 1);
  let total = 0;
  for (let i = 0; i < count; i++) {
    total += sizeAt(words, i * tstringWords);
    offsets[i + 1] = total;
  }
  // Not zeroed first, since every byte is written; never from Node's pool, which others share.
  const bytes = Buffer.allocUnsafeSlow(total);
  const targetAddress = total === 0 ? 0 : addressOf(bytes.buffer);
  const { memcpy } = libc();
  for (let i = 0; i < count; i++) {
    const word = i * tstringWords;
    const to = offsets[i]!;
    const size = offsets[i + 1]! - to;
    if (size === 0) continue;
    switch (words[word]! & 3) {
      case kind.small: {
        const from = i * tstringBytes + 1;
        for (let j = 0; j < size; j++) bytes[to + j] = source[from + j]!;
        break;
      }
      case kind.large:
        memcpy(targetAddress + to, readWord(words, word + 4), size);
        break;
      case kind.offset:
        memcpy(targetAddress + to, address + i * tstringBytes + words[word + 1]!, size);
        break;
      default:
        memcpy(targetAddress + to, readWord(words, word + 2), size);
    }
  }
  return { bytes, offsets };
}

function sizeAt(words: Uint32Array, word: number): number {
  const low = words[word]!;
  switch (low & 3) {
    case kind.small:
      return (low & 0xff) >>> 2;
    case kind.offset:
      return low >>> 2;
    default:
      return Math.floor(readWord(words, word) / 4);
  }
}
