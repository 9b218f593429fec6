import { lengthPrefixedSize, type Steps, WireType, WireWriter, wireTag } from '../util/index.ts';
import type { ExampleResult } from './example-result.ts';
import { exampleResultSize, writeExampleResult } from './example-result-wire.ts';
import type { TaskAnswer } from './multi-inference.ts';
import {
  type ServedModelSpec,
  servedModelSpecSize,
  writeServedModelSpec,
} from './served-model-spec.ts';

const resultTag = wireTag(1, WireType.LENGTH);
const modelSpecTag = wireTag(2, WireType.LENGTH);
/** Of InferenceResult. */
const taskModelSpecTag = wireTag(1, WireType.LENGTH);
const taskResultTags = {
  classify: wireTag(2, WireType.LENGTH),
  regress: wireTag(3, WireType.LENGTH),
};

/**
 * A serialized `tensorflow.serving.ClassificationResponse` or `RegressionResponse`, after the kind of
 * result, in one buffer of exactly its size.
 *
 * @param room bytes before the message that are left to the caller
 */
export function* encodeExampleResponse(
  served: ServedModelSpec,
  result: ExampleResult,
  room: number,
): Steps<Uint8Array> {
  const resultSize = yield* exampleResultSize(result);
  const specSize = servedModelSpecSize(served);
  const size = 1 + lengthPrefixedSize(resultSize) + 1 + lengthPrefixedSize(specSize);
  const writer = new WireWriter(room + size);
  writer.position = room;
  writer.varint(resultTag);
  writer.varint(resultSize);
  yield* writeExampleResult(result, writer);
  writer.varint(modelSpecTag);
  writer.varint(specSize);
  writeServedModelSpec(served, writer);
  return writer.finish();
}

/** The same as a `tensorflow.serving.MultiInferenceResponse`. */
export function* encodeMultiInferenceResponse(
  answers: readonly TaskAnswer[],
  room: number,
): Steps<Uint8Array> {
  const parts: { readonly result: number; readonly spec: number; readonly whole: number }[] = [];
  let size = 0;
  for (const { served, result } of answers) {
    const resultSize = yield* exampleResultSize(result);
    const spec = servedModelSpecSize(served);
    const whole = 1 + lengthPrefixedSize(spec) + 1 + lengthPrefixedSize(resultSize);
    parts.push({ result: resultSize, spec, whole });
    size += 1 + lengthPrefixedSize(whole);
  }
  const writer = new WireWriter(room + size);
  writer.position = room;
  for (const [i, { served, result }] of answers.entries()) {
    const part = parts[i]!;
    writer.varint(resultTag);
    writer.varint(part.whole);
    writer.varint(taskModelSpecTag);
    writer.varint(part.spec);
    writeServedModelSpec(served, writer);
    writer.varint(taskResultTags[result.method]);
    writer.varint(part.result);
    yield* writeExampleResult(result, writer);
  }
  return writer.finish();
}
