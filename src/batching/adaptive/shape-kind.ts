import type { Tensor } from '../../tensor/index.ts';

/**
 * Names the shapes of a task's inputs behind their first dimension: tasks of one name can be joined, and cost
 * about the same a row.
 *
 * @param pads whether inputs may be padded there: then lengths within a power of two have one name
 */
export function shapeKind(inputs: readonly Tensor[], pads: boolean): string {
  let name = '';
  for (const { shape } of inputs) {
    for (let i = 1; i < shape.length; i++) name += `${pads ? bucketOf(shape[i]!) : shape[i]},`;
    name += ';';
  }
  return name;
}

/** The power of two that a length is padded to at most, for its name. */
function bucketOf(length: number): number {
  return length <= 1 ? length : 2 ** Math.ceil(Math.log2(length));
}
