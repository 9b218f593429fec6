import type { FileHandle } from 'node:fs/promises';

/** Random access to the bytes of a graph file, wherever they are. */
export interface ByteSource {
  readonly size: number;
  /**
   * The bytes from `start` to `end`. Synchronous where they are at hand. They may be overwritten
   * by the next call.
   */
  read(start: number, end: number): Buffer | Promise<Buffer>;
}

export class MemoryBytes implements ByteSource {
  readonly size: number;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.size = bytes.length;
  }

  read(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end);
  }
}

/** Long enough for thousands of small nodes a system call, short enough to read in well under 1 ms. */
const windowSize = 1024 * 1024;

/**
 * A file seen through a window that moves with the reader: what is skipped between two reads is
 * never brought into memory. The file handle stays the caller's.
 */
export class FileBytes implements ByteSource {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #buffer: Buffer;
  #start = 0;
  #end = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(size, windowSize));
  }

  read(start: number, end: number): Buffer | Promise<Buffer> {
    if (start >= this.#start && end <= this.#end) {
      return this.#buffer.subarray(start - this.#start, end - this.#start);
    }
    return this.#load(start, end);
  }

  /**
   * Gives the window's memory back at once, where a collection would leave many of them lying. What
   * `read` returned cannot be used any more.
   */
  close(): void {
    // `allocUnsafeSlow` made the memory for this buffer alone.
    (this.#buffer.buffer as ArrayBuffer).transfer(0);
  }

  async #load(start: number, end: number): Promise<Buffer> {
    const length = end - start;
    if (length > this.#buffer.length)
      return await this.#fill(Buffer.allocUnsafeSlow(length), start);
    const wanted = Math.min(this.#buffer.length, this.size - start);
    const filled = await this.#fill(this.#buffer.subarray(0, wanted), start);
    this.#start = start;
    this.#end = start + filled.length;
    return this.#buffer.subarray(0, Math.min(length, filled.length));
  }

  /** Fills `target` from the file; shorter only where the file has shrunk since it was opened. */
  async #fill(target: Buffer, position: number): Promise<Buffer> {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.#file.read(
        target,
        filled,
        target.length - filled,
        position + filled,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return target.subarray(0, filled);
  }
}
