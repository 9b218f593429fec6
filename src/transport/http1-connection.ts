import type { Socket } from 'node:net';
import { ReplyWatch } from './reply-watch.ts';
import { mostPendingRequests } from './rest-call.ts';

/** A request that has not been answered yet, as its connection sees it. */
export interface PendingExchange {
  /** Not all of the request has arrived. */
  readonly isReceiving: boolean;
  /** Its reply is on its way out. */
  readonly isSending: boolean;
  /** The connection is gone, or the rest of the request will never come. */
  drop(): void;
  /** Answers with an error at once, whatever it waits for. */
  interrupt(status: number, message: string): void;
}

/**
 * What a listener remembers of one HTTP/1 connection: its requests that wait for a reply, pipelined
 * ones among them, and which came last.
 */
export class Http1Connection {
  readonly socket: Socket;
  readonly #pending = new Set<PendingExchange>();
  #latest: PendingExchange | null = null;
  #finalReply: string | null = null;

  readonly #watch: ReplyWatch;
  #isHeldBack = false;

  /** @param onStall see {@link ReplyWatch} */
  constructor(socket: Socket, onStall: () => void) {
    this.socket = socket;
    this.#watch = new ReplyWatch(socket, onStall);
    socket.once('close', () => this.#drop([...this.#pending]));
  }

  get isIdle(): boolean {
    return this.#pending.size === 0;
  }

  /** A reply is on its way out. */
  get isSending(): boolean {
    for (const exchange of this.#pending) if (exchange.isSending) return true;
    return false;
  }

  /** @returns false where the end has been decided: the next request is not to be looked at. */
  mayReceive(): boolean {
    if (this.#finalReply === null) return true;
    this.#holdBack();
    return false;
  }

  requestReceived(exchange: PendingExchange): void {
    this.#pending.add(exchange);
    this.#latest = exchange;
    if (this.#pending.size >= mostPendingRequests) this.#holdBack();
  }

  /** Called again and again: ends what takes too long. @param replyStallMs 0: no limit. */
  sweep(replyStallMs: number): void {
    this.#watch.look(replyStallMs);
  }

  /** The exchange's reply has been written. */
  requestEnded(exchange: PendingExchange): void {
    this.#pending.delete(exchange);
    this.#closeIfDone();
    const isEnding = this.#finalReply !== null;
    if (this.#isHeldBack && !isEnding && this.#pending.size < mostPendingRequests) this.#readOn();
  }

  /**
   * Whether the reply of `exchange` may end the connection: only that of the latest request, or the
   * pipelined ones behind it would get none; and none where `closeWith` has the last word.
   */
  mayCloseAfter(exchange: PendingExchange): boolean {
    return exchange === this.#latest && this.#finalReply === null;
  }

  /**
   * What comes on this connection can't be understood. The requests before are answered, a
   * request that was not complete is dropped, then comes `reply` and the end.
   *
   * @returns false where another reply was to be the last one before
   */
  closeWith(reply: string): boolean {
    if (this.#finalReply !== null) return false;
    this.#finalReply = reply;
    this.#drop([...this.#pending].filter((exchange) => exchange.isReceiving));
    this.#closeIfDone();
    return true;
  }

  /** Answers all requests with an error, which also ends the connection. */
  interrupt(status: number, message: string): void {
    for (const exchange of [...this.#pending]) exchange.interrupt(status, message);
  }

  /**
   * Requests are not read while too many wait for a reply; those that came with them in one read are
   * taken. Node.js itself holds back for replies only, and reads on after each request.
   */
  #holdBack(): void {
    if (this.#isHeldBack) return;
    this.#isHeldBack = true;
    this.socket.on('resume', this.#stopReading);
    this.#stopReading();
  }

  #readOn(): void {
    this.#isHeldBack = false;
    this.socket.off('resume', this.#stopReading);
    this.socket.resume();
  }

  readonly #stopReading = (): void => {
    // The parser reads on its own: it stops at the event, which a paused socket does not send again.
    if (this.socket.isPaused()) this.socket.emit('pause');
    else this.socket.pause();
  };

  #drop(exchanges: readonly PendingExchange[]): void {
    for (const exchange of exchanges) {
      this.#pending.delete(exchange);
      exchange.drop();
    }
  }

  #closeIfDone(): void {
    if (this.#finalReply === null || !this.isIdle) return;
    if (this.socket.writable) this.socket.end(this.#finalReply);
    this.socket.destroySoon();
  }
}
