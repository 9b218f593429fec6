import { readVarint } from './wire.ts';

/** Bytes of a varint of 32 bits. */
const longestLength = 5;

/**
 * Decompresses one block of the Snappy format without framing: the length of the result as a varint,
 * then literals and copies of what came before. The lowest two bits of an element's first byte say
 * which it is.
 *
 * @param longest of a result; one that would be longer is not made
 * @returns null where `bytes` are not of that format, or the result would be too long.
 */
export function unsnappy(bytes: Buffer, longest: number): Buffer | null {
  const header = readVarint(bytes.subarray(0, longestLength), 0);
  if (header === null || header.value > longest) return null;
  const result = Buffer.allocUnsafe(header.value);
  let from = header.end;
  let to = 0;
  while (from < bytes.length) {
    const tag = bytes[from++]!;
    const kind = tag & 3;
    let length = (tag >> 2) + 1;
    if (kind === 0) {
      // Lengths over 60 are written in the next 1 to 4 bytes.
      const extra = Math.max(length - 60, 0);
      if (from + extra > bytes.length) return null;
      if (extra > 0) length = bytes.readUIntLE(from, extra) + 1;
      from += extra;
      if (from + length > bytes.length || to + length > result.length) return null;
      bytes.copy(result, to, from, from + length);
      from += length;
      to += length;
      continue;
    }
    const extra = kind === 3 ? 4 : kind;
    if (from + extra > bytes.length) return null;
    let distance = bytes.readUIntLE(from, extra);
    from += extra;
    if (kind === 1) {
      length = ((tag >> 2) & 7) + 4;
      distance |= (tag >> 5) << 8;
    }
    if (distance === 0 || distance > to || to + length > result.length) return null;
    // Byte by byte, since a copy may reach into what it writes.
    for (const end = to + length; to < end; to++) result[to] = result[to - distance]!;
  }
  return to === result.length ? result : null;
}
