import { type WireReader, WireType, wireTag } from '../util/index.ts';
import type { ModelSpec } from './model-spec.ts';

const nameTag = wireTag(1, WireType.LENGTH);
const versionTag = wireTag(2, WireType.LENGTH);
const signatureNameTag = wireTag(3, WireType.LENGTH);
const versionLabelTag = wireTag(4, WireType.LENGTH);
/** `google.protobuf.Int64Value.value`. */
const valueTag = wireTag(1, WireType.VARINT);

/**
 * Reads a LENGTH field that holds a `tensorflow.serving.ModelSpec`.
 *
 * @param before what an earlier one in the same message said; null without one. The two merge.
 */
export function readModelSpec(reader: WireReader, before: ModelSpec | null): ModelSpec {
  let name = before?.name ?? '';
  let version = before?.version ?? null;
  let label = before?.label ?? null;
  let signatureName = before?.signatureName ?? '';
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === nameTag) name = reader.string();
    else if (tag === signatureNameTag) signatureName = reader.string();
    else if (tag === versionTag) {
      version = readInt64Value(reader, version ?? 0n);
      label = null;
    } else if (tag === versionLabelTag) {
      label = reader.string();
      version = null;
    } else reader.skip(tag);
  }
  reader.leave(outer);
  return { name, version, label, signatureName };
}

function readInt64Value(reader: WireReader, before: bigint): bigint {
  let value = before;
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === valueTag) value = reader.int64();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return value;
}
