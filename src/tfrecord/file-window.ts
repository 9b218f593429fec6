import type { FileHandle } from 'node:fs/promises';
import { fileError } from '../status/index.ts';
import { ByteCollector, openForReading } from '../util/index.ts';

/** Long enough for hundreds of small records a system call. */
const windowSize = 64 * 1024;

/**
 * A file read from its start on, through a window of fixed size. For one reader at a time; the
 * owner closes it.
 *
 * @throws StatusError in the form of file-system errors, from every method
 */
export class FileWindow {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #window = Buffer.allocUnsafeSlow(windowSize);
  /** What of the window was not taken yet. */
  #start = 0;
  #end = 0;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async open(file: string): Promise<FileWindow> {
    try {
      return new FileWindow(file, await openForReading(file));
    } catch (error) {
      throw fileError(file, error);
    }
  }

  /**
   * The next `count` bytes, in memory of their own; fewer only where the file ends. Memory is set
   * aside for what the file turns out to hold, not for what was asked.
   */
  async take(count: number): Promise<Uint8Array> {
    const collector = new ByteCollector(count);
    while (collector.length < count) {
      if (this.#start === this.#end && !(await this.#fill())) break;
      const end = Math.min(this.#end, this.#start + count - collector.length);
      collector.add(Buffer.copyBytesFrom(this.#window, this.#start, end - this.#start));
      this.#start = end;
    }
    return collector.finish();
  }

  /** Moves the window on; false at the end of the file. */
  async #fill(): Promise<boolean> {
    try {
      const { bytesRead } = await this.#handle.read(this.#window, 0, windowSize);
      this.#start = 0;
      this.#end = bytesRead;
      return bytesRead > 0;
    } catch (error) {
      throw fileError(this.#file, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
