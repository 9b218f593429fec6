import type { Socket } from 'node:net';
import type { RestReply } from '../protocol/index.ts';
import {
  ByteShare,
  DirectSocket,
  releaseBytes,
  type SocketReader,
  shortestHeldReply,
} from '../util/index.ts';
import { rawErrorReply } from './error-reply.ts';
import { PlainBody } from './plain-body.ts';
import { PlainExchange } from './plain-exchange.ts';
import { mostPlainHeadBytes, type PlainHead, readPlainHead } from './plain-head.ts';
import type { ReplyHeads } from './reply-heads.ts';
import { ReplyWatch } from './reply-watch.ts';
import { mostPendingRequests, type RestEnvironment } from './rest-call.ts';

/** Longer bodies come in several pieces, which are not joined to look at them. */
const mostBytesInOnePiece = 64 << 10;

/** Bytes of replies behind one that is missing, from which on no more requests are read. */
const mostBytesInRow = 64 << 10;

const noBytes = Buffer.alloc(0);

/** What a plain connection needs of whoever holds all of them. */
export interface PlainEnvironment extends RestEnvironment {
  readonly replyHeads: ReplyHeads;
  readonly maxHeaderBytes: number;
  /** Sweeps after which an idle connection is closed, and one that has never sent anything refused. */
  readonly mostIdleSweeps: number;
  readonly mostFreshSweeps: number;
  /** Sweeps after which a request that has not come whole is refused. */
  readonly mostRequestSweeps: number;
  /** Gives a connection to `node:http`, and what of it was read and not answered. */
  handOver(socket: Socket, received: Buffer): void;
}

