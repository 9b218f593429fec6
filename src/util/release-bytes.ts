import type { Bytes } from './byte-chunks.ts';
import { largeBuffers, smallestLargeBuffer } from './large-buffers.ts';

/** Smaller buffers are the garbage collector's: it has to do with their objects anyway. */
const smallestReleased = 4 << 10;

/**
 * Gives the memory of `bytes` back at once; nobody may read them afterwards. The garbage collector
 * would do it too, but V8 marks its whole heap whenever buffers have grown by some 64 MB since it
 * last did: a request with a large body would pay for that more than for everything else.
 *
 * Only memory of {@link largeBuffers}, which has one owner, and buffers that `bytes` fill from end to end are given
 * back, since nobody else has views of them; all others, and shared memory, stay as they are. Other large buffers
 * take the system milliseconds to free, which the garbage collector does on another thread. Chunks of one buffer count together where
 * they follow each other or overlap.
 *
 * @param gap bytes before, between and behind the chunks of one buffer that are too few for anybody
 * else's: the header of an HTTP/2 frame lies there, and a frame of another stream would take more.
 * None in the buffer of the last chunk, in which the parser may still have to read.
 */
export function releaseBytes(bytes: Bytes, gap = 0): void {
  if (bytes instanceof Uint8Array) {
    releaseFilled([bytes], 0, 1, 0);
    return;
  }
  const { chunks } = bytes;
  for (let from = 0; from < chunks.length; ) {
    const { buffer } = chunks[from]!;
    let to = from + 1;
    while (to < chunks.length && chunks[to]!.buffer === buffer) to++;
    releaseFilled(chunks, from, to, to < chunks.length ? gap : 0);
    from = to;
  }
}

/** Gives back the buffer of chunks `from` to `to` if they fill it but for gaps. */
function releaseFilled(chunks: readonly Uint8Array[], from: number, to: number, gap: number): void {
  const { buffer } = chunks[from]!;
  if (buffer.byteLength < smallestReleased) return;
  if (buffer.byteLength >= smallestLargeBuffer) {
    largeBuffers.giveBack(chunks[from]!);
    return;
  }
  if (!(buffer instanceof ArrayBuffer)) return;
  let end = 0;
  for (let i = from; i < to; i++) {
    const { byteOffset, byteLength } = chunks[i]!;
    if (byteOffset - end > gap) return;
    end = Math.max(end, byteOffset + byteLength);
  }
  if (buffer.byteLength - end <= gap) buffer.transfer(0);
}
