import type { SignatureSpec } from '../../../engines/index.ts';
import {
  encodePredictResponse,
  encodePredictResponseInSteps,
  isLargeResponse,
  type PredictResult,
} from '../../../inference/index.ts';
import { invalidArgument } from '../../../status/index.ts';
import { pace, type Steps } from '../../../util/index.ts';
import type { RestReply } from '../exchange.ts';
import { printPredictReply } from '../predict-reply.ts';
import { type MediaType, npyType } from './media-type.ts';
import { writeNpy } from './npy-write.ts';

/** How a reply is to be written. */
export interface ReplyForm {
  readonly type: MediaType;
  /** The model's name in the path. */
  readonly modelName: string;
  /** `--enable_serialization_as_tensor_content`, for a PredictResponse. */
  readonly asTensorContent: boolean;
}

/**
 * Finds out before a run that its outputs will not fit into a reply.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkReply(
  { type }: ReplyForm,
  { key, outputs }: SignatureSpec,
  fetches: readonly number[] | null,
): void {
  if (type !== npyType || (fetches ?? outputs).length === 1) return;
  const asked = fetches?.map((index) => outputs[index]!) ?? outputs;
  const aliases = asked.map(({ alias }) => alias).join(', ');
  throw invalidArgument(
    `A .npy reply holds one tensor, signature "${key}" gives ${asked.length} (${aliases}): ` +
      'name one in Serval-Output-Filter, or accept application/x-protobuf',
  );
}

/**
 * The outputs in the form that was agreed on; as JSON in rows. The engine's memory is copied once and
 * not used afterwards.
 *
 * @throws (or rejects with) StatusError where the outputs cannot be written in that form
 */
export function writeReply(
  { type, modelName, asTensorContent }: ReplyForm,
  { id, signature, aliases, tensors }: PredictResult,
  signal: AbortSignal,
): RestReply | Promise<RestReply> {
  if (type.format === 'protobuf') {
    const served = { name: modelName, signatureName: signature.key, version: id.version };
    const response = [served, aliases, tensors, { asTensorContent }, 0] as const;
    if (!isLargeResponse(tensors)) return success(type, encodePredictResponse(...response));
    return paced(type, encodePredictResponseInSteps(...response), signal);
  }
  const steps =
    type.format === 'npy'
      ? writeNpy(aliases[0]!, tensors[0]!)
      : printPredictReply(aliases, tensors, 'row');
  return paced(type, steps, signal);
}

function paced(
  type: MediaType,
  steps: Steps<Uint8Array>,
  signal: AbortSignal,
): RestReply | Promise<RestReply> {
  const body = pace(steps, signal);
  return body instanceof Promise ? body.then((bytes) => success(type, bytes)) : success(type, body);
}

function success({ name }: MediaType, body: Uint8Array): RestReply {
  return { status: 200, headers: { 'Content-Type': name }, body };
}
