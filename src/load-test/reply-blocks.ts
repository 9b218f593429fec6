import { HpackDecoder } from '../http2/index.ts';
import { Code, codeName } from '../status/index.ts';
import { grpcErrorText } from './error-text.ts';

/** What the header fields of a gRPC answer say. */
export interface ReplyFields {
  /** The `:status` of the answer's head; null in trailers. */
  readonly httpStatus: string | null;
  /** The number in `grpc-status`; null where there is none. */
  readonly grpcStatus: string | null;
  readonly grpcMessage: string;
}

/** Blocks that a server sends for each answer: its head and its trailers. */
const mostRemembered = 4;

/**
 * Decodes the header blocks of one server's answers, in the order in which they came. A block that
 * changes nothing in the server's table means the same when it comes again, and is not decoded then.
 */
export class ReplyBlocks {
  readonly #decoder = new HpackDecoder();
  #remembered: { readonly block: Buffer; readonly fields: ReplyFields }[] = [];
  #generation = 0;

  /** @throws Error a block that cannot be decoded: the connection cannot go on. */
  read(block: Buffer): ReplyFields {
    for (const known of this.#remembered) if (known.block.equals(block)) return known.fields;
    let httpStatus: string | null = null;
    let grpcStatus: string | null = null;
    let grpcMessage = '';
    this.#decoder.decode(block, (name, value) => {
      if (name === ':status') httpStatus = value;
      else if (name === 'grpc-status') grpcStatus = value;
      else if (name === 'grpc-message') grpcMessage = value;
    });
    const fields = { httpStatus, grpcStatus, grpcMessage };
    if (this.#decoder.generation !== this.#generation) {
      this.#generation = this.#decoder.generation;
      this.#remembered = [];
    } else if (this.#remembered.length < mostRemembered) {
      this.#remembered.push({ block: Buffer.from(block), fields });
    }
    return fields;
  }
}

/** The failure that the last fields of an answer tell of, as `<code>: <text>`; null if none. */
export function failureOf({ httpStatus, grpcStatus, grpcMessage }: ReplyFields): string | null {
  if (grpcStatus === null) return `HTTP ${httpStatus ?? '?'} without a gRPC status`;
  const code = Number(grpcStatus);
  return code === Code.OK ? null : `${codeName(code)}: ${grpcErrorText(grpcMessage)}`;
}
