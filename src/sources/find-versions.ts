import { invalidArgument, StatusError } from '../status/index.ts';
import type { Store, VersionDirectory } from '../stores/index.ts';
import { listVersions } from '../stores/index.ts';
import type { WatchedServable } from './watched-servable.ts';

/**
 * The version directories of a servable among which its policy may choose, sorted by name as
 * strings (spec 3).
 *
 * @throws StatusError INVALID_ARGUMENT where the base path cannot be found or read.
 */
export async function findVersions(
  store: Store,
  servable: WatchedServable,
): Promise<readonly VersionDirectory[]> {
  const { name, basePath } = servable;
  try {
    if (servable.policy.kind === 'specific') {
      await store.stat(basePath);
      const direct = await directPaths(store, servable);
      if (direct !== null) return direct;
    }
    return await listVersions(store, basePath);
  } catch (error) {
    const status = StatusError.from(error);
    throw invalidArgument(
      `Could not find base path ${basePath} for servable ${name} with error ${status}`,
      { cause: error },
    );
  }
}

/** `<base>/<n>` for each of the specific versions, if all are there: then nothing need be listed. */
async function directPaths(
  store: Store,
  { basePath, policy }: WatchedServable,
): Promise<readonly VersionDirectory[] | null> {
  if (policy.kind !== 'specific') return null;
  const directories: VersionDirectory[] = [];
  for (const version of new Set(policy.versions)) {
    const name = String(version);
    const path = store.join(basePath, name);
    if (!(await exists(store, path))) return null;
    directories.push({ version, name, path });
  }
  return directories;
}

async function exists(store: Store, path: string): Promise<boolean> {
  return store.stat(path).then(
    () => true,
    () => false,
  );
}
