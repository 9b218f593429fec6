import { planTensorProto, type Tensor, writeTensorProto } from '../tensor/index.ts';
import { lengthPrefixedSize, stringSize, WireType, WireWriter, wireTag } from '../util/index.ts';
import type { ModelSpec } from './model-spec.ts';
import { tensorEntrySize, writeTensorEntryHead } from './tensor-entry.ts';
import { modelSpecSize, writeModelSpec } from './write-model-spec.ts';

const modelSpecTag = wireTag(1, WireType.LENGTH);
const inputsTag = wireTag(2, WireType.LENGTH);
const outputFilterTag = wireTag(3, WireType.LENGTH);

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
  const specSize = modelSpecSize(modelSpec);
  let size = 1 + lengthPrefixedSize(specSize);
  for (let i = 0; i < plans.length; i++) {
    size += 1 + lengthPrefixedSize(tensorEntrySize(aliases[i]!, plans[i]!));
  }
  for (const alias of outputFilter) size += 1 + stringSize(alias);

  const writer = new WireWriter(size);
  writer.varint(modelSpecTag);
  writer.varint(specSize);
  writeModelSpec(modelSpec, writer);
  for (let i = 0; i < plans.length; i++) {
    writeTensorEntryHead(inputsTag, aliases[i]!, plans[i]!, writer);
    writeTensorProto(plans[i]!, writer);
  }
  for (const alias of outputFilter) {
    writer.varint(outputFilterTag);
    writer.string(alias);
  }
  return writer.finish();
}
