import { invalidArgument } from '../status/index.ts';
import { elementCount, type Shape, shapeText } from '../tensor/index.ts';
import type { InputSpec } from './signature.ts';

/** Sizes for the dimensions that a signature leaves open. */
export interface OpenDimensions {
  /** Rows of a request: the first dimension of each input. */
  readonly batch: number;
  /** Any other open one; by default 1. */
  readonly all: number;
  /** Of one input, `<input>.<index from 0>`. */
  readonly named: ReadonlyMap<string, number>;
}

/** Elements of one input at most: what is larger is a slip of the pen. */
const mostElements = 2 ** 28;

/**
 * The shape that is sent for an input.
 *
 * @throws StatusError INVALID_ARGUMENT a size for a dimension that is not open, or too many elements
 */
export function inputShape({ alias, shape }: InputSpec, open: OpenDimensions): Shape {
  const sent = (shape ?? [-1]).map((size, index) => {
    const named = open.named.get(`${alias}.${index}`);
    if (size >= 0) {
      if (named !== undefined && named !== size) {
        throw invalidArgument(
          `The dimension ${index} of the input ${alias} is ${size} in the signature (${shapeText(shape)}), not ${named}`,
        );
      }
      return size;
    }
    return named ?? (index === 0 ? open.batch : open.all);
  });
  if (elementCount(sent) > mostElements) {
    throw invalidArgument(`The input ${alias} would be too large: ${shapeText(sent)}`);
  }
  return sent;
}

/** @throws StatusError INVALID_ARGUMENT a name that fits no dimension of the inputs */
export function checkNamedDimensions(inputs: readonly InputSpec[], open: OpenDimensions): void {
  const known = new Set(
    inputs.flatMap(({ alias, shape }) => (shape ?? [-1]).map((_, index) => `${alias}.${index}`)),
  );
  for (const name of open.named.keys()) {
    if (known.has(name)) continue;
    const shapes = inputs.map(({ alias, shape }) => `${alias} ${shapeText(shape)}`);
    throw invalidArgument(`There is no dimension ${name}; the inputs are ${shapes.join(', ')}`);
  }
}
