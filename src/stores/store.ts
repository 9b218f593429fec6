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
  /** The path of a child. */
  join(folder: string, child: string): string;
}
