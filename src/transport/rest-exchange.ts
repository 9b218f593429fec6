import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isReadInChunks,
  type Refusals,
  type RestHandler,
  type RestReply,
  type RestRequest,
} from '../protocol/index.ts';
import { StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import {
  type ByteBudget,
  ByteCollector,
  ByteShare,
  type Bytes,
  ChunkCollector,
  inflate,
  joinBytes,
  overBudget,
  type RequestIds,
  releaseBytes,
  shortestHeldReply,
} from '../util/index.ts';
import { errorReply } from './error-reply.ts';
import type { Http1Connection, PendingExchange } from './http1-connection.ts';
import { reasonPhrase } from './reason-phrase.ts';

/** What all exchanges of a listener share. */
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
}

const noBytes = new Uint8Array(0);

/**
 * One HTTP/1 request and its reply: collects the body within the limits, undoes gzip, asks the
 * handler, writes the reply in one piece. The handler gets this object itself as the request. The
 * bytes taken from the budget go back when the handler has replied, or would never be asked.
 */
export class RestExchange implements RestRequest, PendingExchange {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly #environment: RestEnvironment;
  readonly #connection: Http1Connection;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #share: ByteShare;
  #body: Bytes = noBytes;
  #replyShare: ByteShare | null = null;
  #heldReply: Uint8Array = noBytes;
  /** `over`: answered, or nobody is there to be answered. */
  #state: 'receiving' | 'handling' | 'over' = 'receiving';
  #isGone = false;
  #requestId: string | null = null;
  #controller: AbortController | null = null;

  constructor(
    environment: RestEnvironment,
    connection: Http1Connection,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.method = request.method ?? '';
    this.target = request.url ?? '';
    this.headers = request.headers;
    this.#environment = environment;
    this.#connection = connection;
    this.#request = request;
    this.#response = response;
    this.#share = new ByteShare(environment.budget);
    connection.requestReceived(this);
    response.on('finish', () => {
      connection.requestEnded(this);
      this.#letGoOfReply();
    });
  }

  get body(): Bytes {
    return this.#body;
  }

  get requestId(): string {
    this.#requestId ??= this.#environment.requestIds.of(this.headers['x-request-id']);
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
    if (this.#share.tryTake(bytes)) return;
    this.#environment.refusals.count('bytes_in_flight');
    throw overBudget(this.#share);
  }

  get isReceiving(): boolean {
    return this.#state === 'receiving' && !this.#request.complete;
  }

  /** Takes the request from its headers to its reply. */
  start(expectsContinue: boolean): void {
    const length = this.headers['content-length'];
    if (length === undefined && this.headers['transfer-encoding'] === undefined) {
      this.#handle();
      return;
    }
    const expected = length === undefined ? null : Number(length);
    if (expected !== null && expected > this.#environment.maxBodyBytes) {
      this.#refuseTooLarge(expectsContinue);
      return;
    }
    if (expectsContinue) this.#response.writeContinue();
    this.#collect(expected);
  }

  drop(): void {
    this.#isGone = true;
    this.#replyShare?.close();
    this.#controller?.abort();
    if (this.#state === 'receiving') this.#end();
  }

  interrupt(status: number, message: string): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#controller?.abort();
    this.#write(errorReply(status, message), true);
  }

  #collect(expected: number | null): void {
    const isCompressed = this.headers['content-encoding']?.includes('gzip') ?? false;
    const isInChunks = !isCompressed && isReadInChunks(this.headers);
    const body = isInChunks ? new ChunkCollector() : new ByteCollector(expected);
    this.#request.on('data', (chunk: Buffer) => {
      if (this.#state !== 'receiving') return;
      if (body.length + chunk.length > this.#environment.maxBodyBytes) this.#refuseTooLarge(false);
      else if (!this.#share.tryTake(chunk.length)) this.#refuseOverBudget();
      else body.add(chunk);
    });
    this.#request.on('end', () => {
      if (this.#state !== 'receiving') return;
      this.#body = body.length === 0 ? noBytes : body.finish();
      if (isCompressed) this.#inflate();
      else this.#handle();
    });
  }

  #inflate(): void {
    const inflated = inflate(
      joinBytes(this.#body),
      'gzip',
      this.#environment.maxBodyBytes,
      this.#share,
    );
    if (inflated instanceof Promise) void inflated.then((result) => this.#useInflated(result));
    else this.#useInflated(inflated);
  }

  /**
   * A body that is not gzip though it says so counts as empty (spec 5.9); an empty binary one might
   * be a request, so there it is an error.
   */
  #useInflated(inflated: Awaited<ReturnType<typeof inflate>>): void {
    if (this.#state !== 'receiving') return;
    if (inflated === 'too-large') {
      this.#refuseTooLarge(false);
    } else if (inflated === 'over-budget') {
      this.#refuseOverBudget();
    } else if (inflated === 'corrupt' && isReadInChunks(this.headers)) {
      this.#refuse(
        errorReply(400, 'The request body is not gzip, as Content-Encoding says'),
        false,
      );
    } else {
      this.#share.give(this.#body.length);
      releaseBytes(this.#body);
      this.#body = inflated === 'corrupt' ? noBytes : inflated;
      this.#handle();
    }
  }

  /** Never throws: what a handler throws against its contract is logged and answered with 500. */
  #handle(): void {
    this.#state = 'handling';
    try {
      const reply = this.#environment.handler(this);
      if (!(reply instanceof Promise)) {
        this.#reply(reply);
        return;
      }
      reply.then(
        (settled) => this.#reply(settled),
        (error: unknown) => this.#reply(this.#defect(error)),
      );
    } catch (error) {
      this.#reply(this.#defect(error));
    }
  }

  #defect(thrown: unknown): RestReply {
    const error = StatusError.from(thrown);
    const fields = { requestId: this.requestId, method: this.method, target: this.target, error };
    this.#environment.logger.error('REST request failed', fields);
    return errorReply(500, error.message);
  }

