import { type Bytes, WireReader, WireType, wireTag } from '../util/index.ts';
import { type ExamplesInput, WireExamples } from './examples-input.ts';
import type { ModelSpec } from './model-spec.ts';
import { readModelSpec } from './read-model-spec.ts';

const taskTag = wireTag(1, WireType.LENGTH);
const inputTag = wireTag(2, WireType.LENGTH);
/** Of InferenceTask. */
const modelSpecTag = wireTag(1, WireType.LENGTH);
const methodNameTag = wireTag(2, WireType.LENGTH);

const noModel: ModelSpec = { name: '', version: null, label: null, signatureName: '' };

/** A `tensorflow.serving.InferenceTask`. */
export interface InferenceTask {
  /** Without a name where it has none. */
  readonly modelSpec: ModelSpec;
  readonly methodName: string;
}

/** A `tensorflow.serving.MultiInferenceRequest`. */
export interface MultiInferenceRequest {
  /** Which version to run: that of the first task; without a name where there is none. */
  readonly modelSpec: ModelSpec;
  readonly tasks: readonly InferenceTask[];
  readonly input: ExamplesInput;
}

/**
 * Splits a serialized request, whose Examples are neither read nor copied yet: `message` must not
 * change while the request is used.
 *
 * @throws StatusError INVALID_ARGUMENT where the bytes are no such message
 */
export function decodeMultiInferenceRequest(message: Bytes): MultiInferenceRequest {
  const reader = new WireReader(message);
  const input = new WireExamples(message);
  const tasks: InferenceTask[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === inputTag) input.read(reader);
    else if (tag === taskTag) tasks.push(readTask(reader));
    else reader.skip(tag);
  }
  return { modelSpec: tasks[0]?.modelSpec ?? noModel, tasks, input };
}

function readTask(reader: WireReader): InferenceTask {
  let modelSpec: ModelSpec | null = null;
  let methodName = '';
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === modelSpecTag) modelSpec = readModelSpec(reader, modelSpec);
    else if (tag === methodNameTag) methodName = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { modelSpec: modelSpec ?? noModel, methodName };
}
