/** The dimensions of a tensor, outermost first; `[]` is a scalar. Every one is ≥ 0. */
export type Shape = readonly number[];

/**
 * What a signature or placeholder says of a shape: −1 is a dimension of any size, `null` is any
 * rank.
 */
export type PartialShape = readonly number[] | null;

/** The number of elements, 1 for a scalar. Exact up to 2^53; beyond that it is only "too large". */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (let i = 0; i < shape.length; i++) count *= shape[i]!;
  return count;
}

/** Whether a tensor of `shape` is what `partial` allows. */
export function matchesPartialShape(shape: Shape, partial: PartialShape): boolean {
  if (partial === null) return true;
  if (partial.length !== shape.length) return false;
  for (let i = 0; i < shape.length; i++) {
    const size = partial[i]!;
    if (size >= 0 && size !== shape[i]) return false;
  }
  return true;
}

/** `[2,3]`, the form TensorFlow prints; −1 as `?` and any rank as `<unknown>`. */
export function shapeText(shape: PartialShape): string {
  if (shape === null) return '<unknown>';
  return `[${shape.map((size) => (size < 0 ? '?' : size)).join(',')}]`;
}
