import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { Code, type Loader, type ResourceAllocation, StatusError } from '../../src/index.ts';

/** The servable: what a text stands for. */
export type Hashmap = ReadonlyMap<string, string>;

/**
 * Makes a {@link Hashmap} of a text file: one `key,value` on each line, in UTF-8, without quoting,
 * so neither can hold a comma. Where a key comes twice, its first value counts. Lines end with
 * `\n` or `\r\n`.
 *
 * The file is read at each load, and not watched: another content is another version.
 */
export class HashmapLoader implements Loader<Hashmap> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Nothing: the tables are meant to be small beside the models. */
  estimateResources(): ResourceAllocation {
    return [];
  }

  /** @throws StatusError INVALID_ARGUMENT for a malformed file; an error of `node:fs` as it is. */
  async load(): Promise<Hashmap> {
    const bytes = await readFile(this.#path);
    if (!isUtf8(bytes)) throw unexpectedFormat();
    const lines = bytes.toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    const map = new Map<string, string>();
    for (const line of lines) {
      const [key, value, ...rest] = line.replace(/\r$/, '').split(',');
      if (key === undefined || value === undefined || rest.length > 0) throw unexpectedFormat();
      if (!map.has(key)) map.set(key, value);
    }
    return map;
  }

  /** A file that cannot be read may be there in a moment; a malformed one stays what it is. */
  isTransient(error: StatusError): boolean {
    return error.code !== Code.INVALID_ARGUMENT;
  }

  /** The map goes when nobody refers to it any more. */
  async unload(): Promise<void> {}
}

function unexpectedFormat(): StatusError {
  return new StatusError(Code.INVALID_ARGUMENT, 'Unexpected format.');
}
