import { notFound, type StatusError, unimplemented } from '../../status/index.ts';
import type { Store, StoreEntry, StoreFingerprint, StoreStat } from '../../stores/index.ts';

/** Long enough for any settling. */
const quietForEver = 1e12;

/** Folders in memory, with fingerprints and faults that a test says. */
export class FakeStore implements Store {
  /** Every call, as `list /models/m`. */
  readonly calls: string[] = [];
  /** The most calls that were under way at once. */
  mostUnderWay = 0;
  #underWay = 0;
  readonly #folders = new Map<string, StoreFingerprint>();
  readonly #faults = new Map<string, StatusError>();
  readonly #held = new Map<string, Promise<void>>();

  /** Makes a folder, and those above it; or changes its fingerprint. By default it is old. */
  put(path: string, { revision = 'r1', quietMs = quietForEver }: Partial<StoreFingerprint> = {}) {
    const fingerprint = { revision, quietMs };
    this.#folders.set(path, fingerprint);
    for (let up = parentOf(path); up !== ''; up = parentOf(up)) {
      if (!this.#folders.has(up)) this.#folders.set(up, fingerprint);
    }
  }

  /** Removes a folder and all in it. */
  remove(path: string): void {
    for (const folder of this.#folders.keys()) {
      if (folder === path || folder.startsWith(`${path}/`)) this.#folders.delete(folder);
    }
  }

  /** From now on calls for this path fail; null: no longer. */
  fault(path: string, error: StatusError | null): void {
    if (error === null) this.#faults.delete(path);
    else this.#faults.set(path, error);
  }

  /** Calls for this path wait until the function is called that this returns. */
  hold(path: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(path, promise);
    return () => {
      this.#held.delete(path);
      resolve();
    };
  }

  async list(path: string): Promise<readonly StoreEntry[]> {
    await this.#found('list', path);
    return [...this.#folders.keys()]
      .filter((folder) => parentOf(folder) === path)
      .map((folder) => ({ name: folder.slice(path.length + 1), isDirectory: true }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async stat(path: string): Promise<StoreStat> {
    await this.#found('stat', path);
    return { isDirectory: true, size: 0, identity: path };
  }

  async fingerprint(path: string): Promise<StoreFingerprint> {
    return await this.#found('fingerprint', path);
  }

  async read(): Promise<Uint8Array> {
    throw unimplemented('No source reads a file');
  }

  join(folder: string, child: string): string {
    return `${folder}/${child}`;
  }

  async #found(call: string, path: string): Promise<StoreFingerprint> {
    this.calls.push(`${call} ${path}`);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.#underWay);
    try {
      await this.#held.get(path);
      const fault = this.#faults.get(path);
      if (fault !== undefined) throw fault;
      const folder = this.#folders.get(path);
      if (folder === undefined) throw notFound(`${path}; No such file or directory`);
      return folder;
    } finally {
      this.#underWay--;
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
