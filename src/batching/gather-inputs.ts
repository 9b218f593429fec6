import type { StringJoiner, Tensor, TensorAllocator } from '../tensor/index.ts';
import type { Steps } from '../util/index.ts';
import { joinTensors } from './join-tensors.ts';

/** What one piece brings to its batch: the same number of inputs, of the same types, as the others. */
export interface GatherSource {
  readonly inputs: readonly Tensor[];
  /** Whether its memory may have been given back; then nothing more of it is read. */
  isGone(): boolean;
}

/**
 * The inputs of a batch: of each input the rows of all sources in their order, padded where they differ
 * behind the first dimension, then `extraRows` more. Each source is copied once.
 *
 * @param sources at least one, grouped by {@link groupByShape}
 * @param joiner joins strings where the engine reads them; null: they are joined in the JavaScript heap
 * @returns null where a source has gone meanwhile: what was gathered is of no use
 * @throws StatusError RESOURCE_EXHAUSTED where the memory cannot be had
 */
export function* gatherInputs(
  sources: readonly GatherSource[],
  extraRows: number,
  allocator: TensorAllocator,
  joiner: StringJoiner | null = null,
): Steps<readonly Tensor[] | null> {
  const gathered: Tensor[] = [];
  for (let i = 0; i < sources[0]!.inputs.length; i++) {
    const parts = sources.map((source) => ({
      tensor: source.inputs[i]!,
      isGone: () => source.isGone(),
    }));
    const joined = yield* joinTensors(parts, extraRows, allocator, joiner);
    if (joined === null) return null;
    gathered.push(joined);
  }
  return gathered;
}