/**
 * A connection of HTTP/1 while all its requests are plain (`readPlainHead`): of known length, not
 * compressed. They are answered without the streams and objects of `node:http`, which take more time
 * than a small model, and without its parser, which copies large bodies. At the first one that is
 * anything else the connection goes to `node:http`, with the bytes of that request, for good.
 *
 * Pipelined requests are handled as they come and answered in their order.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #environment: PlainEnvironment;
  /** Of the last request: the next one's is the same, mostly. */
  #head: PlainHead | null = null;
  /** The beginning of a request, and what it has taken of the budget. */
  #partial: Buffer | null = null;
  #partialShare: ByteShare | null = null;
  /** A request whose body is long, until it is whole; no other waits for a reply then. */
  #body: PlainBody | null = null;
  /** What `node:http` is to read once all before it is answered. */
  #leftOver: Buffer | null = null;
  /** The requests that wait for a reply. */
  #oldest: PlainExchange | null = null;
  #newest: PlainExchange | null = null;
  #rowLength = 0;
  /** Bytes of the replies in the row. */
  #rowBytes = 0;
  /** Not read until the row is shorter. */
  #isHeldBack = false;
  #isEnding = false;
  /** The client sends no more. */
  #hasEnded = false;
  #isFresh = true;
  /** Sweeps since a request began or a reply was sent. */
  #quietSweeps = 0;
  /** Large replies that the client has not taken yet. */
  #heldReplies = 0;
  #awaitsDrain = false;
  readonly #watch: ReplyWatch;

  constructor(environment: PlainEnvironment, socket: Socket) {
    this.#environment = environment;
    this.#socket = socket;
    this.#watch = new ReplyWatch(socket, this.#onStall);
    if (socket instanceof DirectSocket) socket.reader = this.#reader;
    else socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('error', this.#onError);
  }

  /** Whether nothing is being received, handled or sent. */
  get isIdle(): boolean {
    const isReceiving = this.#partial !== null || this.#body !== null || this.#leftOver !== null;
    return !isReceiving && this.#oldest === null && this.#socket.writableLength === 0;
  }

  /** Answers all requests with an error, which also ends the connection. */
  interrupt(status: number, message: string): void {
    if (this.#body !== null) this.#endWith(rawErrorReply(status, message));
    let exchange = this.#oldest;
    while (exchange !== null) {
      const { next } = exchange;
      exchange.interrupt(status, message);
      exchange = next;
    }
  }

  /** Called again and again: ends what takes too long. */
  sweep(): void {
    this.#quietSweeps++;
    this.#watch.look(this.#environment.replyStallMs);
    if (this.#oldest !== null || this.#isEnding) return;
    const { mostFreshSweeps, mostRequestSweeps, mostIdleSweeps } = this.#environment;
    if (this.#body !== null) {
      if (++this.#body.sweeps > mostRequestSweeps) this.#refuseSilent();
    } else if (this.#partial !== null) {
      // From here on it has the time that others have.
      if (this.#quietSweeps > 1) this.#leaveLater(this.#partial);
    } else if (this.#isFresh) {
      if (this.#quietSweeps > mostFreshSweeps) this.#refuseSilent();
    } else if (this.#heldReplies === 0 && this.#quietSweeps > mostIdleSweeps) {
      this.#socket.destroy();
    }
  }

  /** A reply is there. Sends those that are due: before which no other is missing. */
  replied(exchange: PlainExchange): void {
    if (exchange === this.#oldest) this.#sendReplies();
    else this.#rowBytes += exchange.waitForOthers();
    this.#holdBack();
  }

  #sendReplies(): void {
    const isDraining = this.#environment.isDraining();
    let exchange = this.#oldest;
    while (exchange !== null && exchange.reply !== null) {
      const { next, reply, replyStart, wantsClose } = exchange;
      this.#oldest = next;
      if (next === null) this.#newest = null;
      this.#rowLength--;
      this.#rowBytes -= exchange.waitedBytes;
      exchange.waitNoMore();
      const isLast = next === null && this.#leftOver === null && this.#partial === null;
      const closes = isLast && (wantsClose || isDraining || reply.headers.Connection === 'close');
      this.#send(replyStart, reply.body, closes);
      exchange = next;
    }
    this.#leaveIfDue();
    if (this.#isHeldBack && this.#mayRead) {
      this.#isHeldBack = false;
      this.#socket.resume();
    }
  }

  /** Whether the next request may be read. */
  get #mayRead(): boolean {
    const isRowShort = this.#rowLength < mostPendingRequests && this.#rowBytes < mostBytesInRow;
    return isRowShort && !this.#awaitsDrain && this.#leftOver === null;
  }

  /** Requests are not read while too many wait for a reply, or too much of theirs for others'. */
  #holdBack(): void {
    if (this.#rowLength < mostPendingRequests && this.#rowBytes < mostBytesInRow) return;
    this.#isHeldBack = true;
    this.#socket.pause();
  }

  /** A long body is read to where it is kept; all else is copied, as it is short mostly. */
  readonly #reader: SocketReader = {
    nextBuffer: () => this.#body?.nextBuffer() ?? null,
    received: (bytes, isOwn) => {
      if (this.#body === null || !isOwn) this.#onData(Buffer.from(bytes));
      else if (!this.#isEnding) this.#readTo(this.#body, bytes.length);
    },
  };

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isEnding) return;
    // The time of a request begins with it: who sends it byte by byte gains nothing.
    if (this.#partial === null) this.#quietSweeps = 0;
    this.#isFresh = false;
    let received = chunk;
    if (this.#leftOver !== null) {
      this.#leftOver = Buffer.concat([this.#leftOver, chunk]);
      return;
    }
    if (this.#body !== null) {
      this.#addTo(this.#body, chunk);
      return;
    }
    if (this.#partial !== null) {
      received = Buffer.concat([this.#partial, chunk]);
      this.#forgetPartial();
    }
    let head = this.#head;
    if (head === null || !head.isAtStartOf(received)) {
      const { maxHeaderBytes } = this.#environment;
      const read = readPlainHead(received, Math.min(maxHeaderBytes, mostPlainHeadBytes));
      if (read === null) this.#leaveLater(received);
      else if (read === 'incomplete') this.#keep(received);
      if (read === null || read === 'incomplete') return;
      this.#head = read;
      head = read;
    }
    const length = head.length + head.bodyLength;
    const { budget, maxBodyBytes } = this.#environment;
    const isLong = head.bodyLength > mostBytesInOnePiece;
    if (head.bodyLength > maxBodyBytes || (isLong && this.#oldest !== null)) {
      this.#leaveLater(received);
    } else if (isLong) {
      this.#body = new PlainBody(head, received, budget);
      this.#addTo(this.#body, received.subarray(head.length));
    } else if (received.length > length) this.#leaveLater(received);
    else if (received.length < length) this.#keep(received);
    else this.#take(head, received);
  };

  #take(head: PlainHead, received: Buffer): void {
    const exchange = new PlainExchange(this.#environment, this, head);
    if (!exchange.tryTake()) {
      // To be refused as others are.
      this.#leaveLater(received);
      return;
    }
    this.#addToRow(exchange);
    exchange.start(received);
  }

  #addToRow(exchange: PlainExchange): void {
    if (this.#newest === null) this.#oldest = exchange;
    else this.#newest.next = exchange;
    this.#newest = exchange;
    this.#rowLength++;
    this.#holdBack();
  }

  #addTo(body: PlainBody, piece: Buffer): void {
    const { missing } = body;
    // What is behind is copied: the memory is given back with the reply, or before.
    const behind = piece.length > missing ? Buffer.from(piece.subarray(missing)) : noBytes;
    const isTaken = body.add(piece.length > missing ? piece.subarray(0, missing) : piece);
    this.#goOnWith(body, isTaken, isTaken ? behind : piece);
  }

  #readTo(body: PlainBody, length: number): void {
    this.#quietSweeps = 0;
    this.#goOnWith(body, body.read(length), noBytes);
  }

  /** @param rest what came behind what was taken */
  #goOnWith(body: PlainBody, isTaken: boolean, rest: Buffer): void {
    if (isTaken && body.missing > 0) return;
    this.#forgetBody();
    const exchange = new PlainExchange(this.#environment, this, body.head);
    if (!isTaken || !exchange.tryTake()) {
      // To be refused as others are.
      this.#leaveLater(Buffer.concat([body.restore(), rest]));
      return;
    }
    this.#addToRow(exchange);
    // Before the reply, which does not end the connection then.
    if (rest.length > 0) this.#leaveLater(rest);
    const whole = body.finish();
    exchange.startWith(whole.body, whole.received);
  }

  #forgetBody(): void {
    this.#body?.close();
    this.#body = null;
  }

  #keep(received: Buffer): void {
    const share = new ByteShare(this.#environment.budget);
    if (!share.tryTake(received.length)) {
      this.#leaveLater(received);
      return;
    }
    this.#partial = received;
    this.#partialShare = share;
  }

  #forgetPartial(): void {
    this.#partialShare?.close();
    this.#partialShare = null;
    this.#partial = null;
  }

  /**
   * The connection leaves once the requests before are answered and the client has taken large
   * replies, whose time is watched here; nothing is read until then.
   */
  #leaveLater(received: Buffer): void {
    this.#leftOver = received;
    this.#leaveIfDue();
    if (this.#leftOver !== null) this.#socket.pause();
  }

  #leaveIfDue(): void {
    if (this.#leftOver === null || this.#oldest !== null || this.#heldReplies > 0) return;
    if (!this.#socket.destroyed) this.#leave(this.#leftOver);
  }

  #leave(received: Buffer): void {
    this.#forgetPartial();
    this.#leftOver = null;
    this.#watch.close();
    const socket = this.#socket;
    if (socket instanceof DirectSocket) socket.reader = null;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    socket.off('drain', this.#onDrain);
    this.#environment.handOver(socket, received);
    socket.off('error', this.#onError);
    if (this.#hasEnded) socket.emit('end');
    else if (socket.isPaused()) socket.resume();
  }

  #send(start: string, body: RestReply['body'], closes: boolean): void {
    const socket = this.#socket;
    this.#quietSweeps = 0;
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const head = this.#environment.replyHeads.of(start, length, closes);
    let isTaken: boolean;
    if (length >= shortestHeldReply) {
      isTaken = this.#sendHeld(head, body, length);
    } else {
      const bytes = Buffer.allocUnsafe(head.length + length);
      bytes.write(head, 0, 'latin1');
      if (typeof body === 'string') bytes.write(body, head.length, 'utf8');
      else bytes.set(body, head.length);
      isTaken = socket.write(bytes);
    }
    if (closes) {
      this.#isEnding = true;
      socket.destroySoon();
    } else if (!isTaken) {
      this.#awaitDrain();
    }
  }

  /** The reply is in memory until the client takes it, which must not take for ever. */
  #sendHeld(head: string, body: RestReply['body'], length: number): boolean {
    const socket = this.#socket;
    const { budget, replyStallMs } = this.#environment;
    const share = new ByteShare(budget);
    share.hold(length);
    if (this.#heldReplies++ === 0) socket.on('timeout', this.#onStall);
    socket.setTimeout(replyStallMs);
    socket.cork();
    socket.write(head, 'latin1');
    const isTaken = socket.write(body, () => {
      share.close();
      if (typeof body !== 'string') releaseBytes(body);
      this.#heldReplyEnded();
    });
    socket.uncork();
    return isTaken;
  }

  #heldReplyEnded(): void {
    this.#quietSweeps = 0;
    if (--this.#heldReplies > 0) return;
    this.#socket.off('timeout', this.#onStall);
    this.#socket.setTimeout(0);
    this.#leaveIfDue();
  }

  readonly #onStall = (): void => {
    if (this.#socket.destroyed) return;
    this.#environment.refusals.count('reply_timeout');
    this.#socket.destroy();
  };

  /** Requests are not read while their replies are not taken. */
  #awaitDrain(): void {
    if (this.#awaitsDrain) return;
    this.#awaitsDrain = true;
    this.#socket.pause();
    this.#socket.once('drain', this.#onDrain);
  }

  readonly #onDrain = (): void => {
    this.#awaitsDrain = false;
    if (!this.#mayRead) return;
    this.#isHeldBack = false;
    this.#socket.resume();
  };

  #refuseSilent(): void {
    this.#environment.refusals.count('request_timeout');
    this.#endWith(rawErrorReply(408, 'The request did not arrive in time'));
  }

  #endWith(reply: string): void {
    this.#forgetBody();
    this.#isEnding = true;
    this.#socket.write(reply);
    this.#socket.destroySoon();
  }

  /** As `node:http` does: who sends no more takes no more either, but for what is wrong. */
  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    if (this.#isEnding) {
      this.#socket.end();
    } else if (this.#partial !== null) {
      // It may be malformed in other ways than by its end.
      this.#leaveLater(this.#partial);
    } else if (this.#body !== null) {
      this.#environment.refusals.count('malformed');
      this.#endWith(rawErrorReply(400, 'Malformed HTTP request: Invalid EOF state'));
    } else {
      this.#socket.end();
    }
  };

  readonly #onClose = (): void => {
    this.#forgetPartial();
    this.#forgetBody();
    let exchange = this.#oldest;
    this.#oldest = null;
    this.#newest = null;
    for (; exchange !== null; exchange = exchange.next) {
      exchange.drop();
      exchange.waitNoMore();
    }
  };

  readonly #onError = (): void => {
    this.#socket.destroy();
  };
}
