/** Why a request was turned away without being run. */
export type RefusalReason =
  /** A body or message over its limit, before or after inflating. */
  | 'too_large'
  /** The bodies and tensors of all requests in flight would exceed the server's budget. */
  | 'bytes_in_flight'
  /** A request not sent within the time that a request may take, headers or all of it. */
  | 'request_timeout'
  /** A large reply that its client did not take. */
  | 'reply_timeout'
  /** Bytes that are not HTTP, or not framed as gRPC says. */
  | 'malformed'
  /** Header fields over the limit. */
  | 'headers_too_large'
  /** A content type, method or message encoding that the protocol does not have. */
  | 'unsupported';

/** Counts what limits and checks turn away, for all listeners that share it. */
export class Refusals {
  readonly #counts: Record<RefusalReason, number> = {
    too_large: 0,
    bytes_in_flight: 0,
    request_timeout: 0,
    reply_timeout: 0,
    malformed: 0,
    headers_too_large: 0,
    unsupported: 0,
  };

  count(reason: RefusalReason): void {
    this.#counts[reason] += 1;
  }

  /** Refusals since the start, by reason. */
  get counts(): Readonly<Record<RefusalReason, number>> {
    return this.#counts;
  }
}
