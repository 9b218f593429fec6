import { failedPrecondition, invalidArgument, type StatusError } from '../status/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** How many rows the inputs of a task have (spec 7.3). @throws StatusError INVALID_ARGUMENT */
export function rowsOfInputs(inputs: readonly Tensor[]): number {
  const [first] = inputs;
  if (first === undefined) {
    throw invalidArgument('Batching Run() must have at least one input tensor');
  }
  const rows = first.shape[0];
  for (const { shape } of inputs) {
    if (shape.length === 0) {
      throw invalidArgument('Batching Run() input tensors must have at least one dimension');
    }
    if (shape[0] !== rows) {
      throw invalidArgument('Batching Run() input tensors must have equal 0th-dimension size');
    }
  }
  return rows!;
}

/** The size that a batch is padded to: the first one allowed that is not smaller, else its own. */
export function allowedSize(rows: number, allowed: readonly number[]): number {
  // There is no row to pad with.
  if (rows === 0) return 0;
  return allowed.find((size) => size >= rows) ?? rows;
}

/** Why outputs cannot be divided among the tasks of a batch of `rows` rows (spec 7.4); null: they can. */
export function outputFault(outputs: readonly Tensor[], rows: number): StatusError | null {
  for (const { shape } of outputs) {
    if (shape.length === 0) return failedPrecondition('Batched output tensor has 0 dimensions');
    if (shape[0] !== rows) {
      return failedPrecondition(
        "Batched output tensor's 0th dimension does not equal the sum of the 0th dimension sizes of the input tensors",
      );
    }
  }
  return null;
}
