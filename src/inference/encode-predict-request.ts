import { planTensorProto, type Tensor, writeTensorProto } from '../tensor/index.ts';
import { lengthPrefixedSize, stringSize, WireType, WireWriter, wireTag } from '../util/index.ts';
import type { ModelSpec } from './model-spec.ts';
import { modelSpecSize, writeModelSpec } from './write-model-spec.ts';

const modelSpecTag = wireTag(1, WireType.LENGTH);
const inputsTag = wireTag(2, WireType.LENGTH);
const outputFilterTag = wireTag(3, WireType.LENGTH);
/** Of an entry of a map. */
const keyTag = wireTag(1, WireType.LENGTH);
const valueTag = wireTag(2, WireType.LENGTH);

/**
 * A serialized `tensorflow.serving.PredictRequest` of tensors that came in another form. Copies the
 * tensors once.
 *
 * @param aliases of `tensors`, in the same order
 */
export function encodePredictRequest(
  modelSpec: ModelSpec,
  aliases: readonly string[],
  tensors: readonly Tensor[],
  outputFilter: readonly string[],
): Uint8Array {
  // The contents of numbers as they lie in memory; strings have no such form that all readers know.
  const plans = tensors.map((tensor) =>
    planTensorProto(tensor, { asTensorContent: 'data' in tensor }),
  );
  const entrySizes = plans.map(
    ({ size }, i) => 1 + stringSize(aliases[i]!) + 1 + lengthPrefixedSize(size),
  );
  const specSize = modelSpecSize(modelSpec);
  let size = 1 + lengthPrefixedSize(specSize);
  for (const entrySize of entrySizes) size += 1 + lengthPrefixedSize(entrySize);
  for (const alias of outputFilter) size += 1 + stringSize(alias);

  const writer = new WireWriter(size);
  writer.varint(modelSpecTag);
  writer.varint(specSize);
  writeModelSpec(modelSpec, writer);
  for (let i = 0; i < plans.length; i++) {
    writer.varint(inputsTag);
    writer.varint(entrySizes[i]!);
    writer.varint(keyTag);
    writer.string(aliases[i]!);
    writer.varint(valueTag);
    writer.varint(plans[i]!.size);
    writeTensorProto(plans[i]!, writer);
  }
  for (const alias of outputFilter) {
    writer.varint(outputFilterTag);
    writer.string(alias);
  }
  return writer.finish();
}
