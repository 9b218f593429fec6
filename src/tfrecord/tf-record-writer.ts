import { type FileHandle, open } from 'node:fs/promises';
import { failedPrecondition, fileError } from '../status/index.ts';
import { encodeTfRecord } from './encode-tf-record.ts';

/**
 * Appends records to a TFRecord file (spec 8), which is made where there is none. Order of calls:
 * `open`, `write` as often as needed, `close` once in `finally`.
 *
 * Records are written whole and in the order of the calls, also where a caller does not wait for
 * one `write` before the next. After a failed one the file may end in a part of a record, so every
 * later one fails with the same error.
 */
export class TfRecordWriter {
  readonly #file: string;
  readonly #handle: FileHandle;
  #last: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  /** @throws StatusError in the form of file-system errors */
  static async open(file: string): Promise<TfRecordWriter> {
    try {
      return new TfRecordWriter(file, await open(file, 'a'));
    } catch (error) {
      throw fileError(file, error);
    }
  }

  /**
   * @param payload copied before the call returns
   * @throws StatusError (rejects with it) in the form of file-system errors; FAILED_PRECONDITION
   * after `close`
   */
  write(payload: Uint8Array): Promise<void> {
    if (this.#closed !== null) {
      return Promise.reject(failedPrecondition(`The writer of ${this.#file} is closed`));
    }
    const record = encodeTfRecord(payload);
    this.#last = this.#last.then(() => this.#append(record));
    return this.#last;
  }

  async #append(record: Uint8Array): Promise<void> {
    try {
      await this.#handle.appendFile(record);
    } catch (error) {
      throw fileError(this.#file, error);
    }
  }

  /** Waits for what was written, then closes the file. A second call waits for the first. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    // A write that failed has told its own caller.
    await Promise.allSettled([this.#last]);
    await this.#handle.close();
  }
}
