import type { TimeSlices } from '../util/index.ts';
import { readAssets } from './assets.ts';
import type { ByteSource } from './byte-source.ts';
import type { MetaGraphOutline } from './meta-graph.ts';
import { readRestoreOp } from './meta-graph.ts';
import { allOps, reachableOps } from './reachable-ops.ts';
import { readGraph } from './read-graph.ts';

/** The files that loading a MetaGraphDef takes besides the one that it is in (spec 11.3). */
export interface LoadNeeds {
  /** Whether loading reads `variables/`. */
  readonly restoresVariables: boolean;
  /** Names of files under `assets/`, sorted. */
  readonly assets: readonly string[];
  /** Whether the graph has an op that is known to read such files. */
  readonly readsAssets: boolean;
}

/** The ops that read a checkpoint; a restore node without them has nothing to restore. */
const restoringOps = ['RestoreV2', 'Restore', 'RestoreSlice'] as const;

const fileReadingOps = [
  'FixedLengthRecordDatasetV2',
  'InitializeTableFromTextFile',
  'InitializeTableFromTextFileV2',
  'ReadFile',
  'TFRecordDataset',
  'TFRecordDatasetV2',
  'TextLineDataset',
  'TextLineReaderV2',
  'WholeFileReaderV2',
] as const;

const noTensors: ReadonlySet<string> = new Set();

/** @throws MalformedWireError where the bytes are no MetaGraphDef. */
export async function readLoadNeeds(
  source: ByteSource,
  outline: MetaGraphOutline,
  slices: TimeSlices,
): Promise<LoadNeeds> {
  const graph = await readGraph(source, outline.graphs, slices);
  const restoreOp = await readRestoreOp(source, outline, slices);
  const restored = await reachableOps(graph, noTensors, [restoreOp]);
  const ops = await allOps(graph, slices);
  return {
    restoresVariables: restoringOps.some((op) => restored.has(op)),
    assets: await readAssets(source, outline.assets, outline.collections, slices),
    readsAssets: fileReadingOps.some((op) => ops.has(op)),
  };
}
