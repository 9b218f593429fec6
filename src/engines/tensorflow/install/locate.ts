import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { failedPrecondition, notFound } from '../../../status/index.ts';
import { cacheDirectory, type Environment, engineDirectory, readInstalled } from './cache.ts';
import { findPythonTensorFlow } from './python.ts';
import { isCompatibleVersion, libraryNames, platformName, tensorFlowVersion } from './release.ts';

/** The two shared libraries of TensorFlow, and who named them. */
export interface TensorFlowLibraries {
  /** Absolute path. To be loaded first, with global symbols. */
  readonly framework: string;
  /** Absolute path. */
  readonly cc: string;
  readonly origin: 'option' | 'environment' | 'cache' | 'python';
  /** `null` where only a folder was given. */
  readonly version: string | null;
}

export interface LocateOptions {
  /** A folder that holds both libraries, or the path of one of them. Empty: not given. */
  readonly libraryPath?: string | undefined;
  /** Default: by {@link cacheDirectory}. */
  readonly cacheDir?: string | undefined;
  /** The Python to ask. Default `python3`. */
  readonly python?: string | undefined;
  /** Default `process.env`. */
  readonly environment?: Environment | undefined;
  /** As `process` names it, such as `linux-x64`. Default: where this runs. */
  readonly platform?: string | undefined;
}

export const libraryPathVariable = 'SERVAL_TENSORFLOW_LIBRARY_PATH';

/**
 * Finds the TensorFlow libraries. In this order: `libraryPath`, the environment variable
 * {@link libraryPathVariable}, the pinned version in Serval's cache, and the TensorFlow of the
 * active Python if its version is one that {@link isCompatibleVersion} takes. A place that the user
 * names is final: if the libraries are not there, nothing else is tried.
 *
 * @throws StatusError FAILED_PRECONDITION if a named place doesn't hold them, NOT_FOUND if nothing
 * was named and none were found: the one case where an install helps.
 */
export async function locateTensorFlowLibraries(
  options: LocateOptions = {},
): Promise<TensorFlowLibraries> {
  const environment = options.environment ?? process.env;
  const platform = options.platform ?? platformName();

  if (options.libraryPath) return named(options.libraryPath, 'option', platform);
  const fromEnvironment = environment[libraryPathVariable];
  if (fromEnvironment) return named(fromEnvironment, 'environment', platform);

  const cacheDir = options.cacheDir ?? cacheDirectory(environment);
  const directory = engineDirectory(cacheDir, {
    engine: 'tensorflow',
    version: tensorFlowVersion,
    platform,
  });
  const installed = await readInstalled(directory);
  if (installed !== null) {
    return { ...paths(directory, platform), origin: 'cache', version: installed.version };
  }

  const python = options.python ?? 'python3';
  const found = await findPythonTensorFlow(python, environment);
  const version = found?.version ?? null;
  if (found !== null && version !== null && isCompatibleVersion(version)) {
    const there = paths(resolve(found.directory), platform);
    if (await bothExist(there)) return { ...there, origin: 'python', version };
  }
  const pythonHas =
    version === null ? 'and in Python' : `and in Python, which has TensorFlow ${version}`;
  throw notFound(
    `No TensorFlow ${tensorFlowVersion} libraries were found (looked in ${directory} ${pythonHas}). Run "serval engine install tensorflow", or set ${libraryPathVariable} to the folder of the libraries.`,
  );
}

async function named(
  path: string,
  origin: 'option' | 'environment',
  platform: string,
): Promise<TensorFlowLibraries> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => null);
  const there = paths(found?.isFile() ? dirname(absolute) : absolute, platform);
  if (await bothExist(there)) return { ...there, origin, version: null };
  const names = libraryNames(platform);
  const who = origin === 'option' ? '' : ` (from ${libraryPathVariable})`;
  throw failedPrecondition(
    `The TensorFlow libraries are not in ${path}${who}: a folder with ${names.framework} and ${names.cc} is needed.`,
  );
}

function paths(directory: string, platform: string) {
  const names = libraryNames(platform);
  return { framework: join(directory, names.framework), cc: join(directory, names.cc) };
}

async function bothExist({ framework, cc }: ReturnType<typeof paths>): Promise<boolean> {
  const found = await Promise.all([framework, cc].map((path) => stat(path).catch(() => null)));
  return found.every((file) => file?.isFile());
}
