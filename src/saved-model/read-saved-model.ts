import { fileError } from '../status/index.ts';
import { TimeSlices } from '../util/index.ts';
import type { ByteSource } from './byte-source.ts';
import { walkFields } from './field-walk.ts';
import type { GraphFile } from './graph-file.ts';
import { withGraphFile } from './graph-file.ts';
import type { MetaGraph, MetaGraphOutline } from './meta-graph.ts';
import { outlineMetaGraph, readMetaGraph } from './meta-graph.ts';
import { noSuchTags, truncatedGraphFile, unparsableGraphFile } from './saved-model-error.ts';
import { MalformedWireError } from './wire.ts';

/**
 * Reads the MetaGraphDef whose tags are exactly `tags` (a set; spec 11.2) from a version
 * directory. Holds the event loop for about 1 ms at a time, and never brings weights or constants
 * into memory.
 *
 * @throws SavedModelError with TFS's texts.
 */
export async function readSavedModel(
  directory: string,
  tags: readonly string[],
): Promise<MetaGraph> {
  return await withMetaGraph(directory, tags, readMetaGraph);
}

/**
 * Lets `read` look into the MetaGraphDef that {@link readSavedModel} reads, while its file is open.
 * @throws SavedModelError with TFS's texts, also for what `read` finds malformed.
 */
export async function withMetaGraph<Result>(
  directory: string,
  tags: readonly string[],
  read: (source: ByteSource, outline: MetaGraphOutline, slices: TimeSlices) => Promise<Result>,
): Promise<Result> {
  return await withGraphFile(directory, async (file) => {
    const slices = new TimeSlices();
    return await explainFaults(file, async () => {
      const outlines = await outlineMetaGraphs(file, slices);
      const wanted = outlines.find((outline) => isSameSet(outline.tags, tags));
      if (wanted === undefined) {
        throw noSuchTags(
          tags,
          outlines.map((outline) => outline.tags),
        );
      }
      return await read(file.source, wanted, slices);
    });
  });
}

/** Every MetaGraphDef of a version directory, in the order of the file. */
export async function readAllMetaGraphs(
  directory: string,
): Promise<{ readonly format: GraphFile['format']; readonly metaGraphs: readonly MetaGraph[] }> {
  return await withGraphFile(directory, async (file) => {
    const slices = new TimeSlices();
    return await explainFaults(file, async () => {
      const metaGraphs: MetaGraph[] = [];
      for (const outline of await outlineMetaGraphs(file, slices)) {
        metaGraphs.push(await readMetaGraph(file.source, outline, slices));
      }
      return { format: file.format, metaGraphs };
    });
  });
}

/** SavedModel: meta_graphs (2). */
async function outlineMetaGraphs(file: GraphFile, slices: TimeSlices): Promise<MetaGraphOutline[]> {
  const { source } = file;
  const outlines: MetaGraphOutline[] = [];
  await walkFields(source, { start: 0, end: source.size }, slices, async (field) => {
    if (field.number === 2) outlines.push(await outlineMetaGraph(source, field, slices));
  });
  return outlines.length === 1
    ? outlines
    : outlines.map((outline) => ({ ...outline, writeVersion: '1' }));
}

/** Says of bytes that are no SavedModel what TensorFlow's reader says of them. */
async function explainFaults<Result>(
  file: GraphFile,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof MalformedWireError) {
      if (error.truncated) throw truncatedGraphFile(file.path);
      throw unparsableGraphFile(file.path, file.format, error);
    }
    const isFileError = error instanceof Error && 'syscall' in error;
    throw isFileError ? fileError(file.path, error) : error;
  }
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((tag) => right.has(tag));
}
