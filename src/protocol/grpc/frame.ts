/** Bytes before every message: a flag byte (1: compressed) and the length, big-endian. */
export const frameHeaderLength = 5;

/** Up to this many bytes a message is copied behind its header: one small write instead of two. */
const copiedLength = 16 << 10;

/** One message as it travels. */
export interface Frame {
  readonly compressed: boolean;
  readonly bytes: Uint8Array;
}

/** A message behind its header, as the buffers to send back to back. `bytes` is not changed. */
export function encodeFrame(bytes: Uint8Array, compressed: boolean): readonly Uint8Array[] {
  if (bytes.length > copiedLength) {
    return [writeHeader(Buffer.allocUnsafe(frameHeaderLength), bytes.length, compressed), bytes];
  }
  const frame = Buffer.allocUnsafe(frameHeaderLength + bytes.length);
  frame.set(bytes, frameHeaderLength);
  return [writeHeader(frame, bytes.length, compressed)];
}

function writeHeader(frame: Buffer, length: number, compressed: boolean): Buffer {
  frame[0] = compressed ? 1 : 0;
  frame.writeUInt32BE(length, 1);
  return frame;
}
