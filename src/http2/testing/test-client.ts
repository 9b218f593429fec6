import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  FrameType,
  frameHeaderLength,
  readUint31,
  readUint32,
  writeFrameHeader,
  writeUint32,
} from '../frame.ts';
import { clientPreface } from '../frame-reader.ts';

/** A frame as the server sent it. */
export interface SentFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** The bytes of a frame. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(frameHeaderLength);
  writeFrameHeader(header, 0, payload.length, type, flags, streamId);
  return Buffer.concat([header, payload]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  writeUint32(bytes, 0, value);
  return bytes;
}

export function setting(id: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([0, id]), uint32(value)]);
}

/** `POST /` over http. */
export const post = Buffer.from([0x83, 0x86, 0x84]);

/** A client made of frames, and the byte stream between it and a server's connection. */
export class TestClient extends Duplex {
  /** Each write of the server, as it was when it was written. */
  readonly writes: Buffer[] = [];
  /** Take nothing more, until `takeAll`. */
  isFull = false;
  #taken: ((error?: Error | null) => void) | null = null;

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, taken: (error?: Error | null) => void): void {
    this.#write([chunk], taken);
  }

  override _writev(
    chunks: { readonly chunk: Buffer }[],
    taken: (error?: Error | null) => void,
  ): void {
    this.#write(
      chunks.map(({ chunk }) => chunk),
      taken,
    );
  }

  override _final(done: () => void): void {
    done();
  }

  /** Sends bytes as one chunk, and lets the server handle them. */
  async send(...parts: readonly Uint8Array[]): Promise<void> {
    this.push(Buffer.concat(parts));
    await nextTurn();
    await nextTurn();
  }

  /** The begin of a connection. @returns when the server has answered it */
  async greet(settings: Uint8Array = Buffer.alloc(0)): Promise<void> {
    await this.send(clientPreface, frame(FrameType.settings, 0, 0, settings));
  }

  /** Takes all that waits, and what comes. */
  takeAll(): void {
    this.isFull = false;
    const taken = this.#taken;
    this.#taken = null;
    taken?.();
  }

  /** All frames since the last call. */
  frames(): SentFrame[] {
    const bytes = Buffer.concat(this.writes.splice(0));
    const frames: SentFrame[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUIntBE(at, 3);
      const start = at + frameHeaderLength;
      frames.push({
        type: bytes[at + 3]!,
        flags: bytes[at + 4]!,
        streamId: readUint31(bytes, at + 5),
        payload: bytes.subarray(start, start + length),
      });
      at = start + length;
    }
    return frames;
  }

  /** The code of the last GOAWAY since the last call; null: none. */
  goAwayCode(): number | null {
    const sent = this.frames().findLast(({ type }) => type === FrameType.goAway);
    return sent === undefined ? null : readUint32(sent.payload, 4);
  }

  /** The codes with which streams were reset since the last call. */
  resets(): [streamId: number, code: number][] {
    return this.frames()
      .filter(({ type }) => type === FrameType.rstStream)
      .map(({ streamId, payload }) => [streamId, readUint32(payload, 0)]);
  }

  #write(chunks: readonly Buffer[], taken: (error?: Error | null) => void): void {
    // The server may write to the same memory again once it was taken.
    this.writes.push(Buffer.concat(chunks));
    if (this.isFull) this.#taken = taken;
    else taken();
  }
}
