import { internal } from '../../status/index.ts';
import type { StringTensor } from '../../tensor/index.ts';
import { type Address, addressOf, libc, readWord, writeWord } from '../ffi/index.ts';

/**
 * The memory of a TF_STRING tensor: one 24-byte TF_TString for each element (ctstring_internal.h,
 * little-endian). The low two bits of the first byte tell how the rest is read:
 *
 *     small  0  u8 size << 2, then up to 22 bytes and a NUL
 *     large  1  u64 size << 2 | 1, u64 capacity, u64 address of heap memory
 *     offset 2  u32 size << 2 | 2, u32 offset of the bytes from the start of this struct
 *     view   3  u64 size << 2 | 3, u64 address of bytes that somebody else owns
 *
 * TensorFlow writes all of them in outputs; what is fed is written as small ones and views.
 */
export const tstringBytes = 24;

const tstringWords = tstringBytes / 4;
const longestSmall = 22;

const kind = { small: 0, large: 1, offset: 2, view: 3 } as const;

/** Bytes that {@link writeStrings} needs for a tensor: its structs, and its strings behind them. */
export function stringsSize(tensor: StringTensor): number {
  const count = tensor.offsets.length - 1;
  return count * tstringBytes + tensor.offsets[count]! - tensor.offsets[0]!;
}

/**
 * Writes a tensor's strings at `target`, whose own address is `address`. The bytes are copied as
 * one block behind the structs, which point there: the tensor's memory holds all that it needs.
 *
 * @throws StatusError INTERNAL for offsets that leave `tensor.bytes`.
 */
export function writeStrings(target: ArrayBuffer, address: Address, tensor: StringTensor): void {
  const { bytes, offsets } = tensor;
  const count = offsets.length - 1;
  const first = offsets[0]!;
  const last = offsets[count]!;
  const structs = new Uint8Array(target);
  const words = new Uint32Array(target, 0, count * tstringWords);
  const blockAt = count * tstringBytes;
  if (!(first >= 0 && last <= bytes.length)) throw brokenOffsets();
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!;
    const size = offsets[i + 1]! - start;
    // Written so that NaN fails too: an address outside the block would be read as memory.
    if (!(size >= 0 && start >= first && start + size <= last)) throw brokenOffsets();
    if (size > longest) longest = size;
    if (size <= longestSmall) {
      const at = i * tstringBytes;
      structs[at] = size << 2;
      for (let j = 0; j < size; j++) structs[at + 1 + j] = bytes[start + j]!;
    } else {
      const at = i * tstringWords;
      writeWord(words, at, size * 4 + kind.view);
      writeWord(words, at + 2, address + blockAt + (start - first));
    }
  }
  if (longest > longestSmall) structs.set(bytes.subarray(first, last), blockAt);
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
  const target = new ArrayBuffer(total);
  const bytes = new Uint8Array(target);
  const targetAddress = total === 0 ? 0 : addressOf(target);
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
