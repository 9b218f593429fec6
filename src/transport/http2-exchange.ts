import type { RequestFields, ServerStream, StreamListener } from '../http2/index.ts';
import type { GrpcCall, GrpcHandler, GrpcHeaders, GrpcSink } from '../protocol/index.ts';
import type { StatusError } from '../status/index.ts';
import { releaseBytes, shortestHeldReply } from '../util/index.ts';
import type { Listed } from './exchange-list.ts';

/**
 * One HTTP/2 stream as the sink of a gRPC call, and the call's source of bytes. What comes too late is
 * dropped.
 */
export class Http2Exchange implements GrpcSink, StreamListener, Listed<Http2Exchange> {
  previous: Http2Exchange | null = null;
  next: Http2Exchange | null = null;
  readonly #stream: ServerStream;
  readonly #onClosed: (exchange: Http2Exchange) => void;
  #call: GrpcCall | null = null;

  /** @param onClosed called once, when the stream is over */
  constructor(stream: ServerStream, onClosed: (exchange: Http2Exchange) => void) {
    this.#stream = stream;
    this.#onClosed = onClosed;
  }

  /** Begins the call; its reply may be sent before this returns. */
  open(handler: GrpcHandler, headers: RequestFields): void {
    const { ':method': method, ':path': path } = headers;
    this.#call = handler.open({ method: String(method), path: String(path), headers }, this);
  }

  received(piece: Uint8Array): void {
    this.#call?.receive(piece);
  }

  ended(): void {
    this.#call?.halfClose();
  }

  writable(): void {
    this.#call?.writable();
  }

  closed(): void {
    this.#call?.cancel();
    this.#onClosed(this);
  }

  /** Ends the call with an error, if it has not ended. */
  interrupt(error: StatusError): void {
    this.#call?.interrupt(error);
  }

  refuse(headers: GrpcHeaders): void {
    this.#stream.refuse(headers);
  }

  reply(headers: GrpcHeaders, frame: Uint8Array, trailers: GrpcHeaders): void {
    const isHeld = frame.length >= shortestHeldReply;
    const reply = { fields: headers, content: frame, trailers };
    this.#stream.reply(reply, isHeld ? releaseOnceTaken(frame) : null);
  }

  start(headers: GrpcHeaders): void {
    this.#stream.start(headers);
  }

  send(frame: Uint8Array): boolean {
    return this.#stream.send(frame);
  }

  finish(trailers: GrpcHeaders): void {
    this.#stream.finish(trailers);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }
}

function releaseOnceTaken(frame: Uint8Array): (error?: Error | null) => void {
  return (error) => {
    // Not what was cut off: the system may still read from it.
    if (error === undefined || error === null) releaseBytes(frame);
  };
}
