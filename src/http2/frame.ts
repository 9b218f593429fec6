/** Frame types of HTTP/2 (RFC 9113, 6). */
export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags of frames; which of them a frame has depends on its type. */
export const Flag = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** Bytes before the payload of every frame. */
export const frameHeaderLength = 9;

/** What a frame may hold until a peer's SETTINGS say more, and the least that they may say. */
export const smallestMaxFrame = 16 << 10;

/** The largest flow-control window, and the largest stream id. */
export const maxInt31 = 2 ** 31 - 1;

/** Writes a frame's header. @returns the offset behind it. */
export function writeFrameHeader(
  target: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): number {
  target[at] = length >>> 16;
  target[at + 1] = length >>> 8;
  target[at + 2] = length;
  target[at + 3] = type;
  target[at + 4] = flags;
  writeUint32(target, at + 5, streamId);
  return at + frameHeaderLength;
}

export function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

export function readUint32(source: Uint8Array, at: number): number {
  return (
    ((source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!) >>> 0
  );
}

/** Stream ids, last ids and window increments: the highest bit is reserved, and ignored. */
export function readUint31(source: Uint8Array, at: number): number {
  return readUint32(source, at) & maxInt31;
}
