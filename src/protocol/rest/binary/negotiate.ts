import { invalidArgument } from '../../../status/index.ts';
import type { RestRequest } from '../exchange.ts';
import { chooseType } from './accept.ts';
import {
  type BodyFormat,
  binaryTypeOf,
  jsonType,
  type MediaType,
  npyType,
  protobufTypes,
} from './media-type.ts';

/** What a predict request brings, and what it is to be answered with. */
export interface Negotiation {
  readonly body: BodyFormat;
  readonly reply: MediaType;
}

const allTypes: readonly MediaType[] = [jsonType, ...protobufTypes, npyType];

/** Whether a body with these headers is read in the chunks that it came in, not in one piece. */
export function isReadInChunks(headers: RestRequest['headers']): boolean {
  return binaryTypeOf(headers['content-type'] as string | undefined) !== null;
}

/** Whether a header that is not the usual one may ask for a binary reply: only such are read. */
const mentionsBinary = /protobuf|npy/i;

/**
 * Reads Content-Type and Accept. Only the binary types of {@link binaryTypeOf} count: a request
 * with none of them is what it is in TFS, JSON in and JSON out, whatever its headers say.
 *
 * A reply has by default the type of the request. A JSON request whose Accept leaves nothing gets
 * JSON, as TFS ignores that header.
 *
 * @returns null for JSON in and out
 * @throws StatusError INVALID_ARGUMENT where a binary request accepts no type that there is
 */
export function negotiate({ headers }: RestRequest): Negotiation | null {
  const own = binaryTypeOf(headers['content-type'] as string | undefined);
  const accept = headers.accept as string | undefined;
  if (own === null) {
    if (accept === undefined || !mentionsBinary.test(accept)) return null;
    const reply = chooseType(accept, allTypes);
    return reply === null || reply === jsonType ? null : { body: 'json', reply };
  }
  const { format } = own;
  if (accept === undefined || accept === '') return { body: format, reply: own };
  const reply = chooseType(accept, [own, ...allTypes.filter((type) => type !== own)]);
  if (reply !== null) return { body: format, reply };
  const names = allTypes.map(({ name }) => name).join(', ');
  throw invalidArgument(`The Accept header leaves no type for the reply; there are ${names}`);
}
