import path from 'node:path';
import type { Store, VersionDirectory } from '../stores/index.ts';
import { folderSize, LocalStore, listVersions, parseVersion } from '../stores/index.ts';
import type { MetaGraph } from './meta-graph.ts';
import { readAllMetaGraphs } from './read-saved-model.ts';

/** What the files of one SavedModel say, as `serval inspect` shows it. */
export interface SavedModelInspection {
  /** The version directory. */
  readonly path: string;
  /** The number that its name spells, or null where the name is no number. */
  readonly version: bigint | null;
  readonly format: 'binary' | 'text';
  /** All files of the directory together. */
  readonly sizeBytes: number;
  /** In the order of the file, each with its tags. */
  readonly metaGraphs: readonly MetaGraph[];
}

/**
 * Looks at a SavedModel without loading it. `directory` is a version directory, or a base path
 * with version directories: then every one of them, oldest first.
 *
 * @throws SavedModelError where there is no SavedModel or one cannot be read; StatusError where the
 * directory itself cannot.
 */
export async function inspectSavedModel(
  directory: string,
): Promise<readonly SavedModelInspection[]> {
  const store = new LocalStore();
  const absolute = path.resolve(directory);
  const versions = (await holdsGraphFile(store, absolute))
    ? []
    : await listVersions(store, absolute);
  if (versions.length === 0) return [await inspectVersion(store, absolute)];
  const inspections: SavedModelInspection[] = [];
  for (const version of versions.toSorted(byVersion)) {
    inspections.push(await inspectVersion(store, version.path));
  }
  return inspections;
}

async function inspectVersion(store: Store, directory: string): Promise<SavedModelInspection> {
  const { format, metaGraphs } = await readAllMetaGraphs(directory);
  return {
    path: directory,
    version: parseVersion(path.basename(directory)),
    format,
    sizeBytes: await folderSize(store, directory),
    metaGraphs,
  };
}

async function holdsGraphFile(store: Store, directory: string): Promise<boolean> {
  const entries = await store.list(directory);
  return entries.some(({ name }) => /^saved_model\.(pb|pbtxt|cpb)$/.test(name));
}

function byVersion(a: VersionDirectory, b: VersionDirectory): number {
  return a.version < b.version ? -1 : a.version > b.version ? 1 : 0;
}
