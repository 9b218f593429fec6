import type { ServableHandle, ServableId } from '../core/index.ts';
import type { LoadedModel, SignatureSpec, TensorScope } from '../engines/index.ts';
import type { ModelServable } from '../servables/index.ts';
import type { Tensor, TensorAllocator } from '../tensor/index.ts';
import { checkFeeds } from './check-feeds.ts';
import { cutToNoRows, isEmptyBatch, withOneZeroRow } from './empty-batch.ts';
import type { InferenceContext } from './inference-context.ts';
import type { ModelCall } from './model-call.ts';
import { resolve } from './resolve.ts';

/** A request bound to a signature: what to feed and what to fetch. */
export interface BoundInputs {
  /** In the order of `signature.inputs`. */
  readonly feeds: readonly Tensor[];
  /** Indices into `signature.outputs` without repeats; null: all. */
  readonly fetches: readonly number[] | null;
  /** Leave it to the engine whether the feeds have the right types: true where those declared may be wrong. */
  readonly anyDType?: boolean;
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
export interface PredictCall<Reply> extends ModelCall {
  /** What runs count as; null: runs of it are not counted. By default `Predict`. */
  readonly api?: string | null;
  /** @param model combines several signatures into one, which is then bound in their place. */
  selectSignature(
    signatures: ReadonlyMap<string, SignatureSpec>,
    model: Pick<LoadedModel, 'combine'>,
  ): SignatureSpec;
  /** Decodes the inputs into memory of `allocator`, which lives until the reply is encoded. */
  bind(signature: SignatureSpec, allocator: TensorAllocator): BoundInputs | Promise<BoundInputs>;
  encode(result: PredictResult): Reply | Promise<Reply>;
}

/** One Predict under way: what its steps share. */
interface Request<Reply> {
  readonly context: InferenceContext;
  readonly call: PredictCall<Reply>;
  readonly handle: ServableHandle<ModelServable>;
  readonly scope: TensorScope;
  readonly signature: SignatureSpec;
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
 * @throws StatusError (or rejects with it): of {@link resolve}, of the call's own three steps, of
 * {@link checkFeeds} and of the engine.
 */
export function predict<Reply>(
  context: InferenceContext,
  call: PredictCall<Reply>,
): Reply | Promise<Reply> {
  const handle = resolve(context, call.modelSpec);
  let scope: TensorScope | null = null;
  let isLater = false;
  try {
    const { model } = handle.servable;
    const signature = call.selectSignature(model.signatures, model);
    scope = model.openScope();
    const request = { context, call, handle, scope, signature };
    const bound = call.bind(signature, scope);
    const reply = bound instanceof Promise ? runLater(request, bound) : run(request, bound);
    if (!(reply instanceof Promise)) return reply;
    isLater = true;
    return giveBackAfter(reply, scope, handle);
  } finally {
    if (!isLater) giveBack(scope, handle);
  }
}

async function runLater<Reply>(
  request: Request<Reply>,
  bound: Promise<BoundInputs>,
): Promise<Reply> {
  return run(request, await bound);
}

function run<Reply>(
  request: Request<Reply>,
  { feeds, fetches, anyDType = false }: BoundInputs,
): Reply | Promise<Reply> {
  const { context, call, handle, scope, signature } = request;
  const { model } = handle.servable;
  let actualFeeds = feeds;
  let isEmpty = false;
  if (context.checkShapes) {
    checkFeeds(signature, feeds, anyDType);
    isEmpty = isEmptyBatch(signature, feeds) && model.isRowwiseStateless(signature);
    if (isEmpty) actualFeeds = withOneZeroRow(feeds, scope, call);
  }
  const began = context.observer === undefined ? 0 : performance.now();
  const outputs = model.run(scope, signature, actualFeeds, fetches, call);
  return outputs instanceof Promise
    ? encodeLater(request, outputs, fetches, isEmpty, began)
    : encode(request, outputs, fetches, isEmpty, began);
}

async function encodeLater<Reply>(
  request: Request<Reply>,
  outputs: Promise<readonly Tensor[]>,
  fetches: readonly number[] | null,
  isEmpty: boolean,
  began: number,
): Promise<Reply> {
  return encode(request, await outputs, fetches, isEmpty, began);
}

function encode<Reply>(
  { context, call, handle, signature }: Request<Reply>,
  outputs: readonly Tensor[],
  fetches: readonly number[] | null,
  isEmpty: boolean,
  began: number,
): Reply | Promise<Reply> {
  const { api = 'Predict' } = call;
  if (context.observer !== undefined && api !== null) {
    const microseconds = (performance.now() - began) * 1000;
    context.observer.modelRan(api, call.modelSpec.name, microseconds);
  }
  const aliases =
    fetches === null
      ? signature.outputs.map((output) => output.alias)
      : fetches.map((index) => signature.outputs[index]!.alias);
  const tensors = isEmpty ? cutToNoRows(outputs) : outputs;
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
