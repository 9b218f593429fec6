import {
  DType,
  type NumericTensor,
  type StringJoiner,
  type StringTensor,
  type Tensor,
  type TensorAllocator,
} from '../tensor/index.ts';
import type { Steps } from '../util/index.ts';
import { padNumbers, padStrings } from './join-padded.ts';
import { type JoinPart, joinNumberRows, joinStringRows } from './join-rows.ts';
import { joinedShape } from './padding-limit.ts';
import { differInShape } from './shape-groups.ts';

/**
 * One tensor of the rows of all parts, in their order, and at its end `extraRows` more that repeat the
 * first row of the last part that has one. Each part is copied once. Parts whose dimensions behind the first differ
 * are padded at the ends of these to the largest of all, with the first element of their own (spec 7.4).
 *
 * @param parts at least one, all of one dtype and rank; one has a row where there are extra ones, and all have an
 * element where they are padded
 * @param joiner joins strings where an engine reads them; null: they are joined in the JavaScript heap
 * @returns null where a part has gone before it was copied
 * @throws StatusError RESOURCE_EXHAUSTED where the memory cannot be had
 */
export function joinTensors(
  parts: readonly JoinPart[],
  extraRows: number,
  allocator: TensorAllocator,
  joiner: StringJoiner | null = null,
): Steps<Tensor | null> {
  const tensors = parts.map(({ tensor }) => tensor);
  const pads = differInShape(tensors);
  const shape = joinedShape(tensors, extraRows);
  const { dtype } = tensors[0]!;
  if (dtype === DType.STRING) {
    return (pads ? padStrings : joinStringRows)(
      parts as readonly JoinPart<StringTensor>[],
      extraRows,
      shape,
      joiner,
    );
  }
  const joined = allocator.allocate(dtype, shape);
  return (pads ? padNumbers : joinNumberRows)(parts as readonly JoinPart<NumericTensor>[], joined);
}
