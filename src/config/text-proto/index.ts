import type { DescMessage, MessageShape, Registry } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { Lexer } from './lexer.ts';
import { Parser } from './parser.ts';
import { Source } from './source.ts';

/** How a text is parsed. */
export interface TextProtoOptions {
  /** Where the types of an expanded `google.protobuf.Any` are found. */
  readonly registry?: Registry | undefined;
}

/**
 * Parses a whole text in protobuf's text format (spec 2.1) as one message of the schema's type.
 * Takes time linear in the text: graphs of megabytes are read with it too.
 *
 * @param text the file's bytes, or its characters.
 * @throws StatusError INVALID_ARGUMENT `Error parsing text-format <type>: <line>:<column>: <what>`,
 *   lines and columns from 1.
 */
export function parseTextProto<Schema extends DescMessage>(
  schema: Schema,
  text: string | Uint8Array,
  options: TextProtoOptions = {},
): MessageShape<Schema> {
  const message = create(schema);
  const lexer = new Lexer(new Source(text, schema.typeName));
  new Parser(lexer, options.registry ?? null).parse(reflect(schema, message, false));
  return message;
}
