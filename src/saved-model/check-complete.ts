import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Code, fileError, StatusError } from '../status/index.ts';
import { isAbsence } from './graph-file.ts';
import type { LoadNeeds } from './load-needs.ts';
import { readLoadNeeds } from './load-needs.ts';
import { withMetaGraph } from './read-saved-model.ts';
import { SavedModelError } from './saved-model-error.ts';
import { CorruptTableError } from './sorted-table.ts';
import { readVariablesIndex } from './variables-index.ts';

/** Whether a version directory has all that its graph needs; if not, what for the operator's log. */
export type Completeness =
  | { readonly complete: true }
  | { readonly complete: false; readonly reason: string };

/**
 * Tells a version directory that is still being written from a whole one, by what loading the
 * MetaGraphDef with exactly `tags` needs (spec 11.1, 11.3):
 *
 * 1. a graph file that can be parsed and holds a meta graph;
 * 2. where the graph restores variables: a whole `variables/variables.index`, and each data file as
 *    long as the index needs it;
 * 3. the asset files that the MetaGraphDef names, unless it has no `assets/` and no op that is known
 *    to read files.
 *
 * What is wrong and stays so is complete: loading it gives the reason. That goes for other tags, a
 * format that is not read, a path that is a file, files that may not be read, and weights that do
 * not fit their checksums. So `complete` is no promise that the model loads.
 *
 * It cannot be told that one of these is still to come: the later part of a graph file that ends
 * exactly between two meta graphs; the end of an asset file; any part of a data file whose length was
 * reserved before; `fingerprint.pb` and `assets.extra/`, which no model needs.
 *
 * Reads the graph and the index, no weights, holding the event loop for about 1 ms at a time; needs
 * no state but the files, so that it may run on any thread.
 *
 * @throws only what the files are not to blame for, such as a parser thread that dies.
 */
export async function checkComplete(
  directory: string,
  tags: readonly string[],
): Promise<Completeness> {
  try {
    if (!(await isDirectory(directory))) return { complete: true };
    const needs = await withMetaGraph(directory, tags, readLoadNeeds);
    const reason =
      (needs.restoresVariables ? await lackOfVariables(directory) : null) ??
      (await lackOfAssets(directory, needs));
    return reason === null ? { complete: true } : { complete: false, reason };
  } catch (error) {
    return verdictOn(error);
  }
}

const indexName = 'variables/variables.index';

/** What lacks of the variables, or null where they are whole. */
async function lackOfVariables(directory: string): Promise<string | null> {
  try {
    const dataFiles = await readVariablesIndex(path.join(directory, indexName));
    for (const [name, needed] of dataFiles ?? []) {
      const relative = `variables/${name}`;
      const size = await sizeIfThere(path.join(directory, relative));
      if (size === null) return `${relative} is not there`;
      if (size < needed) return `${relative} has ${size} of ${needed} bytes`;
    }
    return null;
  } catch (error) {
    if (error instanceof CorruptTableError) return `${indexName} is not whole: ${error.message}`;
    if (isAbsence(error)) return `${indexName} is not there`;
    throw withStatus(path.join(directory, indexName), error);
  }
}

/**
 * The first asset that lacks, or null. A model without the folder is taken for whole if nothing in
 * its graph reads files: some are handed on like that, and TFS serves them.
 */
async function lackOfAssets(directory: string, needs: LoadNeeds): Promise<string | null> {
  const { assets, readsAssets } = needs;
  const folder = path.join(directory, 'assets');
  if (assets.length === 0 || (!readsAssets && (await sizeIfThere(folder)) === null)) return null;
  for (const name of assets) {
    // No file can have such a name, now or later.
    if (name.includes('\0')) continue;
    const isThere = (await sizeIfThere(path.join(folder, name))) !== null;
    if (!isThere) return `assets/${name} is not there`;
  }
  return null;
}

async function sizeIfThere(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw withStatus(file, error);
  }
}

async function isDirectory(directory: string): Promise<boolean> {
  try {
    return (await stat(directory)).isDirectory();
  } catch (error) {
    throw withStatus(directory, error);
  }
}

/** What `node:fs` threw, as a StatusError; anything else as it is. */
function withStatus(file: string, error: unknown): unknown {
  const isFileError = error instanceof Error && 'syscall' in error;
  return isFileError ? fileError(file, error) : error;
}

/** What a failure to look at the files says of them. Throws again what says nothing. */
function verdictOn(error: unknown): Completeness {
  if (!(error instanceof StatusError)) throw error;
  if (error instanceof SavedModelError) {
    const reason = lackOfGraphFile(error);
    return reason === null ? { complete: true } : { complete: false, reason };
  }
  return error.code === Code.NOT_FOUND
    ? { complete: false, reason: error.message }
    : { complete: true };
}

/** What lacks of the graph file, or null where it is whole. */
function lackOfGraphFile(error: SavedModelError): string | null {
  switch (error.fault) {
    case 'missing':
      return 'saved_model.pb is not there';
    case 'truncated':
      return 'saved_model.pb ends in the middle of a message';
    case 'empty':
      return 'the graph file holds no meta graph';
    case 'unparsable': {
      const { cause } = error;
      return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
    }
    case 'no-such-tags':
    case 'unsupported':
      return null;
  }
}
