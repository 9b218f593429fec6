import type { Shape } from '../../../tensor/index.ts';
import type { Steps } from '../../../util/index.ts';

/** Elements moved in one step: each may miss the caches. */
const stepElements = 4 << 10;

/**
 * Copies elements that lie with the first index running fastest to where the last one does.
 *
 * @param source begins where an element of its size may
 * @param size bytes of an element; `source` and `target` have the same number of whole elements
 */
export function* fromFortranOrder(
  source: Uint8Array,
  target: Uint8Array,
  shape: Shape,
  size: number,
): Steps<void> {
  if (target.length === 0) return;
  const strides: number[] = [];
  let count = 1;
  for (const length of shape) {
    strides.push(count);
    count *= length;
  }
  const last = shape.length - 1;
  const row = shape[last]!;
  const rowStride = strides[last]!;
  const move = mover(source, target, size);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  let pause = stepElements;
  for (let to = 0; to < count; to += row) {
    for (let done = 0; done < row; done += stepElements) {
      const some = Math.min(stepElements, row - done);
      move(from + done * rowStride, rowStride, to + done, some);
      if (to + done + some < pause) continue;
      pause = to + done + some + stepElements;
      yield;
    }
    for (let axis = last - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** Moves `count` elements, from every `stride`th element on from `from`, to `to` and after it. */
type Move = (from: number, stride: number, to: number, count: number) => void;

/** A mover by the largest units of which all elements have whole numbers. */
function mover(source: Uint8Array, target: Uint8Array, size: number): Move {
  if (size % 4 === 0) return moveUnits(words(source), words(target), size / 4);
  if (size % 2 === 0) return moveUnits(halfWords(source), halfWords(target), size / 2);
  return moveUnits(source, target, size);
}

function words({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function halfWords({ buffer, byteOffset, byteLength }: Uint8Array): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

type Units = Uint8Array | Uint16Array | Uint32Array;

function moveUnits(source: Units, target: Units, units: number): Move {
  if (units === 1) {
    return (from, stride, to, count) => {
      for (let i = 0, at = from; i < count; i++, at += stride) target[to + i] = source[at]!;
    };
  }
  return (from, stride, to, count) => {
    for (let i = 0; i < count; i++) {
      const begin = (from + i * stride) * units;
      const end = (to + i) * units;
      for (let unit = 0; unit < units; unit++) target[end + unit] = source[begin + unit]!;
    }
  };
}
