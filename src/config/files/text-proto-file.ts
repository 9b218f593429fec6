import { readFile } from 'node:fs/promises';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { registry } from '../../proto/index.ts';
import { fileError, invalidArgument, StatusError } from '../../status/index.ts';
import { parseTextProto } from '../text-proto/index.ts';

/**
 * Reads a configuration file in protobuf's text format (spec 1.3 and 2.1).
 *
 * @throws StatusError `<path>; No such file or directory` (NOT_FOUND) and the like where the file
 *   cannot be read; INVALID_ARGUMENT `Invalid protobuf file: '<path>'` where it is not a message of
 *   this type: its cause is a StatusError with line, column and what was expected there, for the log.
 */
export async function readTextProtoFile<Schema extends DescMessage>(
  schema: Schema,
  path: string,
): Promise<MessageShape<Schema>> {
  let text: Uint8Array;
  try {
    text = await readFile(path);
  } catch (error) {
    throw fileError(path, error);
  }
  return parseTextProtoFile(schema, path, text);
}

/** What {@link readTextProtoFile} makes of the text of a file. @throws StatusError as that does */
export function parseTextProtoFile<Schema extends DescMessage>(
  schema: Schema,
  path: string,
  text: Uint8Array,
): MessageShape<Schema> {
  try {
    return parseTextProto(schema, text, { registry });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw invalidArgument(`Invalid protobuf file: '${path}'`, { cause: error });
  }
}
