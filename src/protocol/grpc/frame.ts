import type { Bytes } from '../../util/index.ts';

/** Bytes before every message: a flag byte (1: compressed) and the length, big-endian. */
export const frameHeaderLength = 5;

/** One message as it travels. */
export interface Frame {
  readonly compressed: boolean;
  readonly bytes: Bytes;
}

/** A copy of a message behind its header. */
export function encodeFrame(message: Uint8Array, compressed: boolean): Uint8Array {
  const frame = Buffer.allocUnsafe(frameHeaderLength + message.length);
  frame.set(message, frameHeaderLength);
  return completeFrame(frame, compressed);
}

/** Writes the header of a message that has room for it: its first {@link frameHeaderLength} bytes. */
export function completeFrame(frame: Uint8Array, compressed: boolean): Uint8Array {
  const length = frame.length - frameHeaderLength;
  frame[0] = compressed ? 1 : 0;
  frame[1] = length >>> 24;
  frame[2] = length >>> 16;
  frame[3] = length >>> 8;
  frame[4] = length;
  return frame;
}
