import {
  DType,
  elementCount,
  type NumericTensor,
  type Shape,
  type StringJoiner,
  type StringTensor,
} from '../tensor/index.ts';
import type { Steps } from '../util/index.ts';
import { type JoinPart, joinedBy, repeatSlots } from './join-rows.ts';
import { rowElements, slotsOf } from './tensor-rows.ts';

/** Elements that are copied, in runs of any length, without looking at the time. */
const stepElements = 4096;

/** Fills `joined` with parts of smaller dimensions behind the first: see `joinTensors`. */
export function* padNumbers(
  parts: readonly JoinPart<NumericTensor>[],
  joined: NumericTensor,
): Steps<NumericTensor | null> {
  const { data, shape } = joined;
  const slots = slotsOf(joined);
  const width = rowElements(joined) * slots;
  let filled = 0;
  let last = 0;
  for (const part of parts) {
    if (part.isGone()) return null;
    const { data: source, shape: own } = part.tensor;
    last = filled;
    filled += own[0]! * width;
    const target = data.subarray(last, filled);
    target.set(source.subarray(0, slots) as never);
    yield* repeatSlots(target, slots, 0, slots);
    let copied = stepElements;
    for (const { from, to, length } of runs(own, shape)) {
      if (copied >= stepElements) {
        copied = 0;
        yield;
        if (part.isGone()) return null;
      }
      const run = source.subarray(from * slots, (from + length) * slots);
      target.set(run as never, to * slots);
      copied += length;
    }
  }
  yield* repeatSlots(data, filled, last, width);
  return joined;
}

/** The strings of parts of smaller dimensions than `shape`: see `joinTensors`. */
export function* padStrings(
  parts: readonly JoinPart<StringTensor>[],
  extraRows: number,
  shape: Shape,
  joiner: StringJoiner | null,
): Steps<StringTensor | null> {
  const width = rowElements({ shape });
  const offsets = new Float64Array(elementCount(shape) + 1);
  const chosen: { readonly part: JoinPart<StringTensor>; readonly elements: Int32Array }[] = [];
  for (const part of parts) {
    // What no run covers is the first element.
    const elements = new Int32Array(part.tensor.shape[0]! * width);
    for (const { from, to, length } of runs(part.tensor.shape, shape)) {
      for (let i = 0; i < length; i++) elements[to + i] = from + i;
    }
    chosen.push({ part, elements });
    yield;
  }
  const { part: last, elements } = chosen.at(-1)!;
  const row = elements.subarray(0, width);
  for (let i = 0; i < extraRows; i++) chosen.push({ part: last, elements: row });
  if (joiner !== null) {
    const pieces = chosen.map((one) => ({ tensor: one.part.tensor, elements: one.elements }));
    return yield* joinedBy(joiner, parts, pieces, shape);
  }
  let at = 0;
  for (const { part, elements } of chosen) {
    const source = part.tensor.offsets;
    for (const element of elements) {
      at++;
      offsets[at] = offsets[at - 1]! + source[element + 1]! - source[element]!;
    }
    yield;
  }
  const bytes = Buffer.allocUnsafeSlow(offsets[at]!);
  at = 0;
  for (const { part, elements } of chosen) {
    const source = part.tensor;
    for (const element of elements) {
      if (at % stepElements === 0) yield;
      if (part.isGone()) return null;
      const begin = source.offsets[element]!;
      bytes.set(source.bytes.subarray(begin, source.offsets[element + 1]!), offsets[at]!);
      at++;
    }
  }
  return { dtype: DType.STRING, shape, bytes, offsets };
}

/** So many elements that lie together in a tensor and in the padded one, counted from where its rows begin. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** The elements of a tensor and where they go as it is padded to the dimensions of `padded` behind the first. */
function* runs(shape: Shape, padded: Shape): Generator<Run> {
  // Inner dimensions of equal size, and the one before them, lie together.
  let axis = shape.length - 1;
  let length = 1;
  let stride = 1;
  for (; axis > 0; axis--) {
    length *= shape[axis]!;
    stride *= padded[axis]!;
    if (length !== stride) break;
  }
  if (axis === 0) {
    yield { from: 0, to: 0, length: elementCount(shape) };
    return;
  }
  const lines = elementCount(shape.slice(0, axis));
  const index = new Array<number>(axis).fill(0);
  for (let line = 0; line < lines; line++) {
    let to = 0;
    for (let i = 0; i < axis; i++) to = i === 0 ? index[0]! : to * padded[i]! + index[i]!;
    yield { from: line * length, to: to * stride, length };
    for (let i = axis - 1; i >= 0 && ++index[i]! === shape[i]; i--) index[i] = 0;
  }
}
