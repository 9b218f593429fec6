import type { TensorProtoPlan } from '../tensor/index.ts';
import {
  lengthPrefixedSize,
  stringSize,
  WireType,
  type WireWriter,
  wireTag,
} from '../util/index.ts';

/** Of an entry of a map. */
export const keyTag = wireTag(1, WireType.LENGTH);
export const valueTag = wireTag(2, WireType.LENGTH);

/** Bytes of an entry of a map from aliases to tensors, without its tag and length. */
export function tensorEntrySize(alias: string, { size }: TensorProtoPlan): number {
  return 1 + stringSize(alias) + 1 + lengthPrefixedSize(size);
}

/** Writes all of such an entry but for its tensor. @param tag of the map */
export function writeTensorEntryHead(
  tag: number,
  alias: string,
  plan: TensorProtoPlan,
  writer: WireWriter,
): void {
  writer.varint(tag);
  writer.varint(tensorEntrySize(alias, plan));
  writer.varint(keyTag);
  writer.string(alias);
  writer.varint(valueTag);
  writer.varint(plan.size);
}
