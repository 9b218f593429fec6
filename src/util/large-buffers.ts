import { type IdleMemory, sweptMemory } from './idle-memory.ts';

/** Smaller buffers are freed at once instead (`releaseBytes`). */
export const smallestLargeBuffer = 16 << 20;
/** Bytes of buffers that wait for their next use, by thread. */
const mostIdleBytes = 128 << 20;
const mostIdleMs = 10_000;
/** A buffer's length is rounded up by an eighth at most, so that bodies of about one size share buffers. */
const roundingBits = 3;

interface Idle {
  readonly buffer: ArrayBuffer;
  readonly since: number;
}

/**
 * Memory for large request bodies of one thread, which is used again: V8 marks its whole heap whenever
 * buffers have grown by a few times ten MB since it last did, however soon they are freed, and the
 * system clears every page of new ones. What is kept idle is bounded in bytes and time.
 */
export class LargeBuffers implements IdleMemory {
  /** Those idle for the shortest time are last. */
  readonly #idle: Idle[] = [];
  /** By what `take` gave out, so that nothing is given back twice. */
  readonly #lent = new WeakMap<Uint8Array, ArrayBuffer>();
  readonly #now: () => number;
  #idleBytes = 0;

  /** @param now ms, of any epoch */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Memory of any content, which is the caller's alone until it is given back, if ever. */
  take(length: number): Buffer {
    if (length < smallestLargeBuffer) return Buffer.allocUnsafeSlow(length);
    const rounding = 2 ** (Math.floor(Math.log2(length)) - roundingBits);
    const rounded = Math.ceil(length / rounding) * rounding;
    const index = this.#idle.findLastIndex(({ buffer }) => buffer.byteLength === rounded);
    // Detached and attached anew it would count as grown.
    const buffer = index < 0 ? Buffer.allocUnsafeSlow(rounded).buffer : this.#remove(index);
    const bytes = Buffer.from(buffer, 0, length);
    this.#lent.set(bytes, buffer);
    return bytes;
  }

  /**
   * Takes back what `take` gave out; nobody may read or write it afterwards. Bytes from elsewhere, and
   * what was given back before, stay as they are.
   */
  giveBack(bytes: Uint8Array): void {
    const buffer = this.#lent.get(bytes);
    if (buffer === undefined) return;
    this.#lent.delete(bytes);
    if (this.#idleBytes + buffer.byteLength > mostIdleBytes) return;
    this.#idle.push({ buffer, since: this.#now() });
    this.#idleBytes += buffer.byteLength;
  }

  /** Frees one buffer: it takes the system milliseconds. */
  sweep(): void {
    const oldest = this.#idle[0];
    if (oldest === undefined || this.#now() - oldest.since < mostIdleMs) return;
    this.#remove(0).transfer(0);
  }

  #remove(index: number): ArrayBuffer {
    const [{ buffer }] = this.#idle.splice(index, 1) as [Idle];
    this.#idleBytes -= buffer.byteLength;
    return buffer;
  }
}

/** Those of this thread. */
export const largeBuffers = sweptMemory(new LargeBuffers());
