import { type Bytes, WireReader, WireType, wireTag } from '../util/index.ts';
import { type ExamplesInput, WireExamples } from './examples-input.ts';
import type { ModelSpec } from './model-spec.ts';
import { readModelSpec } from './read-model-spec.ts';

const modelSpecTag = wireTag(1, WireType.LENGTH);
const inputTag = wireTag(2, WireType.LENGTH);

/** A `tensorflow.serving.ClassificationRequest` or `RegressionRequest`: they have the same fields. */
export interface ExamplesRequest {
  /** null where the request has none. */
  readonly modelSpec: ModelSpec | null;
  readonly input: ExamplesInput;
}

/**
 * Splits a serialized request, whose Examples are neither read nor copied yet: `message` must not
 * change while the request is used.
 *
 * @throws StatusError INVALID_ARGUMENT where the bytes are no such message
 */
export function decodeExamplesRequest(message: Bytes): ExamplesRequest {
  const reader = new WireReader(message);
  const input = new WireExamples(message);
  let modelSpec: ModelSpec | null = null;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === inputTag) input.read(reader);
    else if (tag === modelSpecTag) modelSpec = readModelSpec(reader, modelSpec);
    else reader.skip(tag);
  }
  return { modelSpec, input };
}
