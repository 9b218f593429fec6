import type { WireWriter } from '../util/index.ts';
import { DType } from './dtype.ts';
import type { NumericTensor } from './tensor.ts';

/** A negative number is sign-extended to 64 bits, whatever its dtype. */
const negativeSize = 10;

/** Elements of 8 and 16 bits are widened so many at a time. */
const chunkLength = 4096;

/** Bytes of a tensor's elements as packed varints. */
export function intListSize(tensor: NumericTensor): number {
  const wide = asWide(tensor);
  if (wide !== null) return wideSize(wide);
  let size = 0;
  for (const values of chunks(tensor)) size += narrowSize(values, isUnsigned(tensor));
  return size;
}

/** Writes the elements as packed varints: {@link intListSize} bytes. */
export function writeIntList(tensor: NumericTensor, writer: WireWriter): void {
  const wide = asWide(tensor);
  if (wide !== null) {
    writeWide(wide, writer);
    return;
  }
  for (const values of chunks(tensor)) writeNarrow(values, isUnsigned(tensor), writer);
}

/** 64-bit elements as pairs (low, high) of words, so that none becomes a BigInt. */
function asWide({ data }: NumericTensor): Int32Array | null {
  if (data.BYTES_PER_ELEMENT !== 8) return null;
  return new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4);
}

/** Whether a set top bit of 32 means a large number. Smaller dtypes are widened by their sign. */
function isUnsigned({ dtype }: NumericTensor): boolean {
  return dtype === DType.UINT32;
}

/** The elements as one kind of array, whatever the dtype, so that the loops over it stay fast. */
function* chunks({ data }: NumericTensor): Generator<Int32Array> {
  if (data.BYTES_PER_ELEMENT === 4) {
    yield new Int32Array(data.buffer, data.byteOffset, data.length);
    return;
  }
  const small = data as Int8Array | Uint8Array | Int16Array | Uint16Array;
  const chunk = new Int32Array(Math.min(chunkLength, small.length));
  for (let start = 0; start < small.length; start += chunkLength) {
    const part = small.subarray(start, start + chunkLength);
    chunk.set(part);
    yield chunk.subarray(0, part.length);
  }
}

function narrowSize(values: Int32Array, unsigned: boolean): number {
  let size = values.length;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >>> 0 < 0x80) continue;
    size += value < 0 && !unsigned ? negativeSize - 1 : varintSize32(value) - 1;
  }
  return size;
}

/** Bytes of the varint of an unsigned 32-bit number. */
function varintSize32(value: number): number {
  if (value >>> 0 < 0x80) return 1;
  return ((38 - Math.clz32(value)) / 7) | 0;
}

function wideSize(words: Int32Array): number {
  let size = 0;
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i + 1]!;
    size += high === 0 ? varintSize32(words[i]!) : ((70 - Math.clz32(high)) / 7) | 0;
  }
  return size;
}

function writeNarrow(values: Int32Array, unsigned: boolean, writer: WireWriter): void {
  const { bytes } = writer;
  let position = writer.position;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >>> 0 < 0x80) bytes[position++] = value;
    else if (value >>> 0 < 0x4000) {
      bytes[position] = (value & 0x7f) | 0x80;
      bytes[position + 1] = value >>> 7;
      position += 2;
    } else position = writeWords(bytes, position, value, value < 0 && !unsigned ? -1 : 0);
  }
  writer.position = position;
}

function writeWide(words: Int32Array, writer: WireWriter): void {
  let position = writer.position;
  for (let i = 0; i < words.length; i += 2) {
    position = writeWords(writer.bytes, position, words[i]!, words[i + 1]!);
  }
  writer.position = position;
}

/** Writes the varint of a 64-bit number given as two words; returns where it ends. */
function writeWords(bytes: Uint8Array, position: number, low: number, high: number): number {
  while (high !== 0 || low >>> 0 > 0x7f) {
    bytes[position++] = (low & 0x7f) | 0x80;
    low = (low >>> 7) | (high << 25);
    high >>>= 7;
  }
  bytes[position++] = low;
  return position;
}
