import type { VersionPolicy } from '../config/index.ts';
import type { VersionDirectory } from '../stores/index.ts';

/** What a policy chose, and what the operator should know of it. */
export interface ChosenVersions {
  readonly versions: readonly VersionDirectory[];
  readonly warnings: readonly string[];
}

/**
 * Chooses among the version directories that were found, which come sorted by name (spec 3). Of
 * directories with one number the last wins, except under `all`, where all are chosen and the
 * manager takes the first.
 */
export function chooseVersions(
  servable: string,
  policy: VersionPolicy,
  found: readonly VersionDirectory[],
): ChosenVersions {
  if (policy.kind === 'all') return { versions: found, warnings: [] };
  const { byVersion, warnings } = withoutDuplicates(found);
  if (policy.kind === 'latest') {
    const newestFirst = [...byVersion.values()].sort((a, b) => (a.version < b.version ? 1 : -1));
    return { versions: newestFirst.slice(0, policy.count), warnings };
  }
  if (policy.versions.length === 0) {
    warnings.push(`No specific versions requested for servable ${servable}.`);
  }
  const versions: VersionDirectory[] = [];
  for (const version of new Set(policy.versions)) {
    const directory = byVersion.get(version);
    if (directory !== undefined) versions.push(directory);
    else {
      warnings.push(
        `Version ${version} of servable ${servable}, which was requested to be served as a ` +
          "'specific' version in the servable's version policy, was not found in the file system",
      );
    }
  }
  return { versions, warnings };
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
