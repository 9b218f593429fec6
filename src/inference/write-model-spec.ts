import {
  int64Size,
  lengthPrefixedSize,
  stringSize,
  WireType,
  type WireWriter,
  wireTag,
} from '../util/index.ts';
import type { ModelSpec } from './model-spec.ts';

const nameTag = wireTag(1, WireType.LENGTH);
const versionTag = wireTag(2, WireType.LENGTH);
const signatureNameTag = wireTag(3, WireType.LENGTH);
const versionLabelTag = wireTag(4, WireType.LENGTH);
/** `google.protobuf.Int64Value.value`. */
const valueTag = wireTag(1, WireType.VARINT);

/** Bytes of the message. */
export function modelSpecSize({ name, version, label, signatureName }: ModelSpec): number {
  let size = 1 + stringSize(name) + 1 + stringSize(signatureName);
  if (version !== null) size += 1 + lengthPrefixedSize(1 + int64Size(version));
  if (label !== null) size += 1 + stringSize(label);
  return size;
}

/** Writes a `tensorflow.serving.ModelSpec` as a client would. */
export function writeModelSpec(spec: ModelSpec, writer: WireWriter): void {
  writer.varint(nameTag);
  writer.string(spec.name);
  if (spec.version !== null) {
    writer.varint(versionTag);
    writer.varint(1 + int64Size(spec.version));
    writer.varint(valueTag);
    writer.int64(spec.version);
  }
  writer.varint(signatureNameTag);
  writer.string(spec.signatureName);
  if (spec.label === null) return;
  writer.varint(versionLabelTag);
  writer.string(spec.label);
}
