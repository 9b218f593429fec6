import type { VersionPolicy } from '../config/index.ts';
import type { VersionDirectory } from '../stores/index.ts';

/** Says of a version directory what its content is called now; null: it is not ready to be served. */
export type Admit = (directory: VersionDirectory) => Promise<string | null>;

/** A version directory that a policy chose, and the name of its content. */
export interface ChosenVersion {
  readonly directory: VersionDirectory;
  readonly revision: string;
}

/** What a policy chose, and what the operator should know of it. */
export interface ChosenVersions {
  readonly versions: readonly ChosenVersion[];
  /** Directories that would have been chosen, were they ready. */
  readonly waiting: readonly VersionDirectory[];
  readonly warnings: readonly string[];
}

/**
 * Chooses among the version directories that were found, which come sorted by name (spec 3). One
 * that is not ready is passed over, so that the highest ready ones are the latest. Of directories
 * with one number the last wins, except under `all`, where all are chosen and the manager takes the
 * first.
 */
export async function chooseVersions(
  servable: string,
  policy: VersionPolicy,
  found: readonly VersionDirectory[],
  admit: Admit,
): Promise<ChosenVersions> {
  const { wanted, atMost, warnings } = candidates(servable, policy, found);
  const versions: ChosenVersion[] = [];
  const waiting: VersionDirectory[] = [];
  for (const directory of wanted) {
    if (versions.length === atMost) break;
    const revision = await admit(directory);
    if (revision === null) waiting.push(directory);
    else versions.push({ directory, revision });
  }
  return { versions, waiting, warnings };
}

/** The directories to choose from in the order of preference, and how many of them. */
function candidates(servable: string, policy: VersionPolicy, found: readonly VersionDirectory[]) {
  if (policy.kind === 'all') return { wanted: found, atMost: found.length, warnings: [] };
  const { byVersion, warnings } = withoutDuplicates(found);
  if (policy.kind === 'latest') {
    const newestFirst = [...byVersion.values()].sort((a, b) => (a.version < b.version ? 1 : -1));
    return { wanted: newestFirst, atMost: policy.count, warnings };
  }
  if (policy.versions.length === 0) {
    warnings.push(`No specific versions requested for servable ${servable}.`);
  }
  const wanted: VersionDirectory[] = [];
  for (const version of new Set(policy.versions)) {
    const directory = byVersion.get(version);
    if (directory !== undefined) wanted.push(directory);
    else {
      warnings.push(
        `Version ${version} of servable ${servable}, which was requested to be served as a ` +
          "'specific' version in the servable's version policy, was not found in the file system",
      );
    }
  }
  return { wanted, atMost: wanted.length, warnings };
}

function withoutDuplicates(found: readonly VersionDirectory[]) {
  const byVersion = new Map<bigint, VersionDirectory>();
  const warnings: string[] = [];
  for (const directory of found) {
    const { version, name } = directory;
    const earlier = byVersion.get(version);
    if (earlier !== undefined) {
      warnings.push(
        `Duplicate version directories detected. Version ${version} will be loaded from ${name}, ` +
          `${earlier.name} will be ignored.`,
      );
    }
    byVersion.set(version, directory);
  }
  return { byVersion, warnings };
}
