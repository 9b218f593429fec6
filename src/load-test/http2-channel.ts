import { once } from 'node:events';
import type net from 'node:net';
import { unzipSync } from 'node:zlib';
import { type Channel, closedByServer, type Done } from './channel.ts';
import { authority, connect, type Endpoint } from './connect.ts';
import { closedAtOnce, connectionFailure, isTls, speaksTls } from './connection-failure.ts';
import { type PreparedRequest, wrongAnswer } from './prepared-request.ts';
import { failureOf, ReplyBlocks } from './reply-blocks.ts';
import { type HeaderBlocks, headerBlocks } from './request-blocks.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const frameHead = 9;
const Frame = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  window: 8,
  continuation: 9,
} as const;
const Flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;
const Setting = { enablePush: 2, initialWindow: 4, maxFrame: 5 } as const;

/** What the server may send: enough for any answer here, the connection's is filled up again. */
const streamWindow = 64 << 20;
const connectionWindow = 1 << 30;
const defaultWindow = 65_535;

/** One call under way. */
interface Call {
  readonly request: PreparedRequest;
  readonly done: Done;
  readonly received: Buffer[];
  /** What flow control lets us send on the stream. */
  window: number;
  /** The part of the framed message that was sent. */
  sent: number;
}

/**
 * gRPC over HTTP/2 by hand over one socket: just enough to send prepared unary calls within the
 * server's flow control and to judge the answers, so that the client costs a fraction of what the
 * server does.
 */
export class Http2Channel implements Channel {
  readonly capacity: number = Number.POSITIVE_INFINITY;
  readonly #socket: net.Socket;
  readonly #endpoint: Endpoint;
  readonly #calls = new Map<number, Call>();
  /** Calls whose message was not sent to the end, in order. */
  readonly #unsent: (readonly [number, Call])[] = [];
  readonly #replies = new ReplyBlocks();
  /** A header block that goes on in other frames. */
  #openBlock: Buffer | null = null;
  #openEnds = false;
  #path: string | null = null;
  #timeoutMs: number | undefined;
  #blocks: HeaderBlocks | null = null;
  #nextStream = 1;
  #rest: Buffer | null = null;
  /** Whether the server's first frame was SETTINGS, as it must be. */
  #isGreeted = false;
  #connectionWindow = defaultWindow;
  #initialWindow = defaultWindow;
  #maxFrame = 16_384;
  #receivedBytes = 0;
  #failure: string | null = null;

  private constructor(socket: net.Socket, endpoint: Endpoint) {
    this.#socket = socket;
    this.#endpoint = endpoint;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(connectionFailure(error)));
    socket.on('close', () =>
      this.#fail(this.#isGreeted ? closedByServer : closedAtOnce(endpoint.tls)),
    );
    socket.write(
      Buffer.concat([
        preface,
        settingsFrame([
          [Setting.enablePush, 0],
          [Setting.initialWindow, streamWindow],
        ]),
        windowFrame(connectionWindow),
      ]),
    );
  }

