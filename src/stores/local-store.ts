import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../status/index.ts';
import { fingerprintPath } from './local-fingerprint.ts';
import type { Store, StoreEntry, StoreFingerprint, StoreStat } from './store.ts';

/** The local file system. */
export class LocalStore implements Store {
  async list(folder: string): Promise<readonly StoreEntry[]> {
    const entries = await withStatus(folder, readdir(folder, { withFileTypes: true }));
    return await Promise.all(
      entries
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(async (entry) => ({
          name: entry.name,
          isDirectory: entry.isSymbolicLink()
            ? await leadsToDirectory(path.join(folder, entry.name))
            : entry.isDirectory(),
        })),
    );
  }

  async stat(file: string): Promise<StoreStat> {
    const stats = await withStatus(file, stat(file, { bigint: true }));
    return {
      isDirectory: stats.isDirectory(),
      size: Number(stats.size),
      identity: stats.ino === 0n ? null : `${stats.dev}:${stats.ino}`,
    };
  }

  async read(file: string): Promise<Uint8Array> {
    return await withStatus(file, readFile(file));
  }

  async fingerprint(file: string): Promise<StoreFingerprint> {
    return await fingerprintPath(file, Date.now());
  }

  join(folder: string, child: string): string {
    return path.join(folder, child);
  }
}

/** A link that leads nowhere is no folder, and no reason to fail the listing. */
async function leadsToDirectory(link: string): Promise<boolean> {
  return stat(link).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function withStatus<T>(file: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw fileError(file, error);
  }
}
