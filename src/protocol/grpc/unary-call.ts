import { internal, unimplemented } from '../../status/index.ts';
import { type Bytes, releaseBytes } from '../../util/index.ts';
import { Call, type CallEnvironment, type CallHead } from './call.ts';
import { compress, type MessageEncoding, replyEncoding } from './compression.ts';
import type { GrpcSink } from './exchange.ts';
import { completeFrame, encodeFrame, frameHeaderLength } from './frame.ts';
import type { UnaryMethod } from './method.ts';
import { encodedReplyHeaders, replyHeaders } from './reply-headers.ts';
import { okTrailers } from './status.ts';

/** Bytes between the chunks of a message that came in one read. */
const http2FrameHeader = 9;

/**
 * A call with one message in and one out. A handler that answers at once is answered at once: no
 * promise, signal or request id is made for such a call.
 */
export class UnaryCall extends Call {
  readonly #method: UnaryMethod;
  #isCompressed = false;

  constructor(environment: CallEnvironment, sink: GrpcSink, head: CallHead, method: UnaryMethod) {
    super(environment, sink, head);
    this.#method = method;
    this.startTimer(environment.requestTimeoutMs);
  }

  override receive(chunk: Uint8Array): void {
    if (this.ended) return;
    try {
      this.read(chunk);
      if (this.reader.size > 1) throw unimplemented('A unary call got more than one message');
    } catch (error) {
      this.refuse(error);
    }
  }

  override halfClose(): void {
    if (this.ended) return;
    this.stopRequestTimer();
    try {
      if (!this.reader.isAtBoundary) throw internal('The request ends within a message');
      const frame = this.reader.shift();
      if (frame === undefined) throw unimplemented('A unary call got no message');
      this.#isCompressed = frame.compressed;
      const message = this.decode(frame);
      if (message instanceof Promise) this.#handleLater(message);
      else this.#handle(message);
    } catch (error) {
      this.refuse(error);
    }
  }

  override writable(): void {}

  #handleLater(message: Promise<Bytes>): void {
    message.then(
      (bytes) => this.#handle(bytes),
      (error: unknown) => this.refuse(error),
    );
  }

  /** Never throws. */
  #handle(message: Bytes): void {
    if (this.ended) return;
    this.handlerStarts();
    try {
      const reply = this.#method.handle(message, this.context);
      if (reply instanceof Uint8Array) {
        this.#succeed(message, reply);
        return;
      }
      reply.then(
        (bytes) => this.#succeed(message, bytes),
        (error: unknown) => this.#failed(message, error),
      );
    } catch (error) {
      this.#failed(message, error);
    }
  }

  #succeed(message: Bytes, reply: Uint8Array): void {
    this.handlerDone();
    this.#reply(reply);
    if (reply !== message) releaseBytes(message, http2FrameHeader);
  }

  #failed(message: Bytes, error: unknown): void {
    this.handlerDone();
    this.fail(error);
    releaseBytes(message, http2FrameHeader);
  }

  /** @param reply what the handler gave: a message, or one behind room for its header */
  #reply(reply: Uint8Array): void {
    if (this.ended) return;
    const hasHeaderRoom = this.#method.hasHeaderRoom === true;
    const target = this.#replyEncoding(reply.length - (hasHeaderRoom ? frameHeaderLength : 0));
    if (target === 'identity') {
      this.end();
      this.holdReply(reply.length);
      const frame = hasHeaderRoom ? completeFrame(reply, false) : encodeFrame(reply, false);
      this.sink.reply(replyHeaders, frame, okTrailers);
      return;
    }
    const send = (compressed: Uint8Array): void => {
      if (!this.end()) return;
      this.holdReply(compressed.length);
      this.sink.reply(encodedReplyHeaders[target], encodeFrame(compressed, true), okTrailers);
    };
    const message = hasHeaderRoom ? reply.subarray(frameHeaderLength) : reply;
    const compressed = compress(message, target);
    if (compressed instanceof Uint8Array) send(compressed);
    else compressed.then(send, (error: unknown) => this.fail(error));
  }

  #replyEncoding(messageLength: number): MessageEncoding {
    const { encoding, headers } = this.head;
    return replyEncoding(this.#isCompressed, encoding, headers, messageLength);
  }
}
