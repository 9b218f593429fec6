import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../status/index.ts';

/**
 * One file of records, under a hidden name until it is finished: whoever looks for `<name>` sees
 * whole files only. Order of calls: `open`, `append` one at a time, `finish` once.
 *
 * @throws StatusError (rejects with it) in the form of file-system errors, from every method
 */
export class LogFile {
  readonly #name: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #bytes = 0;

  private constructor(name: string, temporary: string, handle: FileHandle) {
    this.#name = name;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** @param name of the finished file; its folder is made where there is none */
  static async open(name: string): Promise<LogFile> {
    const folder = path.dirname(name);
    const temporary = path.join(folder, `.${path.basename(name)}.part`);
    try {
      await mkdir(folder, { recursive: true });
      const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;
      return new LogFile(
        name,
        temporary,
        await open(temporary, O_APPEND | O_CREAT | O_EXCL | O_WRONLY),
      );
    } catch (error) {
      throw fileError(name, error);
    }
  }

  /** Bytes of whole appends. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends all of it or, as far as the disk lets us, nothing. */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle.appendFile(bytes);
    } catch (error) {
      // Readers of the file must not meet a part of a record.
      await this.#handle.truncate(this.#bytes).catch(() => {});
      throw fileError(this.#name, error);
    }
    this.#bytes += bytes.length;
  }

  /** Whether the file is still where it was made: somebody may have removed it, or its folder. */
  async isThere(): Promise<boolean> {
    const [own, there] = await Promise.all([
      this.#handle.stat(),
      stat(this.#temporary).catch(() => null),
    ]);
    return there?.ino === own.ino && there.dev === own.dev;
  }

  /** Gives the file its name, or removes it where nothing is in it. Never replaces another file. */
  async finish(): Promise<void> {
    try {
      await this.#handle.close();
      if (this.#bytes === 0) await unlink(this.#temporary);
      else await publish(this.#temporary, this.#name);
    } catch (error) {
      throw fileError(this.#name, error);
    }
  }
}

/** Why a file cannot have a second name, where it can have another. */
const renaming: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'ENOSPC', 'EDQUOT']);

/**
 * `rename` would replace a file of that name; `link` fails, but not every file system has it, and a full disk
 * may have no room for a second name.
 */
async function publish(temporary: string, name: string): Promise<void> {
  try {
    await link(temporary, name);
    await unlink(temporary);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !renaming.has(code)) throw error;
    await rename(temporary, name);
  }
}
