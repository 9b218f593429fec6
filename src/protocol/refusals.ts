import { CounterRows } from '../util/index.ts';

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
  | 'unsupported'
  /** A TLS handshake that failed, took too long or was one too many. */
  | 'tls_handshake'
  /** A request that the queue of its batches had no room for. */
  | 'batch_queue_full';

/** In the order of their columns. */
const reasons: readonly RefusalReason[] = [
  'too_large',
  'bytes_in_flight',
  'request_timeout',
  'reply_timeout',
  'malformed',
  'headers_too_large',
  'unsupported',
  'tls_handshake',
  'batch_queue_full',
];

const columns = new Map(reasons.map((reason, column) => [reason, column]));

/**
 * Counts what limits and checks turn away, for everything that shares it on one thread: a row of
 * counts that the threads of a server have in common.
 */
export class Refusals {
  readonly #rows: CounterRows;
  readonly #row: number;

  /**
   * Without arguments it counts for itself.
   * @param buffer of {@link Refusals.share} @param row of this thread
   */
  constructor(buffer: SharedArrayBuffer = Refusals.share(1), row = 0) {
    this.#rows = new CounterRows(buffer, reasons.length);
    this.#row = row;
  }

  /** What other threads count in too. */
  get buffer(): SharedArrayBuffer {
    return this.#rows.buffer;
  }

  /** Memory for the counts of so many threads. */
  static share(rows: number): SharedArrayBuffer {
    return CounterRows.create(rows, reasons.length).buffer;
  }

  count(reason: RefusalReason): void {
    this.#rows.add(this.#row, columns.get(reason)!);
  }

  /** Refusals of all threads since the start, by reason. */
  get counts(): Readonly<Record<RefusalReason, number>> {
    const totals = reasons.map((reason, column) => [reason, this.#rows.total(column)]);
    return Object.fromEntries(totals) as Record<RefusalReason, number>;
  }
}
