import {
  DType,
  type NumericTensor,
  RepeatLast,
  type Shape,
  type StringJoiner,
  type StringPart,
  type StringTensor,
  type Tensor,
} from '../tensor/index.ts';
import type { Steps } from '../util/index.ts';
import { rowElements, slotsOf } from './tensor-rows.ts';

/** Copied without looking at the time: about 20 µs. */
const stepBytes = 128 << 10;

/** Strings whose offsets are written without looking at the time. */
const stepStrings = 4096;

/** A tensor whose memory may be given back while others are still being copied. */
export interface JoinPart<T extends Tensor = Tensor> {
  readonly tensor: T;
  /** Looked at before each step: once it is true, the memory is not read any more. */
  isGone(): boolean;
}

/** Fills `joined` with the rows of parts of its own dimensions: see `joinTensors`. */
export function* joinNumberRows(
  parts: readonly JoinPart<NumericTensor>[],
  joined: NumericTensor,
): Steps<NumericTensor | null> {
  const { data } = joined;
  const width = rowElements(joined) * slotsOf(joined);
  const step = stepBytes / data.BYTES_PER_ELEMENT;
  let filled = 0;
  for (const part of parts) {
    const { tensor } = part;
    const length = tensor.shape[0]! * width;
    for (let from = 0; from < length; from += step) {
      if (part.isGone()) return null;
      const to = Math.min(from + step, length);
      data.set(tensor.data.subarray(from, to) as never, filled + from);
      yield;
    }
    filled += length;
  }
  yield* repeatSlots(data, filled, lastRow(parts, width), width);
  return joined;
}

/** Where the first row of the last part is that has rows. */
function lastRow(parts: readonly JoinPart[], width: number): number {
  let row = 0;
  let first = 0;
  for (const { tensor } of parts) {
    const rows = tensor.shape[0]!;
    if (rows > 0) first = row;
    row += rows;
  }
  return first * width;
}

/** Fills `data` from `filled` to its end with the `width` slots at `from`, over and over, bit for bit. */
export function* repeatSlots(
  data: NumericTensor['data'],
  filled: number,
  from: number,
  width: number,
): Steps<void> {
  if (filled >= data.length) return;
  data.copyWithin(filled, from, from + width);
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: slotBytes } = data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const rest = new RepeatLast(bytes, (filled + width) * slotBytes, width * slotBytes);
  while (!rest.step()) yield;
}

/** The strings of parts of equal dimensions behind the first: see `joinTensors`. */
export function* joinStringRows(
  parts: readonly JoinPart<StringTensor>[],
  extraRows: number,
  shape: Shape,
  joiner: StringJoiner | null,
): Steps<StringTensor | null> {
  const width = rowElements({ shape });
  if (joiner !== null)
    return yield* joinedBy(joiner, parts, wholeParts(parts, extraRows, width), shape);
  const all = [...parts, ...repeatedStrings(parts, extraRows, width)];
  const size = all.reduce((sum, { tensor }) => sum + bytesOf(tensor), 0);
  // Not zeroed first, since every byte is written; never from Node's pool, which others share.
  const bytes = Buffer.allocUnsafeSlow(size);
  const offsets = new Float64Array(shape[0]! * width + 1);
  let filled = 0;
  let strings = 0;
  for (const part of all) {
    const { tensor } = part;
    const begin = tensor.offsets[0]!;
    const count = tensor.offsets.length - 1;
    for (let j = 1; j <= count; j++) {
      offsets[strings + j] = tensor.offsets[j]! - begin + filled;
      if (j % stepStrings === 0) yield;
    }
    strings += count;
    const length = bytesOf(tensor);
    for (let from = 0; from < length; from += stepBytes) {
      if (part.isGone()) return null;
      const to = Math.min(from + stepBytes, length);
      bytes.set(tensor.bytes.subarray(begin + from, begin + to), filled + from);
      yield;
    }
    filled += length;
  }
  return { dtype: DType.STRING, shape, bytes, offsets };
}

/**
 * Strings where an engine reads them.
 *
 * @param pieces of the tensors of `parts`
 */
export function* joinedBy(
  joiner: StringJoiner,
  parts: readonly JoinPart<StringTensor>[],
  pieces: readonly StringPart[],
  shape: Shape,
): Steps<StringTensor | null> {
  const isAnyGone = () => parts.some((part) => part.isGone());
  if (isAnyGone()) return null;
  const join = joiner.joinStrings(shape, pieces);
  while (!join.step()) {
    yield;
    if (isAnyGone()) return null;
  }
  return join.tensor;
}

/** All strings of all parts, and then the row that is repeated. */
function wholeParts(
  parts: readonly JoinPart<StringTensor>[],
  extraRows: number,
  width: number,
): StringPart[] {
  const pieces: StringPart[] = parts.map(({ tensor }) => ({ tensor, elements: null }));
  if (extraRows === 0) return pieces;
  const { tensor } = parts.findLast((part) => part.tensor.shape[0]! > 0)!;
  const elements = Int32Array.from({ length: extraRows * width }, (_, i) => i % width);
  return [...pieces, { tensor, elements }];
}

/** The first row of the last part that has one, so many times. */
function repeatedStrings(
  parts: readonly JoinPart<StringTensor>[],
  count: number,
  width: number,
): JoinPart<StringTensor>[] {
  if (count === 0) return [];
  const last = parts.findLast(({ tensor }) => tensor.shape[0]! > 0)!;
  const { tensor } = last;
  const row = {
    tensor: { ...tensor, offsets: tensor.offsets.subarray(0, width + 1) },
    isGone: () => last.isGone(),
  };
  return new Array<JoinPart<StringTensor>>(count).fill(row);
}

function bytesOf({ offsets }: StringTensor): number {
  return offsets.at(-1)! - offsets[0]!;
}
