import { createHash, type Hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { fileError } from '../status/index.ts';
import { TimeSlices } from '../util/index.ts';
import type { StoreFingerprint } from './store.ts';

/**
 * The fingerprint of a file, or of a folder with all in it, of the local file system.
 *
 * A file is taken for changed when its ctime says so: a copy may bring an mtime with it, and anyone
 * may set one, but not a ctime. The mtime counts where it is the later one and not in the future, for
 * file systems that keep no ctime. The top folder's ctime moves on some file systems when it is
 * renamed into place; so its mtime counts, which says when a child came or went, but as no later
 * than its ctime.
 *
 * @param now ms since the epoch
 * @throws StatusError
 */
export async function fingerprintPath(path: string, now: number): Promise<StoreFingerprint> {
  return await new Fingerprint(BigInt(Math.floor(now)) * nsPerMs).take(path);
}

const nsPerMs = 1_000_000n;

/** System calls under way at once: some for each thread of Node.js's pool, which others share. */
const concurrency = 16;

/**
 * A path below the top, in the bytes of the file system as Latin-1: a name need not be UTF-8.
 * `relative` is its end, the part below the top.
 */
interface Place {
  readonly path: string;
  readonly relative: string;
}

/** What was found at a place: `link` for a symbolic link, `target` for what it leads to. */
interface Finding {
  readonly place: Place;
  readonly link: BigIntStats | null;
  readonly target: BigIntStats | null;
}

/**
 * Goes down level by level, so that the order in which places are hashed and links entered does not
 * depend on which system call ends first.
 */
class Fingerprint {
  readonly #now: bigint;
  readonly #hash: Hash = createHash('sha256');
  readonly #slices = new TimeSlices();
  /** Folders by device and inode: a link to one of these is not entered, which ends cycles. */
  readonly #entered = new Set<string>();
  #newest = 0n;

  constructor(now: bigint) {
    this.#now = now;
  }

  async take(top: string): Promise<StoreFingerprint> {
    const place = { path: Buffer.from(top).toString('latin1'), relative: '' };
    const stats = await orFail(place, stat(top, { bigint: true }));
    if (stats.isDirectory()) {
      this.#entered.add(identity(stats));
      this.#changedAt(stats.mtimeNs < stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs);
      await this.#takeLevels(await orFail(place, children(place)));
    } else {
      this.#add('file', place, stats);
    }
    return {
      revision: this.#hash.digest('base64url'),
      quietMs: Number(this.#now - this.#newest) / Number(nsPerMs),
    };
  }

  async #takeLevels(first: readonly Place[]): Promise<void> {
    for (let level = first; level.length > 0; ) {
      const folders: Place[] = [];
      for (const finding of await mapBounded(level, find)) {
        if (this.#takeFinding(finding)) folders.push(finding.place);
        if (this.#slices.due()) await this.#slices.pause();
      }
      const listings = await mapBounded(folders, (folder) => ifThere(folder, children(folder)));
      for (const [i, listing] of listings.entries()) {
        if (listing === null) this.#addVanished(folders[i]!);
      }
      level = listings.flatMap((listing) => listing ?? []);
    }
  }

  /** Whether it is a folder to go down into. */
  #takeFinding({ place, link, target }: Finding): boolean {
    if (link !== null) this.#add('link', place, link);
    if (target === null) {
      if (link === null) this.#addVanished(place);
      return false;
    }
    if (!target.isDirectory()) {
      this.#add('file', place, target);
      return false;
    }
    this.#addFolder(place, target);
    const known = this.#entered.has(identity(target));
    this.#entered.add(identity(target));
    return link === null || !known;
  }

  #add(kind: 'file' | 'link', { relative }: Place, stats: BigIntStats): void {
    const { size, mtimeNs, ctimeNs, ino } = stats;
    this.#hash.update(`${kind}\0${relative}\0${size}\0${mtimeNs}\0${ctimeNs}\0${ino}\0`, 'latin1');
    this.#changed(stats);
  }

  /** Only that a folder is there goes into the revision: what its times tell, its children do. */
  #addFolder({ relative }: Place, stats: BigIntStats): void {
    this.#hash.update(`folder\0${relative}\0`, 'latin1');
    this.#changed(stats);
  }

  #addVanished({ relative }: Place): void {
    this.#hash.update(`vanished\0${relative}\0`, 'latin1');
    this.#changedAt(this.#now);
  }

  #changed({ mtimeNs, ctimeNs }: BigIntStats): void {
    this.#changedAt(mtimeNs > ctimeNs && mtimeNs <= this.#now ? mtimeNs : ctimeNs);
  }

  #changedAt(time: bigint): void {
    if (time > this.#newest) this.#newest = time;
  }
}

/** The places in a folder, by name. */
async function children(folder: Place): Promise<readonly Place[]> {
  const names = await readdir(bytesOf(folder), 'latin1');
  return names.sort().map((name) => ({
    path: `${folder.path}/${name}`,
    relative: `${folder.relative}/${name}`,
  }));
}

async function find(place: Place): Promise<Finding> {
  const own = await ifThere(place, lstat(bytesOf(place), { bigint: true }));
  if (own === null || !own.isSymbolicLink()) return { place, link: null, target: own };
  return { place, link: own, target: await ifThere(place, stat(bytesOf(place), { bigint: true })) };
}

function bytesOf({ path }: Place): Buffer {
  return Buffer.from(path, 'latin1');
}

function identity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

async function orFail<T>(place: Place, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw fileError(bytesOf(place).toString(), error);
  }
}

async function ifThere<T>(place: Place, result: Promise<T>): Promise<T | null> {
  return await orFail(
    place,
    result.catch((error: unknown) => {
      if (isGone(error)) return null;
      throw error;
    }),
  );
}

/** Not there, or not what it was; also what a link says that leads nowhere or to itself. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ESTALE';
}

/** The results in the order of the items. The first failure is thrown, and no item begun after it. */
async function mapBounded<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await map(items[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work));
  return results;
}