  #reply(reply: RestReply): void {
    this.#letGoOfBody(reply);
    if (this.#state === 'over') return;
    this.#end();
    if (this.#isGone) return;
    this.#write(reply, this.#environment.isDraining());
  }

  /** Nobody reads the body when the handler is done, unless it is what it replies with. */
  #letGoOfBody({ body }: RestReply): void {
    if (body !== this.#body) releaseBytes(this.#body);
    this.#body = noBytes;
  }

  #refuseTooLarge(expectsContinue: boolean): void {
    const { refusals, maxBodyBytes } = this.#environment;
    refusals.count('too_large');
    this.#refuse(
      errorReply(413, `The request body is larger than the limit of ${maxBodyBytes} bytes`),
      expectsContinue,
    );
  }

  #refuseOverBudget(): void {
    const { refusals, budget } = this.#environment;
    refusals.count('bytes_in_flight');
    this.#refuse(errorReply(503, overBudget(budget).message), false);
  }

  /**
   * Replies before all of the request is here. Closing now would reset the connection and could
   * lose the reply, so the rest is read and dropped for a while; only a client that has not begun
   * to send (`expectsContinue`) is told to go at once.
   */
  #refuse(reply: RestReply, expectsContinue: boolean): void {
    this.#end();
    this.#write(reply, expectsContinue);
    if (this.#request.readableEnded || expectsContinue) return;
    const { socket } = this.#connection;
    const cutOff = setTimeout(() => socket.destroy(), this.#environment.refusedBodyMs);
    const stopWaiting = (): void => {
      clearTimeout(cutOff);
      socket.off('close', stopWaiting);
    };
    socket.once('close', stopWaiting);
    this.#request.once('end', stopWaiting);
    this.#request.resume();
  }

  #write(reply: RestReply, wantsClose: boolean): void {
    const { body } = reply;
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const headers: Record<string, string | number> = { ...reply.headers, 'Content-Length': length };
    const mayClose = this.#connection.mayCloseAfter(this);
    if (wantsClose && mayClose) headers.Connection = 'close';
    else if (!mayClose) delete headers.Connection;
    if (length >= shortestHeldReply) this.#holdReply(body, length);
    this.#response.writeHead(reply.status, reasonPhrase(reply.status), headers);
    this.#response.end(body);
  }

  /** The reply is in memory until the client takes it, which must not take for ever. */
  #holdReply(body: RestReply['body'], length: number): void {
    if (typeof body !== 'string') this.#heldReply = body;
    this.#replyShare = new ByteShare(this.#environment.budget);
    this.#replyShare.hold(length);
    this.#response.setTimeout(this.#environment.replyStallMs, () => {
      this.#environment.refusals.count('reply_timeout');
      this.#connection.socket.destroy();
    });
  }

  #letGoOfReply(): void {
    if (this.#replyShare === null) return;
    this.#replyShare.close();
    releaseBytes(this.#heldReply);
    // Of an idle connection Node.js has set the time by now; with more to answer, it leaves ours.
    if (!this.#connection.isIdle) this.#connection.socket.setTimeout(0);
  }

  #end(): void {
    this.#state = 'over';
    this.#share.close();
  }
}
