import { invalidArgument, StatusError } from '../status/index.ts';
import {
  cacheDirectory,
  copyDirectories,
  type InstalledEngine,
  listInstalled,
  removeCopy,
  removeLeftovers,
} from './tensorflow/install/cache.ts';
import { type InstallOptions, installTensorFlow } from './tensorflow/install/install.ts';
import {
  type LocateOptions,
  locateTensorFlowLibraries,
  type TensorFlowLibraries,
} from './tensorflow/install/locate.ts';
import { tensorFlowVersion } from './tensorflow/install/release.ts';

/** Engines whose native libraries Serval can install. */
export const installableEngines = ['tensorflow'] as const;

/** What is known on this machine about an engine whose libraries can be installed. */
export interface EngineListing {
  readonly name: (typeof installableEngines)[number];
  /** The version that an install fetches. */
  readonly pinnedVersion: string;
  /** Whole copies in Serval's cache, of any version and platform. */
  readonly installed: readonly InstalledEngine[];
  /** The libraries that a server would load now; `null` where there are none. */
  readonly active: TensorFlowLibraries | null;
  /** Why `active` is null, and what to do; else `null`. */
  readonly problem: string | null;
}

/**
 * Installs the native libraries of an engine into Serval's cache; at once where they are there.
 *
 * @throws StatusError INVALID_ARGUMENT for a name that is not in {@link installableEngines}; else
 * one line that says what is wrong and what to do.
 */
export async function installEngine(
  name: string,
  options: InstallOptions = {},
): Promise<InstalledEngine> {
  requireKnown(name);
  return installTensorFlow(options);
}

/** All engines that can be installed, with what is there of them. */
export async function listEngines(options: LocateOptions = {}): Promise<readonly EngineListing[]> {
  const cacheDir = options.cacheDir ?? cacheDirectory(options.environment ?? process.env);
  const installed = await listInstalled(cacheDir);
  const about = { name: 'tensorflow', pinnedVersion: tensorFlowVersion, installed } as const;
  try {
    const active = await locateTensorFlowLibraries(options);
    return [{ ...about, active, problem: null }];
  } catch (error) {
    return [{ ...about, active: null, problem: StatusError.from(error).message }];
  }
}

/**
 * Removes all copies of an engine from Serval's cache, and what killed installs have left there.
 * Servers that run with them go on until they end. Libraries elsewhere are not touched.
 *
 * @returns the whole copies that were removed; none is no error. Damaged ones go silently.
 * @throws StatusError INVALID_ARGUMENT for a name that is not in {@link installableEngines}.
 */
export async function removeEngine(
  name: string,
  options: Pick<LocateOptions, 'cacheDir' | 'environment'> = {},
): Promise<readonly InstalledEngine[]> {
  requireKnown(name);
  const cacheDir = options.cacheDir ?? cacheDirectory(options.environment ?? process.env);
  const installed = await listInstalled(cacheDir);
  for (const directory of await copyDirectories(cacheDir)) await removeCopy(cacheDir, directory);
  await removeLeftovers(cacheDir);
  return installed;
}

function requireKnown(name: string): void {
  if ((installableEngines as readonly string[]).includes(name)) return;
  throw invalidArgument(
    `There is no engine "${name}" to install; there is: ${installableEngines.join(', ')}.`,
  );
}
