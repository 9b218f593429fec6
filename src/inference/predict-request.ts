import { WireReader, WireType, wireTag } from '../util/index.ts';
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
  /** By alias: a serialized TensorProto each, a view of the message where that is possible. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly outputFilter: readonly string[];
}

/**
 * Splits a serialized PredictRequest. Fields that serving ignores (spec 6.2) are skipped. Of two
 * inputs with one alias the later counts, as in any protobuf map.
 *
 * @throws StatusError INVALID_ARGUMENT where the bytes are no such message
 */
export function decodePredictRequest(message: Uint8Array): PredictRequest {
  const reader = new WireReader(message);
  let modelSpec: ModelSpec | null = null;
  const inputs = new Map<string, Uint8Array>();
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

function readInput(reader: WireReader, inputs: Map<string, Uint8Array>): void {
  let alias = '';
  let tensorProto: Uint8Array = nothing;
  let parts: Uint8Array[] | null = null;
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === keyTag) alias = reader.string();
    else if (tag === valueTag) {
      const view = reader.view();
      if (tensorProto === nothing) tensorProto = view;
      else if (parts === null) parts = [tensorProto, view];
      else parts.push(view);
    } else reader.skip(tag);
  }
  reader.leave(outer);
  // A message that comes twice is merged, and serialized messages merge by concatenation; all at
  // once, or the work would grow with the square of the parts.
  inputs.set(alias, parts === null ? tensorProto : Buffer.concat(parts));
}
