import type { Refusals, RestHandler, RestReply, RestRequest } from '../protocol/index.ts';
import { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import {
  type ByteBudget,
  ByteShare,
  type Bytes,
  overBudget,
  type RequestIds,
  releaseBytes,
} from '../util/index.ts';
import { compressReply } from './compress-reply.ts';
import { errorReply } from './error-reply.ts';

/** Requests of one connection that may wait for a reply: from there on no more are read. */
export const mostPendingRequests = 64;

/** What all requests of one thread's connections share. */
export interface RestEnvironment {
  readonly handler: RestHandler;
  readonly logger: Logger;
  readonly budget: ByteBudget;
  readonly refusals: Refusals;
  readonly requestIds: RequestIds;
  /** Longest body in bytes, before and after inflating. */
  readonly maxBodyBytes: number;
  /** A client that takes nothing of its reply for this long is cut off. */
  readonly replyStallMs: number;
  /** How long the rest of a refused request is read and dropped, so that its client sees why. */
  readonly refusedBodyMs: number;
  readonly isDraining: () => boolean;
  /** Whether replies are sent as gzip to clients that take it. */
  readonly compresses: boolean;
  /** Fields of the transport's own errors under `/v1/`. */
  readonly apiErrorFields: Readonly<Record<string, string>>;
}

export const noBytes = new Uint8Array(0);

/**
 * One request of HTTP/1 as the handler sees it, from the moment that there is a body to hand over
 * to its reply. How it is read and the reply written is its subclass's. The bytes taken from the
 * budget go back when the handler has replied, or would never be asked.
 */
export abstract class RestCall implements RestRequest {
  readonly method: string;
  readonly target: string;
  protected readonly environment: RestEnvironment;
  protected readonly share: ByteShare;
  #body: Bytes = noBytes;
  /** The memory in which the body lies. */
  #received: Bytes = noBytes;
  /** Answered, or nobody is there to be answered. */
  #isOver = false;
  #isHandled = false;
  #isGone = false;
  #requestId: string | null = null;
  #controller: AbortController | null = null;

  constructor(environment: RestEnvironment, method: string, target: string) {
    this.method = method;
    this.target = target;
    this.environment = environment;
    this.share = new ByteShare(environment.budget);
  }

  abstract get headers(): RestRequest['headers'];

  /**
   * @param wantsClose the connection is to end with it, where no other request is behind it.
   * @throws where it cannot be sent, before any of it is.
   */
  protected abstract write(reply: RestReply, wantsClose: boolean): void;

  get body(): Bytes {
    return this.#body;
  }

  get requestId(): string {
    this.#requestId ??= this.environment.requestIds.of(this.headers['x-request-id']);
    return this.#requestId;
  }

  /** Made when it is first asked for: a request that is answered at once needs none. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#isGone) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  reserve(bytes: number): void {
    if (this.share.tryTake(bytes)) return;
    this.environment.refusals.count('bytes_in_flight');
    throw overBudget(this.share);
  }

  /** Neither answered nor with the handler yet. */
  protected get isWaiting(): boolean {
    return !this.#isOver && !this.#isHandled;
  }

  /** The connection is gone, or the rest of the request will never come. */
  drop(): void {
    this.#isGone = true;
    this.#controller?.abort();
    if (this.isWaiting) this.end();
  }

  /** Answers with an error at once, whatever it waits for. */
  interrupt(status: number, message: string): void {
    if (this.#isOver) return;
    this.end();
    this.#controller?.abort();
    this.write(this.failure(status, message), true);
  }

  protected end(): void {
    this.#isOver = true;
    this.share.close();
  }

  /**
   * Never throws: what a handler throws against its contract is logged and answered with 500.
   *
   * @param received what the body is a part of; nobody else reads any of it.
   */
  protected handle(body: Bytes, received = body): void {
    this.#body = body;
    this.#received = received;
    this.#isHandled = true;
    try {
      const reply = this.environment.handler(this);
      if (reply instanceof Promise) this.#replyLater(reply);
      else this.#reply(reply);
    } catch (error) {
      this.#reply(this.#defect(error));
    }
  }

  #replyLater(reply: Promise<RestReply>): void {
    reply.then(
      (settled) => this.#reply(settled),
      (error: unknown) => this.#reply(this.#defect(error)),
    );
  }

  #defect(thrown: unknown): RestReply {
    const error = StatusError.from(thrown);
    const fields = { requestId: this.requestId, method: this.method, target: this.target, error };
    this.environment.logger.error('REST request failed', fields);
    return this.failure(500, error.message);
  }

  /** An error of the transport itself. */
  protected failure(status: number, message: string): RestReply {
    const reply = errorReply(status, message);
    if (!this.target.startsWith('/v1/')) return reply;
    return { ...reply, headers: { ...reply.headers, ...this.environment.apiErrorFields } };
  }

  #reply(reply: RestReply): void {
    const { compresses, budget } = this.environment;
    const sent =
      compresses && !this.#isOver
        ? compressReply(reply, this.headers['accept-encoding'], budget)
        : reply;
    if (sent instanceof Promise) {
      void sent.then((compressed) => this.#send(compressed));
    } else this.#send(sent);
  }

  #send(reply: RestReply): void {
    this.#letGoOfBody(reply);
    if (this.#isOver) return;
    this.end();
    if (this.#isGone) return;
    const wantsClose = this.environment.isDraining();
    try {
      this.write(reply, wantsClose);
    } catch (error) {
      this.write(this.#defect(error), wantsClose);
    }
  }

  /** Nobody reads the body when the handler is done, unless it is what it replies with. */
  #letGoOfBody({ body }: RestReply): void {
    if (body !== this.#body) releaseBytes(this.#received);
    this.#body = noBytes;
    this.#received = noBytes;
  }
}
