import type { FileHandle } from 'node:fs/promises';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../status/index.ts';
import { openForReading } from '../util/index.ts';
import type { ByteSource } from './byte-source.ts';
import { FileBytes, MemoryBytes } from './byte-source.ts';
import { chunkedGraphFile, missingGraphFile, sessionBundle } from './saved-model-error.ts';
import { textToBinary } from './text-format.ts';

/** The file of a SavedModel's graph, open for reading. */
export interface GraphFile {
  readonly path: string;
  readonly format: 'binary' | 'text';
  /** The SavedModel message in protobuf's wire format, whatever the file's format. */
  readonly source: ByteSource;
}

/**
 * Opens the graph file of a version directory for the time of `use`: `saved_model.pb`, or else
 * `saved_model.pbtxt` (spec 11.1).
 *
 * @throws SavedModelError where there is neither.
 */
export async function withGraphFile<Result>(
  directory: string,
  use: (file: GraphFile) => Promise<Result>,
): Promise<Result> {
  const binary = path.join(directory, 'saved_model.pb');
  const handle = await openIfThere(binary);
  if (handle !== null) {
    let source: FileBytes | null = null;
    try {
      const { size } = await handle.stat();
      source = new FileBytes(handle, size);
      return await use({ path: binary, format: 'binary', source });
    } finally {
      source?.close();
      await handle.close();
    }
  }
  const text = path.join(directory, 'saved_model.pbtxt');
  const textHandle = await openIfThere(text);
  if (textHandle !== null) {
    await textHandle.close();
    const source = new MemoryBytes(await textToBinary(text));
    return await use({ path: text, format: 'text', source });
  }
  const chunked = path.join(directory, 'saved_model.cpb');
  if (await isThere(chunked)) throw chunkedGraphFile(chunked);
  if (await isThere(path.join(directory, 'export.meta'))) throw sessionBundle();
  throw missingGraphFile(directory);
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await openForReading(file);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw fileError(file, error);
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Whether what `node:fs` threw says that there is no such file. */
export function isAbsence(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
