import type { Bytes } from '../../util/index.ts';

/** A request as the transport hands it over: whole, within the limits, still encoded as sent. */
export interface RestRequest {
  /** In upper case. */
  readonly method: string;
  /** The request target as sent: undecoded path, query and all (spec 5.1 matches the raw text). */
  readonly target: string;
  /** Lower-case names, as `node:http` gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * Content-Encoding already undone by the transport. A body for which {@link isReadInChunks} may
   * lie in the chunks that it came in, any other is in one piece. Its memory is given back when the
   * reply is there, unless it is the body of the reply too.
   */
  readonly body: Bytes;
  /** Aborted when the client has gone away. */
  readonly signal: AbortSignal;
  /** Correlates log lines with this request. */
  readonly requestId: string;
  /**
   * Counts memory that the request takes beyond its body, until it is answered, against what all
   * requests in flight may hold. @throws StatusError UNAVAILABLE where that much is not left.
   */
  reserve(bytes: number): void;
}

/** The whole reply; the transport adds Date, Content-Length and connection headers. */
export interface RestReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Owned by the reply: no engine memory. */
  readonly body: Uint8Array | string;
}

/** Never rejects: every error is a reply. Synchronous where the whole request was. */
export type RestHandler = (request: RestRequest) => RestReply | Promise<RestReply>;
