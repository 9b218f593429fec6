import type { Store } from './store.ts';

/** A child of a model's base path whose name is a number. */
export interface VersionDirectory {
  readonly version: bigint;
  /** The name as it is, leading zeros and all. */
  readonly name: string;
  readonly path: string;
}

const int64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };

/**
 * The version that a child's name spells, or null. The whole name must be a decimal int64; a
 * sign, leading zeros and ASCII white space around it are tolerated, as by TFS's parser (spec 3).
 */
export function parseVersion(name: string): bigint | null {
  if (!/^[ \t-\r]*[+-]?[0-9]+[ \t-\r]*$/.test(name)) return null;
  const digits = name.replace(/[ \t-\r+]/g, '');
  const version = BigInt(digits.replace('-', ''));
  const signed = digits.startsWith('-') ? -version : version;
  return signed >= int64.least && signed <= int64.greatest ? signed : null;
}

/**
 * The version directories under a base path, in the order of their names as strings. Files with
 * such a name count too, as in TFS. @throws StatusError of the store.
 */
export async function listVersions(
  store: Store,
  basePath: string,
): Promise<readonly VersionDirectory[]> {
  const versions: VersionDirectory[] = [];
  for (const { name } of await store.list(basePath)) {
    const version = parseVersion(name);
    if (version !== null) versions.push({ version, name, path: store.join(basePath, name) });
  }
  return versions;
}
