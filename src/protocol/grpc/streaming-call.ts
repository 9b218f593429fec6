import { internal, type StatusError } from '../../status/index.ts';
import { joinBytes } from '../../util/index.ts';
import { Call, type CallEnvironment, type CallHead } from './call.ts';
import type { GrpcSink } from './exchange.ts';
import { encodeFrame, frameHeaderLength } from './frame.ts';
import type { StreamingMethod } from './method.ts';
import { replyHeaders } from './reply-headers.ts';
import { errorTrailers, okTrailers } from './status.ts';

/**
 * A call with any number of messages each way. Back-pressure goes through: the client is paused
 * while the handler has a message to read, and the handler waits while the client does not read.
 * Replies are not compressed.
 */
export class StreamingCall extends Call {
  readonly #method: StreamingMethod;
  #isHalfClosed = false;
  #isStarted = false;
  #wakeReader: (() => void) | null = null;
  #wakeWriter: (() => void) | null = null;

  constructor(
    environment: CallEnvironment,
    sink: GrpcSink,
    head: CallHead,
    method: StreamingMethod,
  ) {
    super(environment, sink, head);
    this.#method = method;
    this.startTimer(Number.POSITIVE_INFINITY);
  }

  /** Starts the handler. Never rejects. */
  async run(): Promise<void> {
    this.handlerStarts();
    try {
      for await (const message of this.#method.handle(this.#messages(), this.context)) {
        if (this.ended) return;
        this.#start();
        if (!this.sink.send(encodeFrame(message, false))) await this.#untilWritable();
      }
      if (!this.end()) return;
      this.#start();
      this.sink.finish(okTrailers);
    } catch (error) {
      this.fail(error);
    } finally {
      this.handlerDone();
    }
  }

  override receive(chunk: Uint8Array): void {
    if (this.ended) return;
    try {
      this.read(chunk);
    } catch (error) {
      this.refuse(error);
      return;
    }
    if (this.reader.size === 0) return;
    this.sink.pause();
    this.#wakeReader?.();
  }

  override halfClose(): void {
    this.#isHalfClosed = true;
    this.#wakeReader?.();
  }

  override writable(): void {
    this.#wakeWriter?.();
  }

  protected override wake(): void {
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  protected override sendError(error: StatusError): void {
    if (this.#isStarted) this.sink.finish(errorTrailers(error));
    else super.sendError(error);
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.sink.start(replyHeaders);
  }

  async *#messages(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      this.context.throwIfAborted();
      const frame = this.reader.shift();
      if (frame !== undefined) {
        const message = joinBytes(await this.decode(frame));
        yield message;
        // The handler has asked for the next message, so it is done with this one.
        this.share.give(frameHeaderLength + frame.bytes.length);
        if (frame.compressed) this.share.give(message.length);
      } else if (this.#isHalfClosed) {
        if (!this.reader.isAtBoundary) throw internal('The request ends within a message');
        return;
      } else {
        this.sink.resume();
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
      }
    }
  }

  async #untilWritable(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wakeWriter = resolve;
    });
  }
}
