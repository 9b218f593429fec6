import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { invalidArgument, type StatusError } from '../../../status/index.ts';
import { type Bytes, joinBytes } from '../../../util/index.ts';

/** The answer to a request without a model spec (spec 4.8). */
export function missingModelSpec(): StatusError {
  return invalidArgument('Missing ModelSpec');
}

/**
 * Reads a message that is not worth a codec of its own.
 *
 * @throws StatusError INVALID_ARGUMENT where the bytes are no such message
 */
export function readMessage<Schema extends DescMessage>(
  schema: Schema,
  message: Bytes,
): MessageShape<Schema> {
  try {
    return fromBinary(schema, joinBytes(message));
  } catch (cause) {
    throw invalidArgument(`The message is not a ${schema.typeName}`, { cause });
  }
}
