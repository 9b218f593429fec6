import { ByteChunks, type Bytes } from './byte-chunks.ts';

/** Smaller buffers are the garbage collector's: it has to do with their objects anyway. */
const smallestReleased = 4 << 10;
/** Larger ones take the system milliseconds; the garbage collector frees them on another thread. */
const largestReleased = 16 << 20;

/**
 * Gives the memory of `bytes` back at once; nobody may read them afterwards. The garbage collector
 * would do it too, but V8 marks its whole heap whenever buffers have grown by some 64 MB since it
 * last did: a request with a large body would pay for that more than for everything else.
 *
 * Only buffers that `bytes` fill from end to end are given back, since nobody else has views of
 * them; all others, and shared memory, stay as they are.
 */
export function releaseBytes(bytes: Bytes): void {
  if (bytes instanceof ByteChunks) {
    for (const chunk of bytes.chunks) releaseBytes(chunk);
    return;
  }
  const { buffer, byteLength } = bytes;
  if (byteLength < smallestReleased || byteLength > largestReleased) return;
  if (byteLength !== buffer.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
