import {
  int64Size,
  lengthPrefixedSize,
  stringSize,
  WireType,
  type WireWriter,
  wireTag,
} from '../util/index.ts';

export const nameTag = wireTag(1, WireType.LENGTH);
const versionTag = wireTag(2, WireType.LENGTH);
export const signatureNameTag = wireTag(3, WireType.LENGTH);
/** `google.protobuf.Int64Value.value`. */
const valueTag = wireTag(1, WireType.VARINT);

/** The model spec of a reply: what was served, never a label (spec 6.4). */
export interface ServedModelSpec {
  /** As the client named it. */
  readonly name: string;
  /** Resolved: never empty. */
  readonly signatureName: string;
  readonly version: bigint;
}

/** Bytes of the message. */
export function servedModelSpecSize(spec: ServedModelSpec): number {
  const version = int64ValueSize(spec.version);
  return 3 + stringSize(spec.name) + lengthPrefixedSize(version) + stringSize(spec.signatureName);
}

/** A value of 0 is the field's default and left out, as protobuf does. */
function int64ValueSize(value: bigint): number {
  return value === 0n ? 0 : 1 + int64Size(value);
}

export function writeServedModelSpec(spec: ServedModelSpec, writer: WireWriter): void {
  writer.varint(nameTag);
  writer.string(spec.name);
  writer.varint(versionTag);
  writer.varint(int64ValueSize(spec.version));
  if (spec.version !== 0n) {
    writer.varint(valueTag);
    writer.int64(spec.version);
  }
  writer.varint(signatureNameTag);
  writer.string(spec.signatureName);
}