  /** Resolves when the server's settings are here. @throws Error where they don't come. */
  static async connect(endpoint: Endpoint): Promise<Http2Channel> {
    const socket = await connect(endpoint, 'h2');
    const channel = new Http2Channel(socket, endpoint);
    await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    if (channel.#failure === null) return channel;
    throw new Error(channel.#failure);
  }

  get failure(): string | null {
    return this.#failure;
  }

  ask(request: PreparedRequest, done: Done): void {
    if (this.#failure !== null) {
      const failure = this.#failure;
      setImmediate(() => done(failure, null));
      return;
    }
    const id = this.#nextStream;
    this.#nextStream += 2;
    const call: Call = { request, done, received: [], window: this.#initialWindow, sent: 0 };
    this.#calls.set(id, call);
    this.#socket.cork();
    const block = this.#headerBlock(request);
    this.#socket.write(frame(Frame.headers, Flag.endHeaders, id, block));
    this.#unsent.push([id, call]);
    this.#send();
    this.#socket.uncork();
  }

  close(): void {
    this.#calls.clear();
    this.#socket.destroy();
  }

  /** All calls of a connection are for one path, with one timeout: its fields stay in the server's table. */
  #headerBlock({ path, contentType, timeoutMs }: PreparedRequest): Buffer {
    if (this.#blocks !== null) {
      if (path !== this.#path || timeoutMs !== this.#timeoutMs) {
        throw new Error('one connection, one path and one timeout');
      }
      return this.#blocks.later;
    }
    this.#path = path;
    this.#timeoutMs = timeoutMs;
    const scheme = this.#endpoint.tls === null ? 'http' : 'https';
    this.#blocks = headerBlocks(scheme, [
      [':path', path],
      [':authority', authority(this.#endpoint)],
      ['content-type', contentType],
      ['te', 'trailers'],
      ['user-agent', 'serval-bench'],
      ...(timeoutMs === undefined ? [] : [['grpc-timeout', `${timeoutMs}m`] as const]),
    ]);
    return this.#blocks.first;
  }

  /** Sends of the waiting messages, in their order, what flow control lets through. */
  #send(): void {
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      const [id, call] = next;
      const { body } = call.request;
      const total = 5 + body.length;
      while (call.sent < total) {
        const size = Math.min(
          total - call.sent,
          this.#maxFrame,
          call.window,
          this.#connectionWindow,
        );
        if (size <= 0) return;
        const isLast = call.sent + size === total;
        const atStart = call.sent === 0;
        const head = Buffer.allocUnsafe(frameHead + (atStart ? 5 : 0));
        writeFrameHead(head, size, Frame.data, isLast ? Flag.endStream : 0, id);
        if (atStart) {
          head[frameHead] = 0;
          head.writeUInt32BE(body.length, frameHead + 1);
        }
        const from = atStart ? 0 : call.sent - 5;
        const part = body.subarray(from, call.sent - 5 + size);
        if (part.length <= 4096) this.#socket.write(Buffer.concat([head, part]));
        else {
          this.#socket.write(head);
          this.#socket.write(part);
        }
        call.sent += size;
        call.window -= size;
        this.#connectionWindow -= size;
      }
      this.#unsent.shift();
    }
  }

  #receive(chunk: Buffer): void {
    try {
      if (!this.#isGreeted && isTls(chunk)) throw new Error(speaksTls);
      this.#takeFrames(this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]));
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      this.#socket.destroy();
    }
  }

