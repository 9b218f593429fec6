/**
 * Bytes that arrived in several chunks and stay in them, so that a large message is copied once
 * only: from its chunks to where its values are needed. {@link WireReader} reads across chunks.
 */
export class ByteChunks {
  /** In order; some may be empty. */
  readonly chunks: readonly Uint8Array[];
  /** Bytes of all chunks. */
  readonly length: number;

  /** Keeps `chunks` without copying them: the caller no longer writes to them. */
  constructor(chunks: readonly Uint8Array[]) {
    let length = 0;
    for (const chunk of chunks) length += chunk.length;
    this.chunks = chunks;
    this.length = length;
  }
}

/** Bytes in one piece or in several. */
export type Bytes = Uint8Array | ByteChunks;

/** The bytes in one piece: as they are where they are in one, else a copy. */
export function joinBytes(bytes: Bytes): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  const { chunks, length } = bytes;
  if (chunks.length === 1) return chunks[0]!;
  const joined = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
