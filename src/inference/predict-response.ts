import {
  planTensorProto,
  planTensorProtoInSteps,
  type Tensor,
  type TensorEncodeOptions,
  type TensorProtoPlan,
  writeTensorProto,
  writeTensorProtoInSteps,
} from '../tensor/index.ts';
import {
  lengthPrefixedSize,
  type Steps,
  stringSize,
  WireType,
  WireWriter,
  wireTag,
} from '../util/index.ts';
import {
  type ServedModelSpec,
  servedModelSpecSize,
  writeServedModelSpec,
} from './served-model-spec.ts';
import { keyTag, tensorEntrySize, valueTag, writeTensorEntryHead } from './tensor-entry.ts';

const outputsTag = wireTag(1, WireType.LENGTH);
const modelSpecTag = wireTag(2, WireType.LENGTH);

/** Elements and bytes of tensors up to which a response is written at once, in well under 1 ms. */
const longestAtOnce = 256 << 10;

/**
 * A serialized `tensorflow.serving.PredictResponse` in one buffer of exactly its size; the tensors'
 * memory is copied once and not used afterwards. For responses that are not {@link isLargeResponse}.
 *
 * @param aliases of `tensors`, in the same order
 * @param room bytes before the message that are left to the caller
 */
export function encodePredictResponse(
  modelSpec: ServedModelSpec,
  aliases: readonly string[],
  tensors: readonly Tensor[],
  options: TensorEncodeOptions,
  room: number,
): Uint8Array {
  // Written out: of the pieces below, a small response takes a third more instructions.
  const plans = tensors.map((tensor) => planTensorProto(tensor, options));
  const entrySizes = plans.map(
    ({ size }, i) => 1 + stringSize(aliases[i]!) + 1 + lengthPrefixedSize(size),
  );
  const modelSpecSize = servedModelSpecSize(modelSpec);
  let size = 1 + lengthPrefixedSize(modelSpecSize);
  for (const entrySize of entrySizes) size += 1 + lengthPrefixedSize(entrySize);

  const writer = new WireWriter(room + size);
  writer.position = room;
  for (let i = 0; i < plans.length; i++) {
    writer.varint(outputsTag);
    writer.varint(entrySizes[i]!);
    writer.varint(keyTag);
    writer.string(aliases[i]!);
    writer.varint(valueTag);
    writer.varint(plans[i]!.size);
    writeTensorProto(plans[i]!, writer);
  }
  writer.varint(modelSpecTag);
  writer.varint(modelSpecSize);
  writeServedModelSpec(modelSpec, writer);
  return writer.finish();
}

/** The same in steps; the tensors' memory must stay until the last. */
export function* encodePredictResponseInSteps(
  modelSpec: ServedModelSpec,
  aliases: readonly string[],
  tensors: readonly Tensor[],
  options: TensorEncodeOptions,
  room: number,
): Steps<Uint8Array> {
  const plans: TensorProtoPlan[] = [];
  for (const tensor of tensors) plans.push(yield* planTensorProtoInSteps(tensor, options));
  const writer = writerFor(modelSpec, aliases, plans, room);
  for (let i = 0; i < plans.length; i++) {
    writeTensorEntryHead(outputsTag, aliases[i]!, plans[i]!, writer);
    yield* writeTensorProtoInSteps(plans[i]!, writer);
  }
  writeTail(modelSpec, writer);
  return writer.finish();
}

/** Whether to write a response of these tensors takes so long that it should be done in steps. */
export function isLargeResponse(tensors: readonly Tensor[]): boolean {
  let bytes = 0;
  for (const tensor of tensors) {
    bytes +=
      'offsets' in tensor
        ? tensor.bytes.length + tensor.offsets.byteLength
        : tensor.data.byteLength;
  }
  return bytes > longestAtOnce;
}

/** A writer for exactly that response, behind the room. */
function writerFor(
  modelSpec: ServedModelSpec,
  aliases: readonly string[],
  plans: readonly TensorProtoPlan[],
  room: number,
): WireWriter {
  let size = 1 + lengthPrefixedSize(servedModelSpecSize(modelSpec));
  for (let i = 0; i < plans.length; i++) {
    size += 1 + lengthPrefixedSize(tensorEntrySize(aliases[i]!, plans[i]!));
  }
  const writer = new WireWriter(room + size);
  writer.position = room;
  return writer;
}

function writeTail(modelSpec: ServedModelSpec, writer: WireWriter): void {
  writer.varint(modelSpecTag);
  writer.varint(servedModelSpecSize(modelSpec));
  writeServedModelSpec(modelSpec, writer);
}
