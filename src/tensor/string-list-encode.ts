import { lengthPrefixedSize, varintSize, type WireWriter } from '../util/index.ts';
import type { StringTensor } from './tensor.ts';

/** Bytes of the strings as a repeated field, every one with its tag and length. */
export function stringListSize({ offsets }: StringTensor, elementTag: number): number {
  let size = (offsets.length - 1) * varintSize(elementTag);
  for (let i = 1; i < offsets.length; i++) {
    size += lengthPrefixedSize(offsets[i]! - offsets[i - 1]!);
  }
  return size;
}

/** Up to this length a loop is faster than a view and a call. */
const shortString = 64;

export function writeStringList(
  { bytes, offsets }: StringTensor,
  elementTag: number,
  writer: WireWriter,
): void {
  for (let i = 1; i < offsets.length; i++) {
    const start = offsets[i - 1]!;
    const length = offsets[i]! - start;
    writer.varint(elementTag);
    writer.varint(length);
    if (length > shortString) {
      writer.raw(bytes.subarray(start, start + length));
      continue;
    }
    const to = writer.position;
    for (let j = 0; j < length; j++) writer.bytes[to + j] = bytes[start + j]!;
    writer.position = to + length;
  }
}

/** Bytes of the strings as tensor_content: all lengths, then all bytes. */
export function stringContentSize({ offsets }: StringTensor): number {
  let size = offsets[offsets.length - 1]! - offsets[0]!;
  for (let i = 1; i < offsets.length; i++) size += varintSize(offsets[i]! - offsets[i - 1]!);
  return size;
}

export function writeStringContent(tensor: StringTensor, writer: WireWriter): void {
  const { bytes, offsets } = tensor;
  writeStringLengths(tensor, writer);
  writer.raw(bytes.subarray(offsets[0], offsets[offsets.length - 1]));
}

/** What tensor_content has of the strings before their bytes. */
export function writeStringLengths({ offsets }: StringTensor, writer: WireWriter): void {
  for (let i = 1; i < offsets.length; i++) writer.varint(offsets[i]! - offsets[i - 1]!);
}
