import type { Socket } from 'node:net';

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

  constructor(socket: Socket) {
    this.socket = socket;
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

  requestReceived(exchange: PendingExchange): void {
    this.#pending.add(exchange);
    this.#latest = exchange;
  }

  /** The exchange's reply has been written. */
  requestEnded(exchange: PendingExchange): void {
    this.#pending.delete(exchange);
    this.#closeIfDone();
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
   */
  closeWith(reply: string): void {
    if (this.#finalReply !== null) return;
    this.#finalReply = reply;
    this.#drop([...this.#pending].filter((exchange) => exchange.isReceiving));
    this.#closeIfDone();
  }

  /** Answers all requests with an error, which also ends the connection. */
  interrupt(status: number, message: string): void {
    for (const exchange of [...this.#pending]) exchange.interrupt(status, message);
  }

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
