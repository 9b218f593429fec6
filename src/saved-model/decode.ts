import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { fromBinary } from '@bufbuild/protobuf';
import { MalformedWireError } from './wire.ts';

/** A small part of the model as its generated message. @throws MalformedWireError */
export function decode<Schema extends DescMessage>(
  schema: Schema,
  bytes: Uint8Array,
): MessageShape<Schema> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new MalformedWireError(`no ${schema.typeName}`, false, { cause });
  }
}
