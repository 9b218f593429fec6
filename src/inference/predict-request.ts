import { type Bytes, WireReader, WireType, wireTag } from '../util/index.ts';
import type { ModelSpec } from './model-spec.ts';
import { readModelSpec } from './read-model-spec.ts';

const modelSpecTag = wireTag(1, WireType.LENGTH);
const inputsTag = wireTag(2, WireType.LENGTH);
const outputFilterTag = wireTag(3, WireType.LENGTH);
/** Of an entry of a map. */
const keyTag = wireTag(1, WireType.LENGTH);
const valueTag = wireTag(2, WireType.LENGTH);

/** A `tensorflow.serving.PredictRequest` whose tensors are not decoded yet. */
export interface PredictRequest {
  /** null where the request has none. */
  readonly modelSpec: ModelSpec | null;
  /** By alias: a serialized TensorProto each, where it lies in the message if that is possible. */
  readonly inputs: ReadonlyMap<string, Bytes>;
  readonly outputFilter: readonly string[];
}

/**
 * Splits a serialized PredictRequest. Fields that serving ignores (spec 6.2) are skipped. Of two
 * inputs with one alias the later counts, as in any protobuf map. Nothing is copied but names; so
 * `message` must not change while the request is used.
 *
 * @throws StatusError INVALID_ARGUMENT where the bytes are no such message
 */
export function decodePredictRequest(message: Bytes): PredictRequest {
  const reader = new WireReader(message);
  let modelSpec: ModelSpec | null = null;
  const inputs = new Map<string, Bytes>();
  const outputFilter: string[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === inputsTag) readInput(reader, inputs);
    else if (tag === modelSpecTag) modelSpec = readModelSpec(reader, modelSpec);
    else if (tag === outputFilterTag) outputFilter.push(reader.string());
    else reader.skip(tag);
  }
  return { modelSpec, inputs, outputFilter };
}

const nothing = new Uint8Array();

function readInput(reader: WireReader, inputs: Map<string, Bytes>): void {
  let alias = '';
  let tensorProto: Bytes = nothing;
  let parts = 0;
  let length = 0;
  const outer = reader.enter();
  const start = reader.offset;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === keyTag) alias = reader.string();
    else if (tag === valueTag) {
      tensorProto = reader.range();
      length += tensorProto.length;
      parts++;
    } else reader.skip(tag);
  }
  if (parts > 1) {
    reader.seek(start);
    tensorProto = readMerged(reader, length);
  }
  reader.leave(outer);
  inputs.set(alias, tensorProto);
}

/**
 * The values of an entry that has several, at its begin: a message that comes twice is merged, and
 * serialized messages merge by concatenation.
 */
function readMerged(reader: WireReader, length: number): Uint8Array {
  const merged = Buffer.allocUnsafeSlow(length);
  for (let at = 0; !reader.done; ) {
    const tag = reader.tag();
    if (tag !== valueTag) {
      reader.skip(tag);
      continue;
    }
    const count = reader.length();
    reader.copy(count, merged, at);
    at += count;
  }
  return merged;
}
