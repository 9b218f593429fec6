import { Code, cancelled, deadlineExceeded, StatusError } from '../../status/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import {
  type ByteBudget,
  ByteShare,
  type Bytes,
  overBudget,
  type RequestIds,
  shortestHeldReply,
} from '../../util/index.ts';
import type { Refusals } from '../refusals.ts';
import { ServerCallContext } from './call-context.ts';
import { decompress, type MessageEncoding } from './compression.ts';
import type { GrpcCall, GrpcHeaders, GrpcSink } from './exchange.ts';
import type { Frame } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import type { LateTimers, Timed } from './late-timers.ts';
import { replyHeaders } from './reply-headers.ts';
import { errorTrailers } from './status.ts';

/** What all calls of a handler share. */
export interface CallEnvironment {
  readonly maxMessageBytes: number;
  readonly requestTimeoutMs: number;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;
  readonly logger: Logger;
  readonly requestIds: RequestIds;
  readonly timers: LateTimers;
}

/** What is known of a call from its headers. */
export interface CallHead {
  readonly path: string;
  readonly headers: GrpcHeaders;
  /** Milliseconds on the `performance.now()` clock; Infinity for none. */
  readonly deadline: number;
  readonly encoding: MessageEncoding;
}

/** The longest delay of a Node.js timer. */
const longestTimer = 2 ** 31 - 1;

/** Codes that mean a defect or a failure on our side, which the operator must see. */
const serverFaults: ReadonlySet<Code> = new Set([Code.INTERNAL, Code.UNKNOWN, Code.DATA_LOSS]);

/**
 * What unary and streaming calls have in common. A call ends once: by a reply, an error, its
 * deadline or cancellation. The bytes it took from the budget go back when it has ended and its
 * handler, which may run on after a deadline, has too.
 */
export abstract class Call implements GrpcCall, Timed {
  protected readonly environment: CallEnvironment;
  protected readonly sink: GrpcSink;
  protected readonly head: CallHead;
  protected readonly context: ServerCallContext;
  protected readonly reader: FrameReader;
  protected readonly share: ByteShare;
  /** Not Infinity: the request is still to be timed, from when the timer is armed. */
  #requestTimeoutMs = Number.POSITIVE_INFINITY;
  #requestDeadline = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #ended = false;
  #handling = false;
  #replyShare: ByteShare | null = null;

  constructor(environment: CallEnvironment, sink: GrpcSink, head: CallHead) {
    this.environment = environment;
    this.sink = sink;
    this.head = head;
    this.share = new ByteShare(environment.budget);
    this.context = new ServerCallContext(head, environment, this.share);
    this.reader = new FrameReader(environment.maxMessageBytes);
  }

  abstract receive(chunk: Uint8Array): void;
  abstract halfClose(): void;
  abstract writable(): void;

  cancel(): void {
    this.#replyShare?.close();
    if (!this.#ended) this.endWith(cancelled('Cancelled'), false);
  }

  interrupt(error: StatusError): void {
    this.endWith(error, true);
  }

  get ended(): boolean {
    return this.#ended;
  }

  armTimer(): void {
    const now = performance.now();
    if (this.#requestTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#requestDeadline = now + this.#requestTimeoutMs;
      this.#requestTimeoutMs = Number.POSITIVE_INFINITY;
    }
    const until = Math.min(this.head.deadline, this.#requestDeadline);
    if (until === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(Math.ceil(until - now), longestTimer);
    this.#timer = setTimeout(Call.#fire, Math.max(delay, 1), this);
  }

  /** Starts the call's clock. @param requestTimeoutMs for the request to be complete. */
  protected startTimer(requestTimeoutMs: number): void {
    this.#requestTimeoutMs = requestTimeoutMs;
    if (requestTimeoutMs === Number.POSITIVE_INFINITY && !this.#hasDeadline) return;
    this.environment.timers.add(this);
  }

  /** The request is complete: only the call's own deadline counts from here. */
  protected stopRequestTimer(): void {
    this.#requestTimeoutMs = Number.POSITIVE_INFINITY;
    this.#requestDeadline = Number.POSITIVE_INFINITY;
    if (!this.#hasDeadline) this.#stopTimer();
  }

  /** Adds bytes of the request to the reader, within the budget. @throws StatusError */
  protected read(chunk: Uint8Array): void {
    if (!this.share.tryTake(chunk.length)) throw overBudget(this.share);
    this.reader.push(chunk);
  }

  /** A message of the request, decompressed; a promise only for a large compressed one. */
  protected decode(frame: Frame): Bytes | Promise<Bytes> {
    if (!frame.compressed) return frame.bytes;
    return decompress(frame, this.head.encoding, this.environment.maxMessageBytes, this.share);
  }

  /** A handler works for this call and uses its bytes until `handlerDone`. */
  protected handlerStarts(): void {
    this.#handling = true;
  }

  protected handlerDone(): void {
    this.#handling = false;
    if (this.#ended) this.share.close();
  }

  /** The one way out of a call. @returns false if it has ended before. */
  protected end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#stopTimer();
    if (!this.#handling) this.share.close();
    return true;
  }

  /** A reply of so many bytes is in memory until the transport has no more use for the call. */
  protected holdReply(bytes: number): void {
    if (bytes < shortestHeldReply) return;
    this.#replyShare = new ByteShare(this.environment.budget);
    this.#replyShare.hold(bytes);
  }

  /** Ends the call with an error; after the end it only reaches the log. */
  protected fail(thrown: unknown): void {
    const error = StatusError.from(thrown);
    this.#log(error);
    if (this.end()) this.sendError(error);
  }

  /** Like `fail`, for a request that is turned away before a handler sees all of it. */
  protected refuse(thrown: unknown): void {
    const error = StatusError.from(thrown);
    const { refusals } = this.environment;
    if (error.code === Code.RESOURCE_EXHAUSTED) refusals.count('too_large');
    else if (error.code === Code.UNAVAILABLE) refusals.count('bytes_in_flight');
    else refusals.count('malformed');
    this.endWith(error, true);
  }

  /** Ends the call from outside its handler, who learns it by the signal. */
  protected endWith(error: StatusError, tellClient: boolean): void {
    if (!this.end()) return;
    if (tellClient) this.sendError(error);
    this.context.abort(error);
    this.wake();
  }

  /** Lets a handler that waits for the client see that the call has ended. */
  protected wake(): void {}

  protected sendError(error: StatusError): void {
    this.sink.refuse({ ...replyHeaders, ...errorTrailers(error) });
  }

  get #hasDeadline(): boolean {
    return this.head.deadline !== Number.POSITIVE_INFINITY;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A timer may fire early, or have been set for a time that no longer counts. */
  #onTimer(): void {
    const now = performance.now();
    if (now >= this.head.deadline) {
      this.endWith(deadlineExceeded('Deadline Exceeded'), true);
    } else if (now >= this.#requestDeadline) {
      this.environment.refusals.count('request_timeout');
      const limit = this.environment.requestTimeoutMs;
      this.endWith(deadlineExceeded(`The request did not arrive within ${limit} ms`), true);
    } else {
      this.armTimer();
    }
  }

  static readonly #fire = (call: Call): void => call.#onTimer();

  #log(error: StatusError): void {
    const { logger } = this.environment;
    const isFault = serverFaults.has(error.code);
    if (!isFault && !logger.isEnabled('debug')) return;
    const fields = { requestId: this.context.requestId, method: this.head.path, error };
    if (isFault) logger.error('gRPC call failed', fields);
    else logger.debug('gRPC call failed', fields);
  }
}
