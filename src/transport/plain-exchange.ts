import type { RestReply, RestRequest } from '../protocol/index.ts';
import { ByteShare, type Bytes, shortestHeldReply } from '../util/index.ts';
import type { PlainConnection } from './plain-connection.ts';
import type { PlainHead } from './plain-head.ts';
import type { ReplyHeads } from './reply-heads.ts';
import { RestCall, type RestEnvironment } from './rest-call.ts';

interface PlainExchangeEnvironment extends RestEnvironment {
  readonly replyHeads: ReplyHeads;
}

/** A request that a {@link PlainConnection} has read, in the row of those that wait for a reply. */
export class PlainExchange extends RestCall {
  /** The next request of the connection. */
  next: PlainExchange | null = null;
  reply: RestReply | null = null;
  /** How the reply begins. */
  replyStart = '';
  wantsClose = false;
  #waitedBytes = 0;
  /** What a large reply takes while it waits for those before it. */
  #waitingShare: ByteShare | null = null;
  readonly #replyHeads: ReplyHeads;
  readonly #connection: PlainConnection;
  readonly #head: PlainHead;

  constructor(environment: PlainExchangeEnvironment, connection: PlainConnection, head: PlainHead) {
    super(environment, head.method, head.target);
    this.#replyHeads = environment.replyHeads;
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

  /** @param received what the body lies in; the exchange owns both. */
  startWith(body: Bytes, received: Bytes): void {
    this.handle(body, received);
  }

  /** @param received the whole request; the exchange owns it. */
  start(received: Buffer): void {
    this.handle(received.subarray(this.#head.length), received);
  }

  /** The reply waits for those before it. @returns its bytes */
  waitForOthers(): number {
    const { body } = this.reply!;
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    this.#waitedBytes = length;
    if (length >= shortestHeldReply) {
      this.#waitingShare = new ByteShare(this.environment.budget);
      this.#waitingShare.hold(length);
    }
    return length;
  }

  /** What {@link waitForOthers} returned. */
  get waitedBytes(): number {
    return this.#waitedBytes;
  }

  waitNoMore(): void {
    this.#waitingShare?.close();
    this.#waitingShare = null;
  }

  protected override write(reply: RestReply, wantsClose: boolean): void {
    this.replyStart = this.#replyHeads.start(reply);
    this.reply = reply;
    this.wantsClose = wantsClose;
    this.#connection.replied(this);
  }
}