  /** @throws Error what a server of HTTP/2 does not send. */
  #takeFrames(bytes: Buffer): void {
    let at = 0;
    while (bytes.length - at >= frameHead) {
      const type = bytes[at + 3]!;
      if (!this.#isGreeted && type !== Frame.settings) throw new Error('the server speaks no gRPC');
      this.#isGreeted = true;
      const end = at + frameHead + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      this.#take(
        type,
        bytes[at + 4]!,
        bytes.readUInt32BE(at + 5),
        bytes.subarray(at + frameHead, end),
      );
      at = end;
    }
    this.#rest = at === bytes.length ? null : bytes.subarray(at);
  }

  #take(type: number, flags: number, id: number, payload: Buffer): void {
    switch (type) {
      case Frame.data:
        this.#countReceived(payload.length);
        this.#calls.get(id)?.received.push(unpadded(flags, payload));
        if ((flags & Flag.endStream) !== 0) this.#end(id, 'an answer without a gRPC status');
        return;
      case Frame.headers:
        this.#takeHeaders(flags, id, fragmentOf(flags, payload));
        return;
      case Frame.continuation:
        this.#takeHeaders(
          flags | (this.#openEnds ? Flag.endStream : 0),
          id,
          Buffer.concat([this.#openBlock ?? Buffer.alloc(0), payload]),
        );
        return;
      case Frame.reset:
        this.#end(id, `the server reset the call, code ${payload.readUInt32BE(0)}`);
        return;
      case Frame.settings:
        if ((flags & Flag.ack) === 0) this.#takeSettings(payload);
        return;
      case Frame.ping:
        if ((flags & Flag.ack) === 0) this.#socket.write(frame(Frame.ping, Flag.ack, 0, payload));
        return;
      case Frame.window:
        this.#takeWindow(id, payload.readUInt32BE(0));
        return;
      case Frame.goAway:
        this.#takeGoodbye(payload.readUInt32BE(0));
    }
  }

  #takeHeaders(flags: number, id: number, block: Buffer): void {
    if ((flags & Flag.endHeaders) === 0) {
      this.#openBlock = block;
      this.#openEnds = (flags & Flag.endStream) !== 0;
      return;
    }
    this.#openBlock = null;
    const fields = this.#replies.read(block);
    if ((flags & Flag.endStream) !== 0) this.#end(id, failureOf(fields));
  }

  /** Calls that the server has not taken are never answered. */
  #takeGoodbye(last: number): void {
    this.#failure ??= 'the server ends the connection';
    for (const id of [...this.#calls.keys()]) if (id > last) this.#end(id, this.#failure);
  }

  #takeSettings(payload: Buffer): void {
    for (let at = 0; at < payload.length; at += 6) {
      const value = payload.readUInt32BE(at + 2);
      switch (payload.readUInt16BE(at)) {
        case Setting.initialWindow:
          for (const call of this.#calls.values()) call.window += value - this.#initialWindow;
          this.#initialWindow = value;
          break;
        case Setting.maxFrame:
          this.#maxFrame = value;
      }
    }
    this.#socket.write(frame(Frame.settings, Flag.ack, 0, Buffer.alloc(0)));
    this.#send();
  }

  #takeWindow(id: number, more: number): void {
    if (id === 0) this.#connectionWindow += more;
    else {
      const call = this.#calls.get(id);
      if (call !== undefined) call.window += more;
    }
    if (this.#unsent.length > 0) this.#send();
  }

  #countReceived(bytes: number): void {
    this.#receivedBytes += bytes;
    if (this.#receivedBytes < connectionWindow / 2) return;
    this.#socket.write(windowFrame(this.#receivedBytes));
    this.#receivedBytes = 0;
  }

  #end(id: number, failure: string | null): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    const unsent = this.#unsent.findIndex(([other]) => other === id);
    if (unsent >= 0) this.#unsent.splice(unsent, 1);
    if (failure !== null) {
      call.done(failure, null);
      return;
    }
    const framed = call.received.length === 1 ? call.received[0]! : Buffer.concat(call.received);
    const answer = messageOf(framed);
    if (typeof answer === 'string') {
      call.done(answer, null);
      return;
    }
    const wrong = wrongAnswer(call.request, answer);
    call.done(wrong, wrong === null ? answer : null);
  }

  #fail(failure: string): void {
    this.#failure ??= failure;
    for (const id of [...this.#calls.keys()]) this.#end(id, failure);
  }
}

/** The message in what came for a call, else why there is none. Servers may compress without being asked. */
function messageOf(framed: Buffer): Buffer | string {
  if (framed.length < 5) return 'an answer without a message';
  if (framed[0] === 0) return framed.subarray(5);
  try {
    return unzipSync(framed.subarray(5));
  } catch (error) {
    return `a compressed answer that cannot be read: ${String(error)}`;
  }
}

function unpadded(flags: number, payload: Buffer): Buffer {
  return (flags & Flag.padded) === 0 ? payload : payload.subarray(1, payload.length - payload[0]!);
}

/** What a HEADERS frame holds of a block. */
function fragmentOf(flags: number, payload: Buffer): Buffer {
  const content = unpadded(flags, payload);
  return (flags & Flag.priority) === 0 ? content : content.subarray(5);
}

function writeFrameHead(
  into: Buffer,
  length: number,
  type: number,
  flags: number,
  id: number,
): void {
  into.writeUIntBE(length, 0, 3);
  into[3] = type;
  into[4] = flags;
  into.writeUInt32BE(id, 5);
}

function frame(type: number, flags: number, id: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(frameHead + payload.length);
  writeFrameHead(bytes, payload.length, type, flags, id);
  payload.copy(bytes, frameHead);
  return bytes;
}

function settingsFrame(settings: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(6 * settings.length);
  for (const [i, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, 6 * i);
    payload.writeUInt32BE(value, 6 * i + 2);
  }
  return frame(Frame.settings, 0, 0, payload);
}

function windowFrame(more: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(more);
  return frame(Frame.window, 0, 0, payload);
}
