import type { SignatureSpec } from '../engines/index.ts';
import type { TimeSlices } from '../util/index.ts';
import { readAssets } from './assets.ts';
import type { ByteSource } from './byte-source.ts';
import type { Range } from './field-walk.ts';
import { walkFields } from './field-walk.ts';
import { mapEntry } from './graph.ts';
import { allOps } from './reachable-ops.ts';
import { readGraph } from './read-graph.ts';
import { readSignature } from './signature.ts';
import type { Field } from './wire.ts';

/** What Serval knows of one MetaGraphDef, without its weights and constants. */
export interface MetaGraph {
  /** In the order of the file. */
  readonly tags: readonly string[];
  /** The TensorFlow that wrote the model (`2.21.0`); empty where it does not say. */
  readonly tensorflowVersion: string;
  /** Of the file's format as TensorFlow counts it: `2` for one graph with its objects. */
  readonly writeVersion: '1' | '2';
  /** Sorted by key. */
  readonly signatures: readonly SignatureSpec[];
  /** All SignatureDefs as a serialized `tensorflow.serving.SignatureDefMap`, as the file has them. */
  readonly signatureDefMap: Uint8Array;
  /** Names of the files under `assets/`, sorted. */
  readonly assets: readonly string[];
  /** Every op type in the graph and its functions, reached by a signature or not. */
  readonly ops: ReadonlySet<string>;
}

/** Where the parts of a MetaGraphDef are in the file, and what identifies it. */
export interface MetaGraphOutline {
  readonly tags: readonly string[];
  readonly tensorflowVersion: string;
  /** As if it were alone in its file. */
  readonly writeVersion: '1' | '2';
  readonly graphs: readonly Range[];
  readonly savers: readonly Range[];
  readonly signatures: readonly Range[];
  readonly assets: readonly Range[];
  readonly collections: readonly Range[];
}

/**
 * MetaGraphDef: meta_info_def (1), graph_def (2), saver_def (3), collection_def (4),
 * signature_def (5), asset_file_def (6) and object_graph_def (7).
 */
export async function outlineMetaGraph(
  source: ByteSource,
  range: Range,
  slices: TimeSlices,
): Promise<MetaGraphOutline> {
  const parts = new Map<number, Range[]>([1, 2, 3, 4, 5, 6, 7].map((number) => [number, []]));
  await walkFields(source, range, slices, (field) => {
    parts.get(field.number)?.push({ start: field.start, end: field.end });
  });
  const tags: string[] = [];
  let tensorflowVersion = '';
  for (const info of parts.get(1)!) {
    await walkFields(source, info, slices, async (field) => {
      if (field.number === 4) tags.push(await readText(source, field));
      else if (field.number === 5) tensorflowVersion = await readText(source, field);
    });
  }
  return {
    tags,
    tensorflowVersion,
    writeVersion: parts.get(7)!.length > 0 ? '2' : '1',
    graphs: parts.get(2)!,
    savers: parts.get(3)!,
    signatures: parts.get(5)!,
    assets: parts.get(6)!,
    collections: parts.get(4)!,
  };
}

/** @throws MalformedWireError where the bytes are no MetaGraphDef. */
export async function readMetaGraph(
  source: ByteSource,
  outline: MetaGraphOutline,
  slices: TimeSlices,
): Promise<MetaGraph> {
  const graph = await readGraph(source, outline.graphs, slices);
  const signatures = new Map<string, SignatureSpec>();
  const definitions: Uint8Array[] = [];
  for (const range of outline.signatures) {
    const entry = Buffer.from(await source.read(range.start, range.end));
    const { key, value } = mapEntry(entry);
    signatures.set(key, await readSignature(key, value, graph));
    definitions.push(asMapEntry(entry));
  }
  return {
    tags: outline.tags,
    tensorflowVersion: outline.tensorflowVersion,
    writeVersion: outline.writeVersion,
    signatures: [...signatures.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    signatureDefMap: new Uint8Array(Buffer.concat(definitions)),
    assets: await readAssets(source, outline.assets, outline.collections, slices),
    ops: await allOps(graph, slices),
  };
}

/**
 * The node that restores the variables, as SaverDef.restore_op_name (3) has it; empty where the
 * model has none, as one without variables or an older one.
 */
export async function readRestoreOp(
  source: ByteSource,
  outline: MetaGraphOutline,
  slices: TimeSlices,
): Promise<string> {
  let name = '';
  for (const saver of outline.savers) {
    await walkFields(source, saver, slices, async (field) => {
      if (field.number === 3) name = await readText(source, field);
    });
  }
  return name;
}

/**
 * An entry of MetaGraphDef.signature_def as one of SignatureDefMap.signature_def: the entries are
 * the same message, the field is number 1.
 */
function asMapEntry(entry: Uint8Array): Uint8Array {
  const header = [(1 << 3) | 2];
  let length = entry.length;
  for (; length > 0x7f; length = Math.floor(length / 0x80)) header.push((length % 0x80) | 0x80);
  header.push(length);
  return Buffer.concat([Uint8Array.from(header), entry]);
}

async function readText(source: ByteSource, field: Field): Promise<string> {
  return (await source.read(field.start, field.end)).toString('utf8');
}
