import { largeBuffers } from './large-buffers.ts';
import { releaseBytes } from './release-bytes.ts';

/** A claimed length up to this many bytes is believed at once: the memory at stake is small. */
const trustedLength = 1 << 20;
/** Of a longer claim, one part in this many must have arrived before memory is set aside for it. */
const proofFraction = 16;

/**
 * Joins the chunks of one body whose length may be known beforehand. Copies every byte once at
 * most: a body in one chunk is that chunk; a body of known length is copied into place as it
 * arrives. A claimed length alone never allocates much, so that a peer cannot make the server set
 * memory aside for bytes it does not send.
 */
export class ByteCollector {
  readonly #expected: number | null;
  readonly #chunks: Uint8Array[] = [];
  #whole: Buffer | null = null;
  #length = 0;

  /** @param expected the body's length in bytes; null when unknown. `add` must not exceed it. */
  constructor(expected: number | null) {
    this.#expected = expected;
  }

  /** Bytes added so far. */
  get length(): number {
    return this.#length;
  }

  /** Takes `chunk` over: it is kept, or copied and given back, and not the caller's any more. */
  add(chunk: Uint8Array): void {
    if (this.#whole !== null) {
      this.#length = this.#copy(chunk, this.#length);
      return;
    }
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#chunks.length > 1 && this.#isProven()) this.#allocate(this.#expected!);
  }

  /**
   * Where the next bytes, `most` of them at most, may be put instead of being added; to be followed by
   * {@link filled}. Null while they are to be added.
   */
  space(most: number): Buffer | null {
    return this.#whole?.subarray(this.#length, this.#length + most) ?? null;
  }

  /** So many bytes were put where {@link space} said. */
  filled(length: number): void {
    this.#length += length;
  }

  /** The body. Call once, when all of it was added. */
  finish(): Uint8Array {
    if (this.#whole === null) {
      if (this.#chunks.length === 1) return this.#chunks[0]!;
      this.#allocate(this.#length);
    }
    return this.#whole!;
  }

  #isProven(): boolean {
    const expected = this.#expected;
    if (expected === null) return false;
    return expected <= trustedLength || this.#length * proofFraction >= expected;
  }

  #allocate(length: number): void {
    this.#whole = largeBuffers.take(length);
    let offset = 0;
    for (const chunk of this.#chunks) offset = this.#copy(chunk, offset);
    this.#chunks.length = 0;
  }

  /** @returns where the next chunk begins */
  #copy(chunk: Uint8Array, offset: number): number {
    const end = offset + chunk.length;
    this.#whole!.set(chunk, offset);
    releaseBytes(chunk);
    return end;
  }
}
