import type { IncomingMessage, ServerResponse } from 'node:http';
import { isReadInChunks, type RestReply } from '../protocol/index.ts';
import {
  ByteCollector,
  ByteShare,
  ChunkCollector,
  inflate,
  joinBytes,
  overBudget,
  releaseBytes,
  shortestHeldReply,
} from '../util/index.ts';
import type { Http1Connection, PendingExchange } from './http1-connection.ts';
import { reasonPhrase } from './reason-phrase.ts';
import { noBytes, RestCall, type RestEnvironment } from './rest-call.ts';

/**
 * A request that `node:http` has read, and its reply: collects the body within the limits, undoes
 * gzip, asks the handler, writes the reply in one piece.
 */
export class RestExchange extends RestCall implements PendingExchange {
  readonly headers: IncomingMessage['headers'];
  readonly #connection: Http1Connection;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #replyShare: ByteShare | null = null;
  #heldReply: Uint8Array = noBytes;

  constructor(
    environment: RestEnvironment,
    connection: Http1Connection,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    super(environment, request.method ?? '', originForm(request.url ?? ''));
    this.headers = request.headers;
    this.#connection = connection;
    this.#request = request;
    this.#response = response;
    connection.requestReceived(this);
    response.on('finish', () => {
      connection.requestEnded(this);
      this.#letGoOfReply();
    });
  }

  get isReceiving(): boolean {
    return this.isWaiting && !this.#request.complete;
  }

  get isSending(): boolean {
    return this.#response.writableEnded;
  }

  /** Takes the request from its headers to its reply. */
  start(expectsContinue: boolean): void {
    const length = this.headers['content-length'];
    if (length === undefined && this.headers['transfer-encoding'] === undefined) {
      this.handle(noBytes);
      return;
    }
    const expected = length === undefined ? null : Number(length);
    if (expected !== null && expected > this.environment.maxBodyBytes) {
      this.#refuseTooLarge(expectsContinue);
      return;
    }
    if (expectsContinue) this.#response.writeContinue();
    this.#collect(expected);
  }

  override drop(): void {
    this.#replyShare?.close();
    super.drop();
  }

  #collect(expected: number | null): void {
    const isCompressed = this.headers['content-encoding']?.includes('gzip') ?? false;
    const isInChunks = !isCompressed && isReadInChunks(this.headers);
    const collector = isInChunks ? new ChunkCollector() : new ByteCollector(expected);
    this.#request.on('data', (chunk: Buffer) => {
      if (!this.isWaiting) return;
      if (collector.length + chunk.length > this.environment.maxBodyBytes) {
        this.#refuseTooLarge(false);
      } else if (!this.share.tryTake(chunk.length)) {
        this.#refuseOverBudget();
      } else {
        collector.add(chunk);
      }
    });
    this.#request.on('end', () => {
      if (!this.isWaiting) return;
      const body = collector.length === 0 ? noBytes : collector.finish();
      if (isCompressed) this.#inflate(joinBytes(body));
      else this.handle(body);
    });
  }

  #inflate(body: Uint8Array): void {
    const inflated = inflate(body, 'gzip', this.environment.maxBodyBytes, this.share);
    if (inflated instanceof Promise) {
      void inflated.then((result) => this.#useInflated(body, result));
    } else {
      this.#useInflated(body, inflated);
    }
  }

  /**
   * A body that is not gzip though it says so counts as empty (spec 5.9); an empty binary one might
   * be a request, so there it is an error.
   */
  #useInflated(body: Uint8Array, inflated: Awaited<ReturnType<typeof inflate>>): void {
    if (!this.isWaiting) return;
    if (inflated === 'too-large') {
      this.#refuseTooLarge(false);
    } else if (inflated === 'over-budget') {
      this.#refuseOverBudget();
    } else if (inflated === 'corrupt' && isReadInChunks(this.headers)) {
      this.#refuse(
        this.failure(400, 'The request body is not gzip, as Content-Encoding says'),
        false,
      );
    } else {
      this.share.give(body.length);
      releaseBytes(body);
      this.handle(inflated === 'corrupt' ? noBytes : inflated);
    }
  }

  #refuseTooLarge(expectsContinue: boolean): void {
    const { refusals, maxBodyBytes } = this.environment;
    refusals.count('too_large');
    this.#refuse(
      this.failure(413, `The request body is larger than the limit of ${maxBodyBytes} bytes`),
      expectsContinue,
    );
  }

  #refuseOverBudget(): void {
    const { refusals, budget } = this.environment;
    refusals.count('bytes_in_flight');
    this.#refuse(this.failure(503, overBudget(budget).message), false);
  }

  /**
   * Replies before all of the request is here. Closing now would reset the connection and could
   * lose the reply, so the rest is read and dropped for a while; only a client that has not begun
   * to send (`expectsContinue`) is told to go at once.
   */
  #refuse(reply: RestReply, expectsContinue: boolean): void {
    this.end();
    this.write(reply, expectsContinue);
    if (this.#request.readableEnded || expectsContinue) return;
    const { socket } = this.#connection;
    const cutOff = setTimeout(() => socket.destroy(), this.environment.refusedBodyMs);
    const stopWaiting = (): void => {
      clearTimeout(cutOff);
      socket.off('close', stopWaiting);
    };
    socket.once('close', stopWaiting);
    this.#request.once('end', stopWaiting);
    this.#request.resume();
  }

  protected override write(reply: RestReply, wantsClose: boolean): void {
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
    this.#replyShare = new ByteShare(this.environment.budget);
    this.#replyShare.hold(length);
    this.#response.setTimeout(this.environment.replyStallMs, () => {
      this.environment.refusals.count('reply_timeout');
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
}

/** A target without the server's own address, which clients of proxies put before it. */
function originForm(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '');
}
