import { ByteChunks } from '../byte-chunks.ts';

/** The bytes cut before each of the given places, which are in order; no cut makes one chunk. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): ByteChunks {
  const ends = [...places, bytes.length];
  return new ByteChunks(ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end)));
}

/** Every way of cutting a few bytes into chunks that are not empty. */
export function* everyCut(bytes: Uint8Array): Generator<ByteChunks> {
  for (let set = 0; set < 2 ** Math.max(bytes.length - 1, 0); set++) {
    const places: number[] = [];
    for (let i = 1; i < bytes.length; i++) if (set & (1 << (i - 1))) places.push(i);
    yield cutAt(bytes, places);
  }
}

/** Chunks of random sizes: mostly small ones or mostly large ones, some empty. */
export function randomCut(bytes: Uint8Array, random: () => number): ByteChunks {
  const largest = 1 + Math.floor(random() ** 3 * bytes.length);
  const places: number[] = [];
  for (let at = 0; ; places.push(at)) {
    at += Math.floor(random() * (largest + 1));
    if (at >= bytes.length) return cutAt(bytes, places);
  }
}

/** A chunk for every byte. */
export function cutIntoBytes(bytes: Uint8Array): ByteChunks {
  return cutAt(
    bytes,
    Array.from({ length: Math.max(bytes.length - 1, 0) }, (_, i) => i + 1),
  );
}
