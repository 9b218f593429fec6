import type { Duplex } from 'node:stream';
import { ConnectionFault, ErrorCode, frameSizeFault, protocolFault } from './faults.ts';
import { FloodGuard } from './flood-guard.ts';
import { Flag, FrameType, maxInt31, readUint31 } from './frame.ts';
import { FrameReader, type FrameReceiver } from './frame-reader.ts';
import { type HeaderBlock, HeaderBlocks } from './header-blocks.ts';
import type { ReplyFields } from './hpack/encoder.ts';
import type { ConnectionLimits } from './limits.ts';
import { PingGuard } from './ping-guard.ts';
import { RecentIds } from './recent-ids.ts';
import type { RequestFields } from './request-fields.ts';
import { Sender } from './sender.ts';
import {
  ServerStream,
  type StreamConnection,
  type StreamListener,
  type WholeReply,
} from './server-stream.ts';
import { defaultWindow, PeerSettings, Setting } from './settings.ts';
import { StreamTable } from './stream-table.ts';
import { Upkeep } from './upkeep.ts';

/** Whoever serves the streams of a connection. None of it may throw. */
export interface ConnectionHandler {
  /** A request begins; its reply may begin before this returns. */
  opened(stream: ServerStream, fields: RequestFields): StreamListener;
  /** A request was turned away for its header fields. */
  fieldsRefused(problem: 'malformed' | 'too large'): void;
  /** The client takes nothing of a reply any more; it, or the connection, is given up. */
  stalled(): void;
  /** The client broke the rules, or its connection failed: it is being closed. */
  failed(error: Error): void;
}

/** How long a connection that is to end may take to send what it has to say, in ms. */
const lastWordsMs = 1000;

/** Frames that cost a client nothing, and make us work or answer: pings, settings, empty content. */
const cheapFrameBurst = 10_000;
const cheapFramesPerSecond = 5000;

/** What our pings carry: the one that follows an announced end, and the one that asks who is there. */
const announcement = Buffer.from('serval\0\0', 'latin1');
const question = Buffer.from('serval?\0', 'latin1');

/** How long a client may take to hear that its connection is too old or idle, in ms. */
const upkeepPatienceMs = 20_000;

/**
 * The server's side of one connection of HTTP/2 (RFC 9113), over any byte stream. It owns the socket.
 *
 * 1. What one chunk of the client makes it say goes out in one write, at the end of that chunk.
 * 2. A fault of the client ends this connection only, after a GOAWAY that says which.
 * 3. Every stream's listener hears `closed` once, whatever ends the stream.
 * 4. What is kept for a client is bounded: streams, their windows, header blocks, and unsent bytes, from
 *    1 MiB of which on nothing more is read from it.
 */
export class ServerConnection implements FrameReceiver, StreamConnection {
  readonly #socket: Duplex;
  readonly #handler: ConnectionHandler;
  readonly #limits: ConnectionLimits;
  readonly #reader: FrameReader;
  readonly #blocks: HeaderBlocks;
  readonly #peer = new PeerSettings();
  readonly #sender: Sender;
  readonly #streams = new StreamTable<ServerStream>();
  /** Streams that we reset: what was on its way of them is ignored. */
  readonly #recentlyReset = new RecentIds();
  readonly #resets: FloodGuard;
  readonly #cheapFrames: FloodGuard;
  readonly #pings: PingGuard;
  readonly #upkeep: Upkeep;
  #lastStreamId = 0;
  #receiveWindow: number;
  #uncredited = 0;
  /** The stream of the DATA frame that is being read; null: its content is dropped. */
  #dataStream: ServerStream | null = null;
  #dataLength = 0;
  #dataEndsStream = false;
  /** Streams that were answered before their request had come whole. */
  #early: ServerStream[] = [];
  /** Replies of which the system has not taken all. */
  #untaken = 0;
  #hasSettings = false;
  #state: 'open' | 'announced' | 'ending' | 'over' = 'open';
  #isBlocked = false;
  /** For the client's first SETTINGS, its answer to the announcement, or our last words. */
  #timer: NodeJS.Timeout | null;
  /** While the system takes nothing of what is sent. */
  #stallTimer: NodeJS.Timeout | null = null;

