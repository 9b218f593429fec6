import type { Duplex } from 'node:stream';
import { Flag, FrameType, frameHeaderLength, writeFrameHeader, writeUint32 } from './frame.ts';

/** Called when the system has taken bytes, or never will. */
export type OnTaken = (error?: Error | null) => void;

const blockBytes = 16 << 10;

/** Content from this length is sent from where it is; shorter content is copied behind its header. */
const shortestUncopied = 4 << 10;

/**
 * What is to be sent on a connection, in order. Frames are written behind each other into a block, so that all
 * that one turn has to say goes out in one write. `flush` sends it.
 */
export class Outbox {
  readonly #socket: Duplex;
  #block = Buffer.allocUnsafeSlow(blockBytes);
  /** Of the block, what is to be sent: from `#start` to `#end`. */
  #start = 0;
  #end = 0;
  /** What is to be sent before that. */
  #pieces: Uint8Array[] = [];
  #callbacks: (OnTaken | null)[] = [];
  #pieceBytes = 0;
  /** Frames of header fields, content and credit so far. */
  substance = 0;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** Bytes that the system has not taken. */
  get length(): number {
    return this.#pieceBytes + this.#end - this.#start + this.#socket.writableLength;
  }

  /** A block of header fields, in as many frames as its length takes. */
  headers(streamId: number, block: Uint8Array, endsStream: boolean, maxFrame: number): void {
    this.substance++;
    const endFlag = endsStream ? Flag.endStream : 0;
    if (block.length <= maxFrame) {
      this.#frame(FrameType.headers, Flag.endHeaders | endFlag, streamId, block);
      return;
    }
    this.#frame(FrameType.headers, endFlag, streamId, block.subarray(0, maxFrame));
    for (let at = maxFrame; at < block.length; at += maxFrame) {
      const flags = at + maxFrame >= block.length ? Flag.endHeaders : 0;
      this.#frame(FrameType.continuation, flags, streamId, block.subarray(at, at + maxFrame));
    }
  }

  /**
   * @param onTaken called when the last of it has been taken; then long content is not copied, and must
   * not change before.
   */
  data(streamId: number, content: Uint8Array, onTaken: OnTaken | null = null): void {
    this.substance++;
    if (content.length < shortestUncopied && onTaken === null) {
      this.#frame(FrameType.data, 0, streamId, content);
      return;
    }
    this.#header(content.length, FrameType.data, 0, streamId);
    this.#cut();
    this.#push(content, onTaken);
  }

  /** @param settings pairs of identifier and value */
  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    this.#header(settings.length * 6, FrameType.settings, 0, 0);
    for (const [id, value] of settings) {
      this.#block[this.#end] = id >>> 8;
      this.#block[this.#end + 1] = id;
      writeUint32(this.#block, this.#end + 2, value);
      this.#end += 6;
    }
  }

  settingsAck(): void {
    this.#header(0, FrameType.settings, Flag.ack, 0);
  }

  ping(payload: Uint8Array, isAck: boolean): void {
    this.#frame(FrameType.ping, isAck ? Flag.ack : 0, 0, payload);
  }

  reset(streamId: number, code: number): void {
    this.#header(4, FrameType.rstStream, 0, streamId);
    this.#uint32(code);
  }

  windowUpdate(streamId: number, increment: number): void {
    this.substance++;
    this.#header(4, FrameType.windowUpdate, 0, streamId);
    this.#uint32(increment);
  }

  goAway(lastStreamId: number, code: number, debug: string): void {
    const text = Buffer.from(debug, 'latin1');
    this.#header(8 + text.length, FrameType.goAway, 0, 0);
    this.#uint32(lastStreamId);
    this.#uint32(code);
    this.#block.set(text, this.#end);
    this.#end += text.length;
  }

  /** Sends all of it, in one write where the system takes several pieces at once. */
  flush(): void {
    const socket = this.#socket;
    if (!socket.writable) {
      this.drop(new Error('The connection is closed'));
      return;
    }
    if (this.#pieces.length === 0) {
      if (this.#end === this.#start) return;
      const { writableLength } = socket;
      socket.write(this.#block.subarray(this.#start, this.#end));
      this.#start = this.#end;
      // Taken at once: the block can be used again.
      if (writableLength === 0 && socket.writableLength === 0) this.#start = this.#end = 0;
      return;
    }
    this.#cut();
    const pieces = this.#pieces;
    const callbacks = this.#callbacks;
    this.#pieces = [];
    this.#callbacks = [];
    this.#pieceBytes = 0;
    socket.cork();
    for (let i = 0; i < pieces.length; i++) {
      const onTaken = callbacks[i]!;
      if (onTaken === null) socket.write(pieces[i]!);
      else socket.write(pieces[i]!, onTaken);
    }
    socket.uncork();
  }

  /** What was not flushed is not sent. */
  drop(error: Error): void {
    const callbacks = this.#callbacks;
    this.#pieces = [];
    this.#callbacks = [];
    this.#pieceBytes = 0;
    this.#start = this.#end;
    for (const onTaken of callbacks) onTaken?.(error);
  }

  #frame(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    this.#header(payload.length, type, flags, streamId);
    this.#block.set(payload, this.#end);
    this.#end += payload.length;
  }

  /** Writes a header and makes room for its payload, where that is not a piece of its own. */
  #header(length: number, type: number, flags: number, streamId: number): void {
    const room = frameHeaderLength + (length < shortestUncopied ? length : frameHeaderLength);
    this.#makeRoom(type === FrameType.data ? room : frameHeaderLength + length);
    this.#end = writeFrameHeader(this.#block, this.#end, length, type, flags, streamId);
  }

  #uint32(value: number): void {
    writeUint32(this.#block, this.#end, value);
    this.#end += 4;
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#block.length) return;
    this.#cut();
    this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, length));
    this.#start = 0;
    this.#end = 0;
  }

  /** What is in the block becomes a piece. */
  #cut(): void {
    if (this.#end === this.#start) return;
    this.#push(this.#block.subarray(this.#start, this.#end), null);
    this.#start = this.#end;
  }

  #push(piece: Uint8Array, onTaken: OnTaken | null): void {
    this.#pieces.push(piece);
    this.#callbacks.push(onTaken);
    this.#pieceBytes += piece.length;
  }
}
