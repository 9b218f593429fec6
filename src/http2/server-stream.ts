import type { ReplyFields } from './hpack/encoder.ts';
import type { OnTaken } from './outbox.ts';

/** Who gets what a client sends on a stream. Nothing may throw; nothing comes after `closed`. */
export interface StreamListener {
  /** The next content of the request: memory that nobody writes to any more. */
  received(piece: Uint8Array): void;
  /** The request is complete. */
  ended(): void;
  /** The client takes more again, after a `send` that returned false. */
  writable(): void;
  /** The stream is over, and all of the reply has been taken by the system or never will be. */
  closed(): void;
}

/** What a stream needs of its connection. */
export interface StreamConnection {
  /** @returns whether all went out that the stream has to send. */
  sendWhole(stream: ServerStream, reply: WholeReply): boolean;
  /** Sends what windows and socket allow, now and whenever they allow more. */
  pump(stream: ServerStream): void;
  sendHeaders(stream: ServerStream, fields: ReplyFields, endsStream: boolean): void;
  giveCredit(stream: ServerStream): void;
  reset(stream: ServerStream, code: number): void;
}

export interface WholeReply {
  readonly fields: ReplyFields;
  readonly content: Uint8Array;
  readonly trailers: ReplyFields;
}

/** Content that waits for room. */
export interface QueuedContent {
  readonly bytes: Uint8Array;
  sent: number;
  /** When all of it has been taken. */
  readonly onTaken: OnTaken | null;
}

/** A client that sends faster than its replies are taken is told to pause from here on. */
const mostQueued = 256 << 10;

/**
 * One request and its reply on a connection of HTTP/2. A reply is one of: `refuse`; `reply`; or `start`, any
 * number of `send`, and `finish`. All of it does nothing once the stream is closed or the reply ended.
 * The fields below are the connection's and not for anybody else.
 */
export class ServerStream {
  readonly id: number;
  listener: StreamListener | null = null;
  /** Of the client's content: what it may still send, and what it is to be credited for. */
  receiveWindow: number;
  uncredited = 0;
  /** What the client still lets us send. Below 0 where its SETTINGS made windows smaller. */
  sendWindow: number;
  /** Of the client's content by its content-length; -1: not said. */
  missing = -1;
  isRequestEnded = false;
  isReplyEnded = false;
  isClosed = false;
  isPaused = false;
  /** Whether it waits in the connection's row for windows or for the socket. */
  isWaiting = false;
  /** The trailers wait behind what is queued. */
  trailers: ReplyFields | null = null;
  readonly queue: QueuedContent[] = [];
  queued = 0;
  /** Content that the system has been given and has not taken. */
  untaken = 0;
  wantsRoom = false;
  /** When the client last took something of a queued reply, ms on the `performance.now()` clock. */
  lastTaken = 0;
  stallTimer: NodeJS.Timeout | null = null;
  readonly #connection: StreamConnection;

  constructor(
    connection: StreamConnection,
    id: number,
    windows: { readonly receive: number; readonly send: number },
  ) {
    this.#connection = connection;
    this.id = id;
    this.receiveWindow = windows.receive;
    this.sendWindow = windows.send;
  }

  get isOpen(): boolean {
    return !this.isReplyEnded && !this.isClosed;
  }

  /** The whole reply in one block of fields. */
  refuse(fields: ReplyFields): void {
    if (!this.isOpen) return;
    this.isReplyEnded = true;
    this.#connection.sendHeaders(this, fields, true);
  }

  /**
   * Fields, content and trailers at once. Long content is sent from where it is.
   * @param onTaken as with `send`
   */
  reply(whole: WholeReply, onTaken: OnTaken | null): void {
    if (!this.isOpen) return;
    this.isReplyEnded = true;
    if (onTaken === null && this.#connection.sendWhole(this, whole)) return;
    this.trailers = whole.trailers;
    this.#connection.sendHeaders(this, whole.fields, false);
    this.#enqueue(whole.content, onTaken);
    this.#connection.pump(this);
  }

  start(fields: ReplyFields): void {
    if (this.isOpen) this.#connection.sendHeaders(this, fields, false);
  }

  /**
   * @param onTaken called once: when the system has taken all of it, or with an error when it never will.
   * @returns false where the client should be given time, until `StreamListener.writable`.
   */
  send(content: Uint8Array, onTaken: OnTaken | null = null): boolean {
    if (!this.isOpen) return true;
    this.#enqueue(content, onTaken);
    this.#connection.pump(this);
    this.wantsRoom = this.queued > mostQueued;
    return !this.wantsRoom;
  }

  finish(trailers: ReplyFields): void {
    if (!this.isOpen) return;
    this.isReplyEnded = true;
    this.trailers = trailers;
    this.#connection.pump(this);
  }

  /** The client gets no more credit: what is on its way still comes. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    if (!this.isClosed) this.#connection.giveCredit(this);
  }

  reset(code: number): void {
    if (!this.isClosed) this.#connection.reset(this, code);
  }

  #enqueue(bytes: Uint8Array, onTaken: OnTaken | null): void {
    this.queue.push({ bytes, sent: 0, onTaken });
    this.queued += bytes.length;
    this.lastTaken = performance.now();
  }
}
