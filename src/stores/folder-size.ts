import { Code, StatusError } from '../status/index.ts';
import type { Store, StoreEntry } from './store.ts';

/**
 * The bytes of all files under a folder, at any depth. Links are followed, but a folder to which
 * several paths lead counts once, so that a cycle of links ends. What is gone by the time it is
 * looked at counts nothing, and neither does a link that leads nowhere.
 *
 * @throws StatusError of the store, for the folder itself and for what may not be read.
 */
export async function folderSize(store: Store, folder: string): Promise<number> {
  const met = new Set([(await store.stat(folder)).identity]);
  let total = 0;
  const open: string[] = [];
  const add = async (path: string, entries: readonly StoreEntry[]) => {
    for (const { name } of entries) {
      const child = store.join(path, name);
      const stat = await ifThere(store.stat(child));
      if (stat === null) continue;
      if (!stat.isDirectory) total += stat.size;
      else if (stat.identity === null || !met.has(stat.identity)) {
        met.add(stat.identity);
        open.push(child);
      }
    }
  };
  await add(folder, await store.list(folder));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    await add(path, (await ifThere(store.list(path))) ?? []);
  }
  return total;
}

/** Null for what is gone, is no folder any more, or is a link that leads nowhere or to itself. */
async function ifThere<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    const { code } = StatusError.from(error);
    if (code === Code.NOT_FOUND || code === Code.FAILED_PRECONDITION) return null;
    throw error;
  }
}
