import type { StringTensor } from '../tensor/index.ts';
import { lengthPrefixedSize, WireType, WireWriter, wireTag } from '../util/index.ts';
import type { ModelSpec } from './model-spec.ts';
import { modelSpecSize, writeModelSpec } from './write-model-spec.ts';

const modelSpecTag = wireTag(1, WireType.LENGTH);
const inputTag = wireTag(2, WireType.LENGTH);
/** Of Input. */
const exampleListTag = wireTag(1, WireType.LENGTH);
/** Of ExampleList. */
const exampleTag = wireTag(1, WireType.LENGTH);

/**
 * A serialized `tensorflow.serving.ClassificationRequest` or `RegressionRequest`, which look alike, of
 * Examples that came in another form.
 */
export function encodeExamplesRequest(
  modelSpec: ModelSpec,
  { bytes, offsets }: StringTensor,
): Uint8Array {
  const count = offsets.length - 1;
  let listSize = 0;
  for (let i = 0; i < count; i++) listSize += 1 + lengthPrefixedSize(offsets[i + 1]! - offsets[i]!);
  const inputSize = 1 + lengthPrefixedSize(listSize);
  const specSize = modelSpecSize(modelSpec);
  const writer = new WireWriter(
    1 + lengthPrefixedSize(specSize) + 1 + lengthPrefixedSize(inputSize),
  );
  writer.varint(modelSpecTag);
  writer.varint(specSize);
  writeModelSpec(modelSpec, writer);
  writer.varint(inputTag);
  writer.varint(inputSize);
  writer.varint(exampleListTag);
  writer.varint(listSize);
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!;
    const end = offsets[i + 1]!;
    writer.varint(exampleTag);
    writer.varint(end - start);
    writer.raw(bytes.subarray(start, end));
  }
  return writer.finish();
}
