import { invalidArgument, StatusError } from '../status/index.ts';
import {
  cacheDirectory,
  copyDirectories,
  type InstalledEngine,
  listInstalled,
  removeCopy,
  removeLeftovers,
} from './tensorflow/install/cache.ts';
import { type InstallOptions, installPackage } from './tensorflow/install/install.ts';
import {
  type LocateOptions,
  locateTensorFlowLibraries,
  type TensorFlowLibraries,
} from './tensorflow/install/locate.ts';
import { nativePackages } from './tensorflow/install/packages.ts';
import { type NativePackage, tensorFlowPackage } from './tensorflow/install/release.ts';

/** The native libraries that Serval can install: engines, and packages of ops for them. */
export const installableEngines: readonly string[] = nativePackages.map(({ name }) => name);

/** What is known on this machine about an engine whose libraries can be installed. */
export interface EngineListing {
  readonly name: string;
  /** The version that an install fetches. */
  readonly pinnedVersion: string;
  /** Whole copies in Serval's cache, of any version and platform. */
  readonly installed: readonly InstalledEngine[];
  /** What uses these libraries: they are loaded into it. Null for the engine itself. */
  readonly partOf: string | null;
  /** The libraries that a server would load now; `null` where there are none, and for parts. */
  readonly active: TensorFlowLibraries | null;
  /** Why there are none, and what to do; else `null`. */
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
  return installPackage(packageOf(name), options);
}

/** All engines that can be installed, with what is there of them. */
export async function listEngines(options: LocateOptions = {}): Promise<readonly EngineListing[]> {
  const cacheDir = options.cacheDir ?? cacheDirectory(options.environment ?? process.env);
  const listings: EngineListing[] = [];
  for (const subject of nativePackages) {
    const { name, version: pinnedVersion } = subject;
    const installed = await listInstalled(cacheDir, name);
    const about = { name, pinnedVersion, installed };
    if (subject === tensorFlowPackage) {
      listings.push({ ...about, partOf: null, ...(await activeTensorFlow(options)) });
    } else {
      const isThere = installed.some(({ version }) => version === pinnedVersion);
      const problem = isThere ? null : `Run "serval engine install ${name}".`;
      listings.push({ ...about, partOf: tensorFlowPackage.name, active: null, problem });
    }
  }
  return listings;
}

async function activeTensorFlow(
  options: LocateOptions,
): Promise<Pick<EngineListing, 'active' | 'problem'>> {
  try {
    return { active: await locateTensorFlowLibraries(options), problem: null };
  } catch (error) {
    return { active: null, problem: StatusError.from(error).message };
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
  const engine = packageOf(name).name;
  const cacheDir = options.cacheDir ?? cacheDirectory(options.environment ?? process.env);
  const installed = await listInstalled(cacheDir, engine);
  for (const directory of await copyDirectories(cacheDir, engine)) {
    await removeCopy(cacheDir, engine, directory);
  }
  await removeLeftovers(cacheDir, engine);
  return installed;
}

function packageOf(name: string): NativePackage {
  const found = nativePackages.find((known) => known.name === name);
  if (found !== undefined) return found;
  throw invalidArgument(
    `There is no engine "${name}" to install; there is: ${installableEngines.join(', ')}.`,
  );
}
