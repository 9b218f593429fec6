import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { nativePackages } from './packages.ts';
import type { NativePackage } from './release.ts';

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the cache knows about one installed copy; written last, so a copy that has it is whole. */
export interface InstalledEngine {
  readonly engine: NativePackage['name'];
  readonly version: string;
  /** As `process` names it, such as `linux-x64`. */
  readonly platform: string;
  /** Absolute path of the folder that holds the libraries. */
  readonly directory: string;
  /** Size on disk of all its files, in bytes. */
  readonly bytes: number;
}

interface Manifest {
  readonly engine: NativePackage['name'];
  readonly version: string;
  readonly platform: string;
  /** SHA-256 of the wheel that the files come from. */
  readonly wheelSha256: string;
  /** Size in bytes of each file, by name. */
  readonly files: Readonly<Record<string, number>>;
}

const manifestName = 'engine.json';
const temporaryPrefix = '.installing-';
/** A folder of another machine that shares the cache counts as left over after this time. */
const abandonedAfterMs = 24 * 3600 * 1000;

/**
 * The folder that Serval keeps what it downloads in: `$SERVAL_CACHE_DIR`, else
 * `$XDG_CACHE_HOME/serval`, else `~/.cache/serval`. Relative values of `$XDG_CACHE_HOME` do not
 * count, as the XDG base directory specification says.
 */
export function cacheDirectory(environment: Environment): string {
  const own = environment.SERVAL_CACHE_DIR;
  if (own) return own;
  const xdg = environment.XDG_CACHE_HOME;
  if (xdg && isAbsolute(xdg)) return join(xdg, 'serval');
  return join(environment.HOME || homedir(), '.cache', 'serval');
}

/** What a copy is called in the cache. */
export type PackageName = NativePackage['name'];

/** Where all versions of a package lie. */
export function engineRoot(cacheDir: string, name: PackageName): string {
  return join(cacheDir, 'engines', name);
}

/** Where one version for one platform lies, installed or not. */
export function engineDirectory(
  cacheDir: string,
  { engine, version, platform }: Pick<InstalledEngine, 'engine' | 'version' | 'platform'>,
): string {
  return join(engineRoot(cacheDir, engine), `${version}-${platform}`);
}

/** The copy in this folder, `null` where there is none or a file is missing or of another size. */
export async function readInstalled(directory: string): Promise<InstalledEngine | null> {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(await readFile(join(directory, manifestName), 'utf8')) as Manifest;
  } catch {
    return null; // No manifest, or a damaged one: not a whole copy, and nothing else is asked here.
  }
  const { engine, version, platform, files } = manifest;
  const known = nativePackages.find(({ name }) => name === engine);
  if (known === undefined || !version || !platform || !files) return null;
  if (!known.libraries(platform).every((name) => name in files)) return null;
  let bytes = 0;
  for (const [name, size] of Object.entries(files)) {
    const found = await stat(join(directory, name)).catch(() => null);
    if (found === null || found.size !== size) return null;
    bytes += size;
  }
  return { engine, version, platform, directory, bytes };
}

/** All whole copies, in the order of their folders' names. */
export async function listInstalled(
  cacheDir: string,
  name: PackageName,
): Promise<readonly InstalledEngine[]> {
  const installed: InstalledEngine[] = [];
  for (const directory of await copyDirectories(cacheDir, name)) {
    const found = await readInstalled(directory);
    if (found !== null) installed.push(found);
  }
  return installed;
}

/** The folders of all copies, whole and damaged ones, in the order of their names. */
export async function copyDirectories(
  cacheDir: string,
  name: PackageName,
): Promise<readonly string[]> {
  const root = engineRoot(cacheDir, name);
  const found = (await names(root)).filter((name) => !name.startsWith('.')).sort();
  return found.map((name) => join(root, name));
}

/**
 * A fresh folder beside the final one, so that a rename can publish it. Its name says who works in
 * it, for {@link removeLeftovers}. The caller removes it.
 */
export async function createTemporary(cacheDir: string, engine: PackageName): Promise<string> {
  const root = engineRoot(cacheDir, engine);
  await mkdir(root, { recursive: true });
  const name = `${temporaryPrefix}${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const path = join(root, name);
  await mkdir(path);
  return path;
}

/**
 * Removes what installs that were killed have left behind: temporary folders of this machine whose
 * process is gone, and those of any machine that nothing has been written to for a day.
 */
export async function removeLeftovers(cacheDir: string, engine: PackageName): Promise<void> {
  const root = engineRoot(cacheDir, engine);
  for (const name of await names(root)) {
    if (!name.startsWith(temporaryPrefix)) continue;
    const path = join(root, name);
    const owner = /^\.installing-(.*)-(\d+)-[0-9a-f]+$/.exec(name);
    const gone = owner?.[1] === hostname() && !isRunning(Number(owner[2]));
    const changed = await stat(path).catch(() => null);
    const old = changed !== null && Date.now() - changed.mtimeMs > abandonedAfterMs;
    if (gone || old) await rm(path, { recursive: true, force: true });
  }
}

/**
 * Makes `temporary` the copy in its final folder, in one step. If another install was faster, its
 * copy stays and is returned; a damaged one is replaced. The files must be on disk already.
 */
export async function publish(
  cacheDir: string,
  temporary: string,
  manifest: Manifest,
): Promise<InstalledEngine> {
  const file = await open(join(temporary, manifestName), 'wx');
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  const directory = engineDirectory(cacheDir, manifest);
  for (;;) {
    try {
      await rename(temporary, directory);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
      const other = await readInstalled(directory);
      if (other !== null) return other;
      await removeCopy(cacheDir, manifest.engine, directory);
      continue;
    }
    const installed = await readInstalled(directory);
    if (installed !== null) return installed;
    throw new Error(`the files in ${directory} changed while they were being installed`);
  }
}

/**
 * Removes one copy. It disappears for others in one step; servers that have loaded it go on, since
 * the system keeps mapped files until they end.
 */
export async function removeCopy(
  cacheDir: string,
  engine: PackageName,
  directory: string,
): Promise<void> {
  const aside = await createTemporary(cacheDir, engine);
  try {
    await rename(directory, join(aside, 'removed'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
