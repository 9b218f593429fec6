import type { NumericTensor, StringTensor, Tensor } from './tensor.ts';

/** Bytes of a part, but for one long string: fresh memory costs most of the time. */
export const partBytes = 64 << 10;

/** Strings of a part. */
const partStrings = 1024;

/**
 * The elements of a tensor in their order, in tensors of one dimension that view its memory: each is
 * written or measured in some 20 to 100 µs, but for one string that {@link isLong} and has a part of
 * its own. None for a tensor without elements.
 */
export function* partsOf(tensor: Tensor): Generator<Tensor> {
  if ('offsets' in tensor) yield* partsOfStrings(tensor);
  else yield* partsOfNumbers(tensor);
}

/** Whether a part is one string that should be copied in pieces. */
export function isLong(part: Tensor): boolean {
  return 'offsets' in part && part.offsets.at(-1)! - part.offsets[0]! > partBytes;
}

function* partsOfNumbers({ dtype, data }: NumericTensor): Generator<NumericTensor> {
  const length = partBytes / data.BYTES_PER_ELEMENT;
  for (let from = 0; from < data.length; from += length) {
    const part = data.subarray(from, from + length);
    yield { dtype, shape: [part.length], data: part } as NumericTensor;
  }
}

function* partsOfStrings({ dtype, bytes, offsets }: StringTensor): Generator<StringTensor> {
  const count = offsets.length - 1;
  for (let from = 0; from < count; ) {
    const most = Math.min(from + partStrings, count);
    let to = from + 1;
    while (to < most && offsets[to + 1]! - offsets[from]! <= partBytes) to++;
    yield { dtype, shape: [to - from], bytes, offsets: offsets.subarray(from, to + 1) };
    from = to;
  }
}
