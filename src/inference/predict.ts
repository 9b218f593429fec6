import type { ServableId, ServableLookup } from '../core/index.ts';
import type { SignatureSpec } from '../engines/index.ts';
import type { ModelServable } from '../servables/index.ts';
import type { Tensor, TensorAllocator } from '../tensor/index.ts';
import type { ModelSpec } from './model-spec.ts';

/** A request bound to a signature: what to feed and what to fetch. */
export interface BoundInputs {
  /** In the order of `signature.inputs`. */
  readonly feeds: readonly Tensor[];
  /** Indices into `signature.outputs`; null: all. */
  readonly fetches: readonly number[] | null;
}

/** What the encoder gets. Tensors are the engine's memory: read them before returning. */
export interface PredictResult {
  readonly id: ServableId;
  readonly signature: SignatureSpec;
  /** Aliases of `tensors`, in the same order. */
  readonly aliases: readonly string[];
  readonly tensors: readonly Tensor[];
}

/**
 * One Predict, whatever the protocol. The protocols differ in how they find the signature, in the
 * texts of their input errors and in their encoding, so these three steps are theirs; what happens
 * between, and who owns what while it does, is {@link predict}'s.
 */
export interface PredictCall<Reply> {
  readonly modelSpec: ModelSpec;
  /** ms on the `performance.now()` clock; Infinity: none. */
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  selectSignature(signatures: ReadonlyMap<string, SignatureSpec>): SignatureSpec;
  /** Decodes the inputs into memory of `allocator`, which lives until the reply is encoded. */
  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs;
  encode(result: PredictResult): Reply;
}

/** What inference needs of the server. */
export interface InferenceContext {
  readonly lookup: ServableLookup<ModelServable>;
  /** Refuse feeds that the declared shapes exclude, and serve empty batches (docs/errors.md). */
  readonly checkShapes: boolean;
}

export declare function predict<Reply>(
  context: InferenceContext,
  call: PredictCall<Reply>,
): Reply | Promise<Reply>;
