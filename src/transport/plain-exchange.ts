import type { RestReply, RestRequest } from '../protocol/index.ts';
import type { PlainConnection } from './plain-connection.ts';
import type { PlainHead } from './plain-head.ts';
import { RestCall, type RestEnvironment } from './rest-call.ts';

/** A request that a {@link PlainConnection} has read, in the row of those that wait for a reply. */
export class PlainExchange extends RestCall {
  /** The next request of the connection. */
  next: PlainExchange | null = null;
  reply: RestReply | null = null;
  wantsClose = false;
  readonly #connection: PlainConnection;
  readonly #head: PlainHead;

  constructor(environment: RestEnvironment, connection: PlainConnection, head: PlainHead) {
    super(environment, head.method, head.target);
    this.#connection = connection;
    this.#head = head;
  }

  get headers(): RestRequest['headers'] {
    return this.#head.fields;
  }

  /** Counts the body against the budget. @returns false where it does not fit. */
  tryTake(): boolean {
    return this.share.tryTake(this.#head.bodyLength);
  }

  /** @param received the whole request; the exchange owns it. */
  start(received: Buffer): void {
    this.handle(received.subarray(this.#head.length), received);
  }

  protected override write(reply: RestReply, wantsClose: boolean): void {
    this.reply = reply;
    this.wantsClose = wantsClose;
    this.#connection.sendReplies();
  }
}