  constructor(socket: Duplex, handler: ConnectionHandler, limits: ConnectionLimits) {
    const now = performance.now();
    this.#socket = socket;
    this.#handler = handler;
    this.#limits = limits;
    this.#reader = new FrameReader(this, limits.maxFrameBytes);
    this.#blocks = new HeaderBlocks(limits.maxFieldBytes);
    this.#sender = new Sender(socket, this.#peer, {
      replySent: (stream) => this.#replySent(stream),
      contentTaken: (stream) => this.#contentTaken(stream),
    });
    this.#resets = new FloodGuard(limits.streamResetBurst, limits.streamResetsPerSecond, now);
    this.#cheapFrames = new FloodGuard(cheapFrameBurst, cheapFramesPerSecond, now);
    this.#pings = new PingGuard(limits);
    this.#upkeep = new Upkeep(limits, now);
    this.#receiveWindow = limits.connectionWindow;
    this.#timer = setTimeout(() => {
      this.#fail(new ConnectionFault(ErrorCode.settingsTimeout, 'The client says nothing'));
    }, limits.prefaceTimeoutMs);
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    this.#greet();
  }

  /** Streams that are open. */
  get size(): number {
    return this.#streams.size;
  }

  /**
   * Tells the client that the connection will end, without refusing what is on its way: GOAWAY with the
   * highest stream id, then a ping. When its answer is here, so is every request that the client
   * began before it knew. Only then the GOAWAY that names the last one, and the end after its reply.
   *
   * @param patienceMs for the answer to the ping; of two calls the last one's counts
   */
  end(patienceMs: number): void {
    if (this.#state !== 'open' && this.#state !== 'announced') return;
    if (this.#state === 'open') {
      const { outbox } = this.#sender;
      outbox.goAway(maxInt31, ErrorCode.noError, '');
      outbox.ping(announcement, false);
      this.#sender.touch();
    }
    this.#state = 'announced';
    this.#stopTimer();
    this.#timer = setTimeout(() => this.#finishEnd(), patienceMs);
  }

  /**
   * Ends the connection when its time has come, and when its client has gone. To be called at short intervals,
   * see `upkeepInterval`.
   * @param now ms on the `performance.now()` clock
   */
  keepUp(now: number): void {
    if (this.#state === 'over') return;
    // Of a client that is not read from we cannot know what it says.
    if (this.#isBlocked) this.#upkeep.hasRead = true;
    const step = this.#upkeep.step(now, this.#streams.size, this.#lastStreamId);
    if (step === 'nothing') return;
    if (step === 'ping') {
      this.#sender.outbox.ping(question, false);
      this.#sender.touch();
    } else if (step === 'end') {
      this.end(upkeepPatienceMs);
    } else if (step === 'cut: too old') {
      this.#fail(new ConnectionFault(ErrorCode.noError, 'The connection is too old'));
    } else {
      this.#onError(new Error('The client does not answer'));
    }
  }

  /** At once, whatever is under way. */
  destroy(): void {
    this.#socket.destroy();
  }

  // What the reader has read.

  dataFrame(streamId: number, length: number, endsStream: boolean): void {
    this.#dataStream = null;
    if (this.#state === 'over') return;
    if (this.#blocks.open !== 0 || streamId === 0) throw protocolFault('DATA out of place');
    this.#receiveWindow -= length;
    if (this.#receiveWindow < 0) throw flowControlFault('the connection');
    this.#creditConnection(length);
    if (length === 0 && !endsStream) this.#countCheap();
    this.#dataLength = length;
    this.#dataEndsStream = endsStream;
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#refuseClosed(streamId, 'DATA');
    } else if (stream.isRequestEnded) {
      this.#resetFor(stream, ErrorCode.streamClosed);
    } else {
      stream.receiveWindow -= length;
      if (stream.receiveWindow < 0) this.#resetFor(stream, ErrorCode.flowControlError);
      else this.#dataStream = stream;
    }
  }

  dataPiece(piece: Uint8Array): void {
    const stream = this.#dataStream;
    if (stream === null || stream.isClosed) return;
    if (stream.missing >= 0) {
      stream.missing -= piece.length;
      if (stream.missing < 0) {
        this.#resetFor(stream, ErrorCode.protocolError);
        return;
      }
    }
    if (!stream.isReplyEnded) stream.listener?.received(piece);
  }

  dataEnd(): void {
    const stream = this.#dataStream;
    this.#dataStream = null;
    if (stream === null || stream.isClosed) return;
    if (this.#dataEndsStream) {
      this.#endRequest(stream);
    } else {
      stream.uncredited += this.#dataLength;
      this.giveCredit(stream);
    }
  }

  frame(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    // What comes behind the end, in the same chunk.
    if (this.#state === 'over') return;
    if (this.#blocks.open !== 0 && type !== FrameType.continuation) {
      throw protocolFault('A frame within a block of header fields');
    }
    switch (type) {
      case FrameType.headers:
        this.#headers(flags, streamId, payload);
        break;
      case FrameType.continuation: {
        const isWhole = (flags & Flag.endHeaders) !== 0;
        this.#block(this.#blocks.continue(streamId, payload, isWhole));
        break;
      }
      case FrameType.rstStream:
        this.#rstStream(streamId, payload);
        break;
      case FrameType.windowUpdate:
        this.#windowUpdate(streamId, payload);
        break;
      case FrameType.settings:
        this.#settings(flags, streamId, payload);
        break;
      case FrameType.ping:
        this.#ping(flags, streamId, payload);
        break;
      case FrameType.goAway:
        if (streamId !== 0) throw protocolFault('GOAWAY on a stream');
        if (payload.length < 8) throw frameSizeFault('GOAWAY');
        this.#countCheap();
        break;
      case FrameType.priority:
        this.#priority(streamId, payload);
        break;
      case FrameType.pushPromise:
        throw protocolFault('PUSH_PROMISE from a client');
      default:
        this.#countCheap();
    }
  }

  // What streams ask for.

  sendWhole(stream: ServerStream, reply: WholeReply): boolean {
    return this.#sender.whole(stream, reply);
  }

  sendHeaders(stream: ServerStream, fields: ReplyFields, endsStream: boolean): void {
    this.#sender.headers(stream, fields, endsStream);
  }

  pump(stream: ServerStream): void {
    this.#sender.pump(stream);
    this.#watch(stream);
  }

  /** In halves of the window: seldom, and early enough that a client never waits. */
  giveCredit(stream: ServerStream): void {
    if (stream.isPaused || stream.isRequestEnded || stream.isReplyEnded) return;
    if (stream.uncredited * 2 < this.#limits.streamWindow) return;
    this.#sender.outbox.windowUpdate(stream.id, stream.uncredited);
    this.#sender.touch();
    stream.receiveWindow += stream.uncredited;
    stream.uncredited = 0;
  }

  reset(stream: ServerStream, code: number): void {
    if (stream.isClosed) return;
    this.#sender.outbox.reset(stream.id, code);
    this.#sender.touch();
    this.#recentlyReset.add(stream.id);
    this.#remove(stream);
  }

  // Frames.

  #headers(flags: number, streamId: number, payload: Uint8Array): void {
    if ((streamId & 1) === 0) throw protocolFault('HEADERS on a stream of the server');
    this.#block(this.#blocks.begin(flags, streamId, payload));
  }

  #block(block: HeaderBlock | null): void {
    if (block === null) return;
    const stream = this.#streams.get(block.streamId);
    if (stream !== undefined) this.#trailers(stream, block);
    else if (block.streamId > this.#lastStreamId) this.#open(block);
    else if (this.#recentlyReset.has(block.streamId)) this.#blocks.trailers(block.bytes);
    else throw new ConnectionFault(ErrorCode.streamClosed, 'HEADERS on a closed stream');
  }

  #trailers(stream: ServerStream, block: HeaderBlock): void {
    const isAllowed = this.#blocks.trailers(block.bytes);
    if (stream.isRequestEnded) this.#resetFor(stream, ErrorCode.streamClosed);
    else if (!isAllowed || !block.endsStream) this.#resetFor(stream, ErrorCode.protocolError);
    else this.#endRequest(stream);
  }

  #open(block: HeaderBlock): void {
    const id = block.streamId;
    const fields = this.#blocks.request(block.bytes);
    const isRefused =
      this.#state === 'ending' || this.#streams.size >= this.#limits.maxConcurrentStreams;
    // The last id that a GOAWAY has named stays the last.
    if (this.#state !== 'ending') this.#lastStreamId = id;
    if (typeof fields === 'string') this.#handler.fieldsRefused(fields);
    if (isRefused) this.#refuse(id, ErrorCode.refusedStream);
    else if (fields === 'malformed') this.#refuse(id, ErrorCode.protocolError);
    else if (fields === 'too large') this.#refuse(id, ErrorCode.enhanceYourCalm);
    else this.#start(id, fields, block.endsStream);
  }

  #start(id: number, fields: RequestFields, endsStream: boolean): void {
    const windows = { receive: this.#limits.streamWindow, send: this.#peer.initialWindow };
    const stream = new ServerStream(this, id, windows);
    const length = fields['content-length'];
    if (length !== undefined) {
      stream.missing = /^\d{1,15}$/.test(length) ? Number(length) : -1;
      if (stream.missing < 0 || (endsStream && stream.missing > 0)) {
        this.#refuse(id, ErrorCode.protocolError);
        return;
      }
    }
    this.#streams.add(stream);
    stream.listener = this.#handler.opened(stream, fields);
    // Whoever was answered at once is told of the end now.
    if (stream.isClosed) stream.listener.closed();
    else if (endsStream) this.#endRequest(stream);
  }

  #endRequest(stream: ServerStream): void {
    if (stream.missing > 0) {
      this.#resetFor(stream, ErrorCode.protocolError);
      return;
    }
    stream.isRequestEnded = true;
    if (stream.isReplyEnded) this.#removeIfDone(stream);
    else stream.listener?.ended();
  }

  #rstStream(streamId: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw frameSizeFault('RST_STREAM');
    this.#checkNotIdle(streamId, 'RST_STREAM');
    this.#countReset();
    const stream = this.#streams.get(streamId);
    if (stream !== undefined) this.#remove(stream);
  }

  #windowUpdate(streamId: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw frameSizeFault('WINDOW_UPDATE');
    const increment = readUint31(payload, 0);
    const sender = this.#sender;
    if (streamId === 0) {
      if (increment === 0) throw protocolFault('WINDOW_UPDATE by nothing');
      sender.window += increment;
      if (sender.window > maxInt31) throw flowControlFault('the connection');
      sender.pumpAll();
      return;
    }
    this.#checkNotIdle(streamId, 'WINDOW_UPDATE');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    stream.sendWindow += increment;
    if (increment === 0) this.#resetFor(stream, ErrorCode.protocolError);
    else if (stream.sendWindow > maxInt31) this.#resetFor(stream, ErrorCode.flowControlError);
    else if (!stream.isWaiting) sender.pump(stream);
  }

  #settings(flags: number, streamId: number, payload: Uint8Array): void {
    if (streamId !== 0) throw protocolFault('SETTINGS on a stream');
    if ((flags & Flag.ack) !== 0) {
      if (payload.length !== 0) throw frameSizeFault('SETTINGS');
      return;
    }
    if (payload.length % 6 !== 0) throw frameSizeFault('SETTINGS');
    this.#countCheap();
    if (!this.#hasSettings && this.#state === 'open') this.#stopTimer();
    this.#hasSettings = true;
    const { initialWindow, headerTableSize } = this.#peer;
    this.#peer.apply(payload);
    if (this.#peer.headerTableSize !== headerTableSize) {
      this.#sender.encoder.tableSize = this.#peer.headerTableSize;
    }
    this.#sender.outbox.settingsAck();
    const growth = this.#peer.initialWindow - initialWindow;
    if (growth !== 0) this.#growWindows(growth);
  }

  #growWindows(growth: number): void {
    for (const stream of this.#streams.toArray()) {
      stream.sendWindow += growth;
      if (stream.sendWindow > maxInt31) throw flowControlFault('a stream');
      if (!stream.isWaiting) this.#sender.pump(stream);
    }
  }

  #ping(flags: number, streamId: number, payload: Uint8Array): void {
    if (streamId !== 0) throw protocolFault('PING on a stream');
    if (payload.length !== 8) throw frameSizeFault('PING');
    this.#countCheap();
    if ((flags & Flag.ack) !== 0) {
      if (this.#state === 'announced' && announcement.equals(payload)) this.#finishEnd();
      return;
    }
    this.#countPing();
    this.#sender.outbox.ping(payload, true);
  }

  #priority(streamId: number, payload: Uint8Array): void {
    if (streamId === 0) throw protocolFault('PRIORITY on no stream');
    this.#countCheap();
    const isMalformed = payload.length !== 5;
    if (!isMalformed && readUint31(payload, 0) !== streamId) return;
    const code = isMalformed ? ErrorCode.frameSizeError : ErrorCode.protocolError;
    const stream = this.#streams.get(streamId);
    if (stream === undefined) this.#refuse(streamId, code);
    else this.#resetFor(stream, code);
  }

  // Streams.

  /** A frame on a stream that is not open any more. */
  #refuseClosed(streamId: number, what: string): void {
    this.#checkNotIdle(streamId, what);
    const isRefused = this.#state === 'ending' && streamId > this.#lastStreamId;
    if (isRefused || this.#recentlyReset.has(streamId)) return;
    this.#refuse(streamId, ErrorCode.streamClosed);
  }

  #checkNotIdle(streamId: number, what: string): void {
    // Behind the last one that a GOAWAY has named are those that were refused.
    const mayBeRefused = this.#state === 'ending';
    if ((streamId & 1) === 0 || (streamId > this.#lastStreamId && !mayBeRefused)) {
      throw protocolFault(`${what} on a stream that is not open`);
    }
  }

  /** Resets a stream that is not in the table, through the client's fault. */
  #refuse(streamId: number, code: number): void {
    this.#countReset();
    this.#recentlyReset.add(streamId);
    this.#sender.outbox.reset(streamId, code);
  }

  /** Through the client's fault: such resets count like those that it sends. */
  #resetFor(stream: ServerStream, code: number): void {
    this.#countReset();
    this.reset(stream, code);
  }

  #replySent(stream: ServerStream): void {
    if (stream.isRequestEnded) {
      this.#removeIfDone(stream);
      return;
    }
    // The rest of the request may be here already; if not, the client is told to stop (RFC 9113, 8.1).
    if (this.#early.push(stream) === 1) setImmediate(this.#stopEarly);
  }

  readonly #stopEarly = (): void => {
    const early = this.#early;
    this.#early = [];
    for (const stream of early) this.reset(stream, ErrorCode.noError);
  };

  #removeIfDone(stream: ServerStream): void {
    if (stream.queue.length === 0 && stream.trailers === null) this.#remove(stream);
  }

  #remove(stream: ServerStream): void {
    if (stream.isClosed) return;
    stream.isClosed = true;
    this.#streams.delete(stream.id);
    this.#sender.forget(stream);
    if (stream.untaken === 0) this.#close(stream);
    else this.#untaken++;
  }

  #contentTaken(stream: ServerStream): void {
    if (!stream.isClosed || stream.untaken > 0) return;
    this.#untaken--;
    this.#close(stream);
  }

  #close(stream: ServerStream): void {
    if (stream.stallTimer !== null) clearTimeout(stream.stallTimer);
    stream.stallTimer = null;
    // One that is closed while it is being opened has no listener yet.
    stream.listener?.closed();
    this.#endIfDone();
  }

  /** A reply that has not gone out must be taken at some time. */
  #watch(stream: ServerStream): void {
    const { replyStallMs } = this.#limits;
    if (replyStallMs === 0 || stream.stallTimer !== null) return;
    if (stream.queue.length === 0 && stream.untaken === 0) return;
    stream.stallTimer = setTimeout(() => {
      stream.stallTimer = null;
      if (performance.now() - stream.lastTaken < replyStallMs - 1) this.#watch(stream);
      else this.#giveUp(stream);
    }, replyStallMs);
  }

  #giveUp(stream: ServerStream): void {
    if (this.#socket.destroyed) return;
    this.#handler.stalled();
    // What the system does not take is in the way of all others.
    if (stream.untaken > 0 || this.#sender.isFull) this.#socket.destroy();
    else this.reset(stream, ErrorCode.cancel);
  }

  // The connection.

  #greet(): void {
    const { outbox } = this.#sender;
    outbox.settings([
      [Setting.maxConcurrentStreams, this.#limits.maxConcurrentStreams],
      [Setting.initialWindowSize, this.#limits.streamWindow],
      [Setting.maxFrameSize, this.#limits.maxFrameBytes],
      [Setting.maxHeaderListSize, this.#limits.maxFieldBytes],
    ]);
    outbox.windowUpdate(0, this.#limits.connectionWindow - defaultWindow);
    outbox.flush();
  }

  #creditConnection(length: number): void {
    this.#uncredited += length;
    if (this.#uncredited * 2 < this.#limits.connectionWindow) return;
    this.#sender.outbox.windowUpdate(0, this.#uncredited);
    this.#receiveWindow += this.#uncredited;
    this.#uncredited = 0;
  }

  #countCheap(): void {
    if (this.#cheapFrames.allows(performance.now())) return;
    throw new ConnectionFault(ErrorCode.enhanceYourCalm, 'Too many frames that carry nothing');
  }

  #countPing(): void {
    const isIdle = this.#streams.size === 0 && !this.#limits.keepaliveWithoutCalls;
    const sent = this.#sender.outbox.substance;
    if (this.#pings.allows(performance.now(), isIdle, sent)) return;
    // The text that clients of gRPC know: they ping less often then.
    throw new ConnectionFault(ErrorCode.enhanceYourCalm, 'too_many_pings');
  }

  #countReset(): void {
    if (this.#resets.allows(performance.now())) return;
    throw new ConnectionFault(ErrorCode.enhanceYourCalm, 'Too many streams were reset');
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#state === 'over') return;
    this.#upkeep.hasRead = true;
    const sender = this.#sender;
    sender.isReading = true;
    try {
      this.#reader.read(chunk);
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error;
      this.#fail(error);
    } finally {
      sender.isReading = false;
    }
    sender.outbox.flush();
    if (sender.isFull) this.#holdBack();
  };

  /** Who does not take what it is sent is not read from. */
  #holdBack(): void {
    if (this.#isBlocked || this.#socket.destroyed) return;
    this.#isBlocked = true;
    this.#socket.pause();
    const { replyStallMs } = this.#limits;
    if (replyStallMs === 0) return;
    this.#stallTimer = setTimeout(() => {
      if (this.#socket.destroyed) return;
      this.#handler.stalled();
      this.#socket.destroy();
    }, replyStallMs);
  }

  readonly #onDrain = (): void => {
    if (this.#isBlocked) {
      this.#isBlocked = false;
      this.#stopStallTimer();
      this.#socket.resume();
    }
    this.#sender.pumpAll();
  };

  #stopStallTimer(): void {
    if (this.#stallTimer !== null) clearTimeout(this.#stallTimer);
    this.#stallTimer = null;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #finishEnd(): void {
    if (this.#state !== 'announced') return;
    this.#stopTimer();
    this.#state = 'ending';
    this.#sender.outbox.goAway(this.#lastStreamId, ErrorCode.noError, '');
    this.#sender.touch();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#state !== 'ending' || this.#streams.size > 0 || this.#untaken > 0) return;
    this.#closeSoon();
  }

  #fail(fault: ConnectionFault): void {
    if (this.#state === 'over') return;
    this.#sender.outbox.goAway(this.#lastStreamId, fault.code, fault.message);
    this.#handler.failed(fault);
    this.#closeSoon();
    this.#removeAll();
  }

  #removeAll(): void {
    for (const stream of this.#streams.toArray()) this.#remove(stream);
  }

  /** What is said so far is sent, what comes is dropped. */
  #closeSoon(): void {
    this.#state = 'over';
    this.#isBlocked = false;
    this.#stopTimer();
    const socket = this.#socket;
    this.#sender.outbox.flush();
    socket.resume();
    socket.end();
    this.#timer = setTimeout(() => socket.destroy(), lastWordsMs);
  }

  /** A client that sends no more takes no more either. */
  readonly #onEnd = (): void => {
    if (this.#state === 'over') this.#socket.destroy();
    else this.#closeSoon();
    this.#removeAll();
  };

  readonly #onError = (error: Error): void => {
    this.#handler.failed(error);
    this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#state = 'over';
    this.#stopTimer();
    this.#stopStallTimer();
    this.#sender.outbox.drop(new Error('The connection was closed'));
    this.#removeAll();
  };
}

function flowControlFault(what: string): ConnectionFault {
  return new ConnectionFault(ErrorCode.flowControlError, `The window of ${what} is exceeded`);
}
