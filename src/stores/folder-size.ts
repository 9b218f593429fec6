import type { Store } from './store.ts';

/** The bytes of all files under a folder, at any depth. @throws StatusError of the store. */
export async function folderSize(store: Store, folder: string): Promise<number> {
  let total = 0;
  for (const entry of await store.list(folder)) {
    const path = store.join(folder, entry.name);
    total += entry.isDirectory ? await folderSize(store, path) : (await store.stat(path)).size;
  }
  return total;
}
