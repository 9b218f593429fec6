import type { TimeSlices } from '../util/index.ts';
import type { ByteSource } from './byte-source.ts';
import type { Range } from './field-walk.ts';
import { readTrimmed, walkFields } from './field-walk.ts';
import type { Graph, GraphFunction, GraphNode } from './graph.ts';
import { parseNode } from './graph.ts';
import { fieldsOf, text } from './wire.ts';

/**
 * Only the data of constants makes a node longer than this; then its attribute is left out of what
 * is read, so that a frozen graph of hundreds of megabytes costs no memory here.
 */
const longestNode = 1024 * 1024;

/** Reads the GraphDefs in `ranges` (one, unless a writer cut it in pieces) into one graph. */
export async function readGraph(
  source: ByteSource,
  ranges: readonly Range[],
  slices: TimeSlices,
): Promise<Graph> {
  const nodes = new Map<string, GraphNode>();
  const functions = new Map<string, GraphFunction>();
  let producer = 0;
  for (const range of ranges) {
    await walkFields(source, range, slices, async (field) => {
      if (field.number === 1) {
        const node = await readNode(source, field, slices);
        nodes.set(node.name, node);
      } else if (field.number === 2) {
        await readLibrary(source, field, slices, functions);
      } else if (field.number === 4) {
        const versions = await source.read(field.start, field.end);
        for (const part of fieldsOf(versions)) if (part.number === 1) producer = part.value;
      }
    });
  }
  return { producer, nodes, functions };
}

async function readNode(source: ByteSource, range: Range, slices: TimeSlices): Promise<GraphNode> {
  return parseNode(await readTrimmed(source, range, slices, longestNode));
}

/** FunctionDefLibrary: function (1). */
async function readLibrary(
  source: ByteSource,
  range: Range,
  slices: TimeSlices,
  into: Map<string, GraphFunction>,
): Promise<void> {
  await walkFields(source, range, slices, async (field) => {
    if (field.number === 1) await readFunction(source, field, slices, into);
  });
}

/** FunctionDef: signature (1), an OpDef with the name (1); node_def (3). */
async function readFunction(
  source: ByteSource,
  range: Range,
  slices: TimeSlices,
  into: Map<string, GraphFunction>,
): Promise<void> {
  let name = '';
  const ops = new Set<string>();
  const functions = new Set<string>();
  await walkFields(source, range, slices, async (field) => {
    if (field.number === 1) {
      const signature = await readTrimmed(source, field, slices, longestNode);
      for (const part of fieldsOf(signature)) if (part.number === 1) name = text(signature, part);
    } else if (field.number === 3) {
      const node = await readNode(source, field, slices);
      ops.add(node.op);
      for (const called of node.functions) functions.add(called);
    }
  });
  into.set(name, { ops, functions });
}
