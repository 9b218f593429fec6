import { join, resolve } from 'node:path';
import { failedPrecondition } from '../../../status/index.ts';
import { cacheDirectory, engineDirectory, type InstalledEngine, readInstalled } from './cache.ts';
import { type InstallOptions, installPackage } from './install.ts';
import type { TensorFlowLibraries } from './locate.ts';
import { nativePackages } from './packages.ts';
import { isSameMinor, type NativePackage, platformName } from './release.ts';

/** A library of custom ops that TensorFlow is to load. */
export interface OpLibrary {
  /** Absolute path. */
  readonly path: string;
  /** Whether somebody named it; else it was found, and the start goes on where it cannot be loaded. */
  readonly isRequired: boolean;
}

export interface FindOpLibrariesOptions extends InstallOptions {
  /** Paths of libraries, and names of packages that Serval can install; empty ones do not count. */
  readonly named: readonly string[];
  /** Whether to install named packages that are not there. */
  readonly install: boolean;
  /** The TensorFlow that is to load them. */
  readonly tensorFlow: Pick<TensorFlowLibraries, 'version'>;
}

const opPackages = nativePackages.filter(({ name }) => name !== 'tensorflow');

/**
 * The op libraries to load: those of installed packages, which nobody needs to name, and the
 * named ones in their order, each once. A named package that is not there is installed first.
 * Installed packages count for the TensorFlow that they are made for, when its version is known.
 *
 * @throws StatusError FAILED_PRECONDITION for a named package that is not installed and may not
 * be; else as {@link installPackage}.
 */
export async function findOpLibraries(
  options: FindOpLibrariesOptions,
): Promise<readonly OpLibrary[]> {
  const found = new Map<string, OpLibrary>();
  const add = (paths: readonly string[], isRequired: boolean) => {
    for (const path of paths) if (!found.has(path)) found.set(path, { path, isRequired });
  };
  for (const name of options.named) {
    if (name === '') continue;
    const named = opPackages.find((known) => known.name === name);
    if (named === undefined) add([resolve(name)], true);
    else add(pathsOf(named, await present(named, options)), true);
  }
  for (const known of opPackages) {
    const copy = isMadeFor(known, options.tensorFlow) ? await installedCopy(known, options) : null;
    if (copy !== null) add(pathsOf(known, copy), false);
  }
  return [...found.values()];
}

async function present(
  subject: NativePackage,
  options: FindOpLibrariesOptions,
): Promise<InstalledEngine> {
  const copy = await installedCopy(subject, options);
  if (copy !== null) return copy;
  if (options.install) return await installPackage(subject, options);
  throw failedPrecondition(
    `--op_library names ${subject.name}, which is not installed. Run "serval engine install ${subject.name}".`,
  );
}

async function installedCopy(
  { name: engine, version }: NativePackage,
  options: InstallOptions,
): Promise<InstalledEngine | null> {
  const cacheDir = options.cacheDir ?? cacheDirectory(options.environment ?? process.env);
  const platform = options.platform ?? platformName();
  return await readInstalled(engineDirectory(cacheDir, { engine, version, platform }));
}

function pathsOf(subject: NativePackage, { directory, platform }: InstalledEngine): string[] {
  return subject.libraries(platform).map((name) => join(directory, name));
}

/** Packages of ops are numbered as the TensorFlow that they need. */
function isMadeFor(
  { version }: NativePackage,
  tensorFlow: FindOpLibrariesOptions['tensorFlow'],
): boolean {
  return tensorFlow.version === null || isSameMinor(tensorFlow.version, version);
}
