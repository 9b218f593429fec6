import type { ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import type { GrpcCall, GrpcHandler, GrpcHeaders, GrpcSink } from '../protocol/index.ts';
import type { StatusError } from '../status/index.ts';
import { releaseBytes, shortestHeldReply } from '../util/index.ts';
import type { Listed } from './exchange-list.ts';

const { NGHTTP2_NO_ERROR } = constants;

/** Prepared once: no Date (gRPC has none), and trailers after the data. */
const withTrailers = { sendDate: false, waitForTrailers: true };
const withoutBody = { sendDate: false, endStream: true };

/** What all exchanges of a listener share. */
export interface Http2Environment {
  readonly handler: GrpcHandler;
  /** A client that takes nothing of a large reply for this long loses it. 0: no limit. */
  readonly replyStallMs: number;
  onReplyStall(): void;
  /** The stream has closed. */
  onClose(exchange: Http2Exchange): void;
}

/** Where a stream keeps its exchange while it is open, so that all streams share their listeners. */
const exchangeOf = Symbol('exchange');

interface ExchangeStream extends ServerHttp2Stream {
  [exchangeOf]: Http2Exchange | null;
}

/**
 * One HTTP/2 stream as the sink of a gRPC call, and the call's source of bytes. The stream is
 * touched only while it can still carry something; what comes too late is dropped. A closed stream
 * keeps nothing of its call alive: node:http2 may hold it for long.
 */
export class Http2Exchange implements GrpcSink, Listed<Http2Exchange> {
  previous: Http2Exchange | null = null;
  next: Http2Exchange | null = null;
  readonly #stream: ExchangeStream;
  readonly #call: GrpcCall;
  readonly #environment: Http2Environment;
  #trailers: GrpcHeaders | null = null;
  #heldReply: Uint8Array | null = null;
  #isEnded = false;

  constructor(stream: ServerHttp2Stream, headers: GrpcHeaders, environment: Http2Environment) {
    this.#stream = stream as ExchangeStream;
    this.#stream[exchangeOf] = this;
    this.#environment = environment;
    const { ':method': method, ':path': path } = headers;
    // A reset stream reports its code as an error; for us it is a cancelled call like any other.
    stream.on('error', ignore);
    this.#call = environment.handler.open(
      { method: String(method), path: String(path), headers },
      this,
    );
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('close', onClose);
  }

  /** The next bytes of the request. */
  receive(chunk: Uint8Array): void {
    this.#call.receive(chunk);
  }

  /** The request is complete. */
  halfClose(): void {
    this.#call.halfClose();
  }

  /** All data of the reply has gone out. */
  sendTrailers(): void {
    this.#stream.sendTrailers(this.#trailers ?? {});
    this.#stopRequest();
  }

  /** The stream has closed, one way or another. */
  close(): void {
    this.#stream[exchangeOf] = null;
    // Not of a stream that was cut off: the socket may still read from it.
    if (this.#heldReply !== null && this.#stream.writableFinished) releaseBytes(this.#heldReply);
    this.#call.cancel();
    this.#environment.onClose(this);
  }

  /** Ends the call with an error, if it has not ended. */
  interrupt(error: StatusError): void {
    this.#call.interrupt(error);
  }

  refuse(headers: GrpcHeaders): void {
    if (!this.#isOpen()) return;
    this.#isEnded = true;
    this.#stream.respond(headers, withoutBody);
    this.#stopRequest();
  }

  reply(headers: GrpcHeaders, frame: Uint8Array, trailers: GrpcHeaders): void {
    if (!this.#isOpen()) return;
    this.start(headers);
    if (frame.length >= shortestHeldReply) {
      this.#watchReply();
      this.#heldReply = frame;
    }
    this.#isEnded = true;
    this.#trailers = trailers;
    this.#stream.end(frame);
  }

  start(headers: GrpcHeaders): void {
    if (!this.#isOpen()) return;
    this.#stream.on('wantTrailers', onWantTrailers);
    this.#stream.respond(preparedFields(headers), withTrailers);
  }

  send(frame: Uint8Array): boolean {
    if (!this.#isOpen()) return true;
    const hasRoom = this.#stream.write(frame);
    if (!hasRoom) this.#stream.once('drain', () => this.#call.writable());
    return hasRoom;
  }

  finish(trailers: GrpcHeaders): void {
    if (!this.#isOpen()) return;
    this.#isEnded = true;
    this.#trailers = trailers;
    this.#stream.end();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** The time counts anew with everything that the client takes. */
  #watchReply(): void {
    const { replyStallMs, onReplyStall } = this.#environment;
    if (replyStallMs === 0) return;
    this.#stream.setTimeout(replyStallMs, () => {
      onReplyStall();
      this.#stream.destroy();
    });
  }

  #isOpen(): boolean {
    return !this.#isEnded && !this.#stream.destroyed && !this.#stream.closed;
  }

  /**
   * After an early reply the rest of the request is of no use. It is read and dropped, and once
   * the reply is out NO_ERROR tells the client to stop sending (RFC 9113, 8.1).
   */
  #stopRequest(): void {
    const stream = this.#stream;
    if (stream.readableEnded) return;
    stream.resume();
    // Two turns: node:http2 itself sends trailers one turn after they are given.
    setImmediate(() => setImmediate(() => stream.close(NGHTTP2_NO_ERROR)));
  }
}

function ignore(): void {}

function onData(this: ServerHttp2Stream, chunk: Buffer): void {
  (this as ExchangeStream)[exchangeOf]?.receive(chunk);
}

function onEnd(this: ServerHttp2Stream): void {
  (this as ExchangeStream)[exchangeOf]?.halfClose();
}

function onWantTrailers(this: ServerHttp2Stream): void {
  (this as ExchangeStream)[exchangeOf]?.sendTrailers();
}

function onClose(this: ServerHttp2Stream): void {
  (this as ExchangeStream)[exchangeOf]?.close();
}

/** Lists by the fields that they were made of, which are prepared once and used for all replies. */
const fieldLists = new WeakMap<GrpcHeaders, string[]>();

/** From Node.js 24.7 on, fields can be given as a list, which is not copied for each reply. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const takesLists = major > 24 || (major === 24 && minor >= 7);

function preparedFields(headers: GrpcHeaders): GrpcHeaders | readonly string[] {
  if (!takesLists) return headers;
  let list = fieldLists.get(headers);
  if (list === undefined) {
    list = Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);
    fieldLists.set(headers, list);
  }
  return list;
}
