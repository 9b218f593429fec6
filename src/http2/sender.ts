import type { Duplex } from 'node:stream';
import { HpackEncoder, type ReplyFields } from './hpack/encoder.ts';
import { type OnTaken, Outbox } from './outbox.ts';
import type { ServerStream, WholeReply } from './server-stream.ts';
import { defaultWindow, type PeerSettings } from './settings.ts';

/** Bytes waiting to be taken by the system before no more are put there, and no requests are read. */
export const mostUnsent = 1 << 20;

/** What a {@link Sender} tells of. */
export interface SenderOwner {
  /** The last frame of a reply has been put into the row of what is sent. */
  replySent(stream: ServerStream): void;
  /** The system has taken something of a reply that it was said to be taken of, or has dropped it. */
  contentTaken(stream: ServerStream): void;
}

/** Sends the replies of one connection, as the client's windows and the socket allow it. */
export class Sender {
  readonly outbox: Outbox;
  readonly encoder = new HpackEncoder();
  readonly #peer: PeerSettings;
  readonly #owner: SenderOwner;
  /** What the client still lets us send on all streams together. */
  window = defaultWindow;
  /** Streams that wait for this window or for the socket, in their order. */
  #waiting: ServerStream[] = [];
  /** While a chunk is read, what is to be sent is gathered. */
  isReading = false;
  #isScheduled = false;

  constructor(socket: Duplex, peer: PeerSettings, owner: SenderOwner) {
    this.outbox = new Outbox(socket);
    this.#peer = peer;
    this.#owner = owner;
  }

  get isFull(): boolean {
    return this.outbox.length >= mostUnsent;
  }

  headers(stream: ServerStream, fields: ReplyFields, endsStream: boolean): void {
    const block = this.encoder.encode(fields);
    this.outbox.headers(stream.id, block, endsStream, this.#peer.maxFrame);
    this.touch();
    if (endsStream) this.#owner.replySent(stream);
  }

  /** A short reply, at once. @returns false, and has sent nothing, where it can't all go out now. */
  whole(stream: ServerStream, { fields, content, trailers }: WholeReply): boolean {
    const { length } = content;
    const { maxFrame } = this.#peer;
    if (length > maxFrame || length > this.window || length > stream.sendWindow) return false;
    if (this.isFull || this.#waiting.length > 0) return false;
    this.window -= length;
    stream.sendWindow -= length;
    this.outbox.headers(stream.id, this.encoder.encode(fields), false, maxFrame);
    this.outbox.data(stream.id, content);
    this.headers(stream, trailers, true);
    return true;
  }

  /** Sends of a stream's queue what can go out now; the rest waits. */
  pump(stream: ServerStream): void {
    if (stream.isClosed) return;
    const { queue } = stream;
    while (queue.length > 0) {
      const item = queue[0]!;
      const left = item.bytes.length - item.sent;
      const room = Math.min(stream.sendWindow, this.window, this.#peer.maxFrame, left);
      if (left > 0 && room <= 0) {
        // For the window of the stream alone nobody else has to wait.
        if (stream.sendWindow > 0) this.#wait(stream);
        this.touch();
        return;
      }
      if (this.isFull) {
        this.#wait(stream);
        this.touch();
        return;
      }
      const piece = item.bytes.subarray(item.sent, item.sent + room);
      item.sent += room;
      stream.sendWindow -= room;
      this.window -= room;
      stream.queued -= room;
      stream.lastTaken = performance.now();
      if (item.sent < item.bytes.length) {
        this.outbox.data(stream.id, piece);
        continue;
      }
      queue.shift();
      if (item.onTaken === null) {
        if (room > 0) this.outbox.data(stream.id, piece);
      } else {
        stream.untaken++;
        this.outbox.data(stream.id, piece, this.#takenOf(stream, item.onTaken));
      }
    }
    if (stream.isReplyEnded && stream.trailers !== null) {
      const { trailers } = stream;
      stream.trailers = null;
      this.headers(stream, trailers, true);
    }
    this.touch();
    if (stream.wantsRoom && !stream.isClosed) {
      stream.wantsRoom = false;
      queueMicrotask(() => stream.listener?.writable());
    }
  }

  /** The window or the socket has room again. */
  pumpAll(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const stream of waiting) stream.isWaiting = false;
    for (const stream of waiting) this.pump(stream);
  }

  /** What a closed stream has queued is not sent. */
  forget(stream: ServerStream): void {
    stream.queued = 0;
    stream.trailers = null;
    if (stream.queue.length === 0) return;
    const error = new Error('The stream was closed');
    for (const { onTaken } of stream.queue.splice(0)) onTaken?.(error);
  }

  /** Something is in the outbox: it is sent at the end of what is being done now. */
  touch(): void {
    if (this.isReading || this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(this.#flushLater);
  }

  readonly #flushLater = (): void => {
    this.#isScheduled = false;
    this.outbox.flush();
  };

  #wait(stream: ServerStream): void {
    if (stream.isWaiting) return;
    stream.isWaiting = true;
    this.#waiting.push(stream);
  }

  #takenOf(stream: ServerStream, onTaken: OnTaken): OnTaken {
    return (error) => {
      stream.untaken--;
      stream.lastTaken = performance.now();
      onTaken(error);
      this.#owner.contentTaken(stream);
    };
  }
}
