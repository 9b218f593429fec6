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

/** What the encoder gets. Tensors are the engine's memory: not to be read after the reply is made. */
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
 * between, and who owns what while it does, is {@link predict}'s. `bind` and `encode` are
 * synchronous where they take well under 1 ms, else promises that let the event loop go on.
 */
export interface PredictCall<Reply> {
  readonly modelSpec: ModelSpec;
  /** ms on the `performance.now()` clock; Infinity: none. */
  readonly deadline: number;
  readonly signal: AbortSignal | null;
  selectSignature(signatures: ReadonlyMap<string, SignatureSpec>): SignatureSpec;
  /** Decodes the inputs into memory of `allocator`, which lives until the reply is encoded. */
  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs | Promise<BoundInputs>;
  encode(result: PredictResult): Reply | Promise<Reply>;
}

/**
 * Resolves, decodes, checks, runs, encodes. Synchronous where the engine's run and the call's own
 * steps were, so that tiny models pay for no promise.
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
    const bound = call.bind(signature, scope);
    const reply =
      bound instanceof Promise
        ? runLater(context, call, handle, scope, signature, bound)
        : run(context, call, handle, scope, signature, bound);
    if (!(reply instanceof Promise)) return reply;
    handedOver = true;
    return giveBackAfter(reply, scope, handle);
  } finally {
    if (!handedOver) giveBack(scope, handle);
  }
}

async function runLater<Reply>(
  context: InferenceContext,
  call: PredictCall<Reply>,
  handle: ServableHandle<ModelServable>,
  scope: TensorScope,
  signature: SignatureSpec,
  bound: Promise<BoundInputs>,
): Promise<Reply> {
  return run(context, call, handle, scope, signature, await bound);
}

function run<Reply>(
  context: InferenceContext,
  call: PredictCall<Reply>,
  handle: ServableHandle<ModelServable>,
  scope: TensorScope,
  signature: SignatureSpec,
  { feeds, fetches }: BoundInputs,
): Reply | Promise<Reply> {
  const { model } = handle.servable;
  let actualFeeds = feeds;
  let emptyBatch = false;
  if (context.checkShapes) {
    checkFeeds(signature, feeds);
    emptyBatch = isEmptyBatch(signature, feeds) && model.isRowwiseStateless(signature);
    if (emptyBatch) actualFeeds = withOneZeroRow(feeds, scope);
  }

  const outputs = model.run(scope, signature, actualFeeds, fetches, call);
  if (outputs instanceof Promise) {
    return encodeLater(call, outputs, handle, signature, fetches, emptyBatch);
  }
  return encode(call, outputs, handle, signature, fetches, emptyBatch);
}

async function encodeLater<Reply>(
  call: PredictCall<Reply>,
  outputs: Promise<readonly Tensor[]>,
  handle: ServableHandle<ModelServable>,
  signature: SignatureSpec,
  fetches: readonly number[] | null,
  emptyBatch: boolean,
): Promise<Reply> {
  return encode(call, await outputs, handle, signature, fetches, emptyBatch);
}

function encode<Reply>(
  call: PredictCall<Reply>,
  outputs: readonly Tensor[],
  handle: ServableHandle<ModelServable>,
  signature: SignatureSpec,
  fetches: readonly number[] | null,
  emptyBatch: boolean,
): Reply | Promise<Reply> {
  const aliases =
    fetches === null
      ? signature.outputs.map((output) => output.alias)
      : fetches.map((index) => signature.outputs[index]!.alias);
  const tensors = emptyBatch ? cutToNoRows(outputs) : outputs;
  return call.encode({ id: handle.id, signature, aliases, tensors });
}

async function giveBackAfter<Reply>(
  reply: Promise<Reply>,
  scope: TensorScope,
  handle: ServableHandle<ModelServable>,
): Promise<Reply> {
  try {
    return await reply;
  } finally {
    giveBack(scope, handle);
  }
}

function giveBack(scope: TensorScope | null, handle: ServableHandle<ModelServable>): void {
  try {
    scope?.close();
  } finally {
    handle.release();
  }
}
