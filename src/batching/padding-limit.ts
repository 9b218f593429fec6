import { elementCount, type Shape, type Tensor } from '../tensor/index.ts';

/** Elements of a padded input that are nobody's business: 256 MiB of floats. */
const freeElements = 2 ** 26;

/** Beyond them, so many times what the clients have sent. */
const mostGrowth = 16;

/**
 * Whether an input may be padded to a shape. Clients choose the sizes of rows: two small requests, one long
 * in one dimension and one in another, would take all memory that there is.
 */
export function mayPad(parts: readonly Tensor[], padded: Shape): boolean {
  const elements = elementCount(padded);
  if (elements <= freeElements) return true;
  return elements <= mostGrowth * parts.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** The shape of what tensors of one rank are joined to, with `extraRows` more rows. */
export function joinedShape(tensors: readonly Tensor[], extraRows: number): Shape {
  return tensors[0]!.shape.map((_, axis) => {
    const sizes = tensors.map(({ shape }) => shape[axis]!);
    return axis === 0 ? sizes.reduce((sum, size) => sum + size, extraRows) : Math.max(...sizes);
  });
}
