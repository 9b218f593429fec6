import { invalidArgument } from '../status/index.ts';
import { dtypeInfo, elementCount, type Shape, shapeText } from '../tensor/index.ts';
import { seededRandom } from '../util/index.ts';
import { checkNamedDimensions, inputShape, type OpenDimensions } from './input-shape.ts';
import { makeInputs, type NumberBounds } from './made-inputs.ts';
import { predictRequest } from './predict-bodies.ts';
import type { Question, RequestSet } from './request-set.ts';
import type { InputSpec, Signature } from './signature.ts';

/** How requests are made. */
export interface MakeOptions {
  readonly open: OpenDimensions;
  readonly below: NumberBounds;
  /** The same seed makes the same requests. */
  readonly seed: number;
}

/** Different requests, so that no cache answers them, as long as they don't take much memory. */
const mostRequests = 16;
const mostElements = 4 << 20;

/**
 * Requests with random elements for what a signature takes.
 *
 * @throws StatusError INVALID_ARGUMENT shapes or types that cannot be sent
 */
export function makeRequests(
  { protocol, model }: Question,
  signature: Signature,
  { open, below, seed }: MakeOptions,
): RequestSet {
  checkNamedDimensions(signature.inputs, open);
  checkNamedBounds(signature.inputs, below);
  const shapes = signature.inputs.map((input) => inputShape(input, open));
  const elements = shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
  const count = Math.max(1, Math.min(mostRequests, Math.floor(mostElements / (elements + 1))));
  const random = seededRandom(seed);
  const requests = Array.from({ length: count }, () =>
    predictRequest(protocol, model, makeInputs(signature, shapes, below, random)),
  );
  const rows = rowsOf(signature.inputs, shapes);
  return {
    ...{ signatures: [model.signature], requests, rows, mostRows: rows },
    inputs: signature.inputs.map(
      ({ alias, dtype }, i) => `${alias} ${dtypeInfo(dtype).name} ${shapeText(shapes[i]!)}`,
    ),
  };
}

/** @throws StatusError INVALID_ARGUMENT a name of no input */
function checkNamedBounds(inputs: readonly InputSpec[], { named }: NumberBounds): void {
  const aliases = inputs.map(({ alias }) => alias);
  for (const name of named.keys()) {
    if (aliases.includes(name)) continue;
    throw invalidArgument(`There is no input ${name}; the inputs are ${aliases.join(', ')}`);
  }
}

/** The first dimension of the inputs whose first dimension is open; 1 where none has one. */
function rowsOf(inputs: readonly InputSpec[], shapes: readonly Shape[]): number {
  const at = inputs.findIndex(({ shape }) => shape === null || (shape[0] ?? 0) < 0);
  return shapes[at]?.[0] ?? 1;
}
