import type { ServableHandle, ServableId } from '../core/index.ts';
import type { SignatureSpec, TensorScope } from '../engines/index.ts';
import type { ModelServable } from '../servables/index.ts';
import type { Tensor, TensorAllocator } from '../tensor/index.ts';
import { checkFeeds } from './check-feeds.ts';
import { cutToNoRows, isEmptyBatch, withOneZeroRow } from './empty-batch.ts';
import type { InferenceContext } from './inference-context.ts';
import type { ModelSpec } from './model-spec.ts';
import { resolve } from './resolve.ts';

/** A request bound to a signature: what to feed and what to fetch. */
export interface BoundInputs {
  /** In the order of `signature.inputs`. */
  readonly feeds: readonly Tensor[];
  /** Indices into `signature.outputs` without repeats; null: all. */
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
 * between, and who owns what while it does, is {@link predict}'s. All three are synchronous.
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

/**
 * Resolves, decodes, checks, runs, encodes. Synchronous where the engine's run was, so that tiny
 * models pay for no promise.
 *
 * Guarantees, on success, error and abort alike:
 * 1. The servable's handle is released exactly once, after the last read of engine memory.
 * 2. The scope, and with it the request's tensors, is closed exactly once, before the handle.
 * 3. The first error is the one that is thrown.
 *
 * @throws StatusError (or rejects with it): of `resolve`, of the call's own three steps, of the
 * feed checks (spec of the checks: `check-feeds.ts`) and of the engine.
 */
export function predict<Reply>(
  context: InferenceContext,
  call: PredictCall<Reply>,
): Reply | Promise<Reply> {
  const handle = resolve(context, call.modelSpec);
  let scope: TensorScope | null = null;
  let handedOver = false;
  try {
    const { model } = handle.servable;
    const signature = call.selectSignature(model.signatures);
    scope = model.openScope();
    const { feeds, fetches } = call.bind(signature, scope);

    let actualFeeds = feeds;
    let emptyBatch = false;
    if (context.checkShapes) {
      checkFeeds(signature, feeds);
      emptyBatch = isEmptyBatch(signature, feeds) && model.isRowwiseStateless(signature);
      if (emptyBatch) actualFeeds = withOneZeroRow(feeds, scope);
    }

    const outputs = model.run(scope, signature, actualFeeds, fetches, call);
    if (outputs instanceof Promise) {
      handedOver = true;
      return finishLater(call, outputs, handle, scope, signature, fetches, emptyBatch);
    }
    return finish(call, outputs, handle, signature, fetches, emptyBatch);
  } finally {
    if (!handedOver) giveBack(scope, handle);
  }
}

async function finishLater<Reply>(
  call: PredictCall<Reply>,
  outputs: Promise<readonly Tensor[]>,
  handle: ServableHandle<ModelServable>,
  scope: TensorScope,
  signature: SignatureSpec,
  fetches: readonly number[] | null,
  emptyBatch: boolean,
): Promise<Reply> {
  try {
    return finish(call, await outputs, handle, signature, fetches, emptyBatch);
  } finally {
    giveBack(scope, handle);
  }
}

function finish<Reply>(
  call: PredictCall<Reply>,
  outputs: readonly Tensor[],
  handle: ServableHandle<ModelServable>,
  signature: SignatureSpec,
  fetches: readonly number[] | null,
  emptyBatch: boolean,
): Reply {
  const aliases =
    fetches === null
      ? signature.outputs.map((output) => output.alias)
      : fetches.map((index) => signature.outputs[index]!.alias);
  const tensors = emptyBatch ? cutToNoRows(outputs) : outputs;
  return call.encode({ id: handle.id, signature, aliases, tensors });
}

function giveBack(scope: TensorScope | null, handle: ServableHandle<ModelServable>): void {
  try {
    scope?.close();
  } finally {
    handle.release();
  }
}
