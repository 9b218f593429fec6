import { stringSize, WireType, type WireWriter, wireTag } from '../util/index.ts';
import type { ModelSpec } from './model-spec.ts';
import {
  nameTag,
  servedModelSpecSize,
  signatureNameTag,
  writeServedModelSpec,
} from './served-model-spec.ts';

const versionLabelTag = wireTag(4, WireType.LENGTH);

/** Bytes of the message. */
export function modelSpecSize({ name, version, label, signatureName }: ModelSpec): number {
  const size =
    version === null
      ? 2 + stringSize(name) + stringSize(signatureName)
      : servedModelSpecSize({ name, version, signatureName });
  return label === null ? size : size + 1 + stringSize(label);
}

/** Writes a `tensorflow.serving.ModelSpec` as a client would. */
export function writeModelSpec(spec: ModelSpec, writer: WireWriter): void {
  const { name, version, label, signatureName } = spec;
  if (version === null) {
    writer.varint(nameTag);
    writer.string(name);
    writer.varint(signatureNameTag);
    writer.string(signatureName);
  } else {
    writeServedModelSpec({ name, version, signatureName }, writer);
  }
  if (label === null) return;
  writer.varint(versionLabelTag);
  writer.string(label);
}
