import { ConnectionFault, ErrorCode, frameSizeFault, protocolFault } from './faults.ts';
import { Flag, FrameType, frameHeaderLength, readUint31 } from './frame.ts';

/** Whoever takes what a {@link FrameReader} has read. Must not throw but a `ConnectionFault`. */
export interface FrameReceiver {
  /** A DATA frame begins: `length` counts against the windows, padding included. */
  dataFrame(streamId: number, length: number, endsStream: boolean): void;
  /** The next content of that frame: a view of the chunk that was read. */
  dataPiece(piece: Uint8Array): void;
  /** All content of that frame has been given. */
  dataEnd(): void;
  /** A whole frame of another known type; `payload` is not to be kept. */
  frame(type: number, flags: number, streamId: number, payload: Uint8Array): void;
}

/** What every client says first (RFC 9113, 3.4). */
export const clientPreface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/**
 * Frames that are not DATA are taken whole, so they are short: longer blocks of header fields are
 * refused anyway, and nobody has more to say in a GOAWAY.
 */
const largestWholeFrame = 64 << 10;

/**
 * Cuts the bytes of a client's connection into frames, wherever the chunks are cut. The content of
 * DATA is handed on as it comes, without a copy; nothing is kept but the begin of other frames.
 */
export class FrameReader {
  readonly #receiver: FrameReceiver;
  readonly #maxFrameBytes: number;
  #prefaceLength = 0;
  readonly #header = new Uint8Array(frameHeaderLength);
  #headerLength = 0;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  /** Payload that is still to come, of DATA without its padding. */
  #missing = 0;
  /** Of DATA: padding behind the content; -1 while its length is not known. */
  #padding = 0;
  /** Another frame whose payload is spread over chunks. */
  #payload: Uint8Array | null = null;
  #isFirstFrame = true;

  /** @param maxFrameBytes what our SETTINGS allow the client */
  constructor(receiver: FrameReceiver, maxFrameBytes: number) {
    this.#receiver = receiver;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** @throws ConnectionFault for what HTTP/2 does not allow; then nothing more is to be read. */
  read(chunk: Uint8Array): void {
    // The receiver may give the memory of a chunk back as soon as it has taken the last of it.
    const end = chunk.length;
    let at = this.#prefaceLength < clientPreface.length ? this.#readPreface(chunk) : 0;
    while (at < end) {
      if (this.#headerLength < frameHeaderLength) {
        at = this.#readHeader(chunk, at, end);
        if (this.#headerLength < frameHeaderLength) return;
        if (this.#missing > 0 || this.#padding !== 0) continue;
        this.#finishEmpty();
      } else if (this.#type === FrameType.data) {
        at = this.#readData(chunk, at, end);
      } else {
        at = this.#readPayload(chunk, at, end);
      }
    }
  }

  #readPreface(chunk: Uint8Array): number {
    let at = 0;
    while (this.#prefaceLength < clientPreface.length && at < chunk.length) {
      if (chunk[at++] !== clientPreface[this.#prefaceLength++]) {
        throw protocolFault('The connection does not begin as one of HTTP/2');
      }
    }
    return at;
  }

  #readHeader(chunk: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#headerLength === 0 && end - at >= frameHeaderLength) {
      this.#begin(chunk, at);
      this.#headerLength = frameHeaderLength;
      return at + frameHeaderLength;
    }
    while (this.#headerLength < frameHeaderLength && at < end) {
      this.#header[this.#headerLength++] = chunk[at++]!;
    }
    if (this.#headerLength === frameHeaderLength) this.#begin(this.#header, 0);
    return at;
  }

  #begin(header: Uint8Array, at: number): void {
    const length = (header[at]! << 16) | (header[at + 1]! << 8) | header[at + 2]!;
    const type = header[at + 3]!;
    const flags = header[at + 4]!;
    this.#type = type;
    this.#flags = flags;
    this.#streamId = readUint31(header, at + 5);
    this.#missing = length;
    this.#padding = 0;
    if (length > this.#maxFrameBytes) throw frameSizeFault('A');
    if (this.#isFirstFrame) {
      if (type !== FrameType.settings || (flags & Flag.ack) !== 0) {
        throw protocolFault('The first frame is not SETTINGS');
      }
      this.#isFirstFrame = false;
    }
    if (type === FrameType.data) this.#beginData(length, flags);
    else if (length > largestWholeFrame && type <= FrameType.continuation) {
      throw new ConnectionFault(ErrorCode.enhanceYourCalm, 'Too much in one frame');
    }
  }

  #beginData(length: number, flags: number): void {
    this.#receiver.dataFrame(this.#streamId, length, (flags & Flag.endStream) !== 0);
    if ((flags & Flag.padded) === 0) return;
    if (length === 0) throw frameSizeFault('DATA');
    this.#padding = -1;
  }

  #readData(chunk: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#padding < 0) {
      this.#padding = chunk[at++]!;
      this.#missing -= 1 + this.#padding;
      if (this.#missing < 0) throw protocolFault('More padding than payload');
    }
    const length = Math.min(this.#missing, end - at);
    if (length > 0) {
      this.#missing -= length;
      this.#receiver.dataPiece(chunk.subarray(at, at + length));
      at += length;
    }
    if (this.#missing > 0) return at;
    const padding = Math.min(this.#padding, end - at);
    this.#padding -= padding;
    at += padding;
    if (this.#padding === 0) {
      this.#headerLength = 0;
      this.#receiver.dataEnd();
    }
    return at;
  }

  #readPayload(chunk: Uint8Array, at: number, end: number): number {
    const length = Math.min(this.#missing, end - at);
    this.#missing -= length;
    if (this.#type > FrameType.continuation) {
      // A type we do not know is ignored, however long (RFC 9113, 5.5).
      if (this.#missing === 0) this.#finish(noPayload);
      return at + length;
    }
    if (this.#payload === null) {
      const piece = chunk.subarray(at, at + length);
      if (this.#missing === 0) {
        this.#finish(piece);
      } else {
        this.#payload = new Uint8Array(length + this.#missing);
        this.#payload.set(piece);
      }
      return at + length;
    }
    const payload = this.#payload;
    payload.set(chunk.subarray(at, at + length), payload.length - this.#missing - length);
    if (this.#missing === 0) {
      this.#payload = null;
      this.#finish(payload);
    }
    return at + length;
  }

  #finishEmpty(): void {
    if (this.#type === FrameType.data) {
      this.#headerLength = 0;
      this.#receiver.dataEnd();
    } else {
      this.#finish(noPayload);
    }
  }

  #finish(payload: Uint8Array): void {
    this.#headerLength = 0;
    this.#receiver.frame(this.#type, this.#flags, this.#streamId, payload);
  }
}

const noPayload = new Uint8Array(0);
