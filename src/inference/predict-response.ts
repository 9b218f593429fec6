import {
  planTensorProto,
  type Tensor,
  type TensorEncodeOptions,
  writeTensorProto,
} from '../tensor/index.ts';
import { lengthPrefixedSize, stringSize, WireType, WireWriter, wireTag } from '../util/index.ts';
import {
  type ServedModelSpec,
  servedModelSpecSize,
  writeServedModelSpec,
} from './served-model-spec.ts';

const outputsTag = wireTag(1, WireType.LENGTH);
const modelSpecTag = wireTag(2, WireType.LENGTH);
/** Of an entry of a map. */
const keyTag = wireTag(1, WireType.LENGTH);
const valueTag = wireTag(2, WireType.LENGTH);

/**
 * A serialized `tensorflow.serving.PredictResponse` in one buffer of exactly its size; the tensors'
 * memory is copied once and not used afterwards.
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
