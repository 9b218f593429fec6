/** One child of a folder. */
export interface StoreEntry {
  readonly name: string;
  /** A link to a folder is one too. */
  readonly isDirectory: boolean;
}

/** What is known of one path. */
export interface StoreStat {
  readonly isDirectory: boolean;
  /** Bytes of a file; of no meaning for a folder. */
  readonly size: number;
  /** The same for two paths that lead to one thing, as links do; null where the store cannot tell. */
  readonly identity: string | null;
}

/** Whether what lies at a path is still the same, and since when. */
export interface StoreFingerprint {
  /**
   * Differs from that of any other moment at which the files or folders at the path, or their
   * times, were others. Only equality means anything. A change that keeps a file's size, within the
   * tick of the store's clock in which the file was changed before, goes unseen: take the
   * fingerprint of what has been quiet for a while.
   */
  readonly revision: string;
  /**
   * For how many ms nothing had changed when the call began, by the store's own times. Negative
   * where something changed meanwhile, or where the store's clock is ahead of this machine's.
   */
  readonly quietMs: number;
}

/**
 * A place where model versions lie. Paths are absolute and in the store's own notation; every
 * method throws StatusError NOT_FOUND for a path that is not there, PERMISSION_DENIED for one
 * that may not be read, and UNKNOWN for other failures of the store.
 */
export interface Store {
  /** The children of a folder, sorted by name as strings. */
  list(path: string): Promise<readonly StoreEntry[]>;
  stat(path: string): Promise<StoreStat>;
  read(path: string): Promise<Uint8Array>;
  /**
   * Of a folder with all in it at any depth, links followed, or of one file. What comes and goes
   * below the path while it is looked at counts as a change and fails nothing.
   */
  fingerprint(path: string): Promise<StoreFingerprint>;
  /** The path of a child. */
  join(folder: string, child: string): string;
}
