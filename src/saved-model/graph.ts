import type { PartialShape } from '../tensor/index.ts';
import type { Field } from './wire.ts';
import { fieldsOf, MalformedWireError, payload, text } from './wire.ts';

/** What is kept of a NodeDef: enough to see what a signature reaches. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `x`, `x:1` or `^x` (a control input); in function bodies also `x:out:1`. */
  readonly inputs: readonly string[];
  /** Names of functions in its attributes (`f`, `body`, `branches` …), nested ones included. */
  readonly functions: readonly string[];
  /** The `shape` attribute of a placeholder; `undefined` for any other node. */
  readonly placeholderShape: PartialShape | undefined;
}

/** The ops and functions that the body of a function names. */
export interface GraphFunction {
  readonly ops: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

/** A GraphDef with its function library, without constants' data. */
export interface Graph {
  /** `versions.producer`: which TensorFlow's rules the graph was written by. */
  readonly producer: number;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly functions: ReadonlyMap<string, GraphFunction>;
}

/** Reads a serialized NodeDef. @throws MalformedWireError */
export function parseNode(message: Buffer): GraphNode {
  let name = '';
  let op = '';
  const inputs: string[] = [];
  const functions: string[] = [];
  let shape: Buffer | null = null;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) name = text(message, field);
    else if (field.number === 2) op = text(message, field);
    else if (field.number === 3) inputs.push(text(message, field));
    else if (field.number === 5) {
      const attribute = mapEntry(payload(message, field));
      collectFunctions(attribute.value, functions, 0);
      if (attribute.key === 'shape') shape = attributeShape(attribute.value);
    }
  }
  const placeholderShape = placeholders.has(op) && shape !== null ? partialShape(shape) : undefined;
  return { name, op, inputs, functions, placeholderShape };
}

const placeholders: ReadonlySet<string> = new Set([
  'Placeholder',
  'PlaceholderV2',
  'PlaceholderWithDefault',
]);

/** Protobuf's own limit on nesting, which keeps a hostile file from exhausting the stack. */
const deepestNesting = 100;

/** Adds the functions that a serialized AttrValue names: `func` (10) and those of `list` (1). */
function collectFunctions(value: Buffer, into: string[], depth: number): void {
  for (const field of fieldsOf(value)) {
    if (field.number === 10) collectFunction(payload(value, field), into, depth);
    if (field.number !== 1) continue;
    const list = payload(value, field);
    for (const item of fieldsOf(list)) {
      if (item.number === 9) collectFunction(payload(list, item), into, depth);
    }
  }
}

/** Adds the function of a serialized NameAttrList, and those that its own attributes name. */
function collectFunction(reference: Buffer, into: string[], depth: number): void {
  if (depth > deepestNesting) throw new MalformedWireError('attributes are nested too deeply');
  for (const field of fieldsOf(reference)) {
    if (field.number === 1) into.push(text(reference, field));
    else if (field.number === 2) {
      collectFunctions(mapEntry(payload(reference, field)).value, into, depth + 1);
    }
  }
}

const nothing = Buffer.alloc(0);

/** An entry of a map with string keys and messages as values. */
export function mapEntry(entry: Buffer): { key: string; value: Buffer } {
  let key = '';
  let value: Buffer = nothing;
  for (const field of fieldsOf(entry)) {
    if (field.number === 1) key = text(entry, field);
    else if (field.number === 2) value = payload(entry, field);
  }
  return { key, value };
}

function attributeShape(value: Buffer): Buffer | null {
  let shape: Buffer | null = null;
  for (const field of fieldsOf(value)) if (field.number === 7) shape = payload(value, field);
  return shape;
}

/** Reads a serialized TensorShapeProto. */
export function partialShape(message: Buffer): PartialShape {
  const dims: number[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === 3 && field.value !== 0) return null;
    if (field.number === 2) dims.push(dimension(payload(message, field)));
  }
  return dims;
}

function dimension(message: Buffer): number {
  let size = 0;
  for (const field of fieldsOf(message)) if (field.number === 1) size = signed(field);
  return size;
}

/** −1 (any size) is written as a varint of ten bytes, beyond what a double holds exactly. */
function signed(field: Field): number {
  return field.value >= 2 ** 63 ? -1 : field.value;
}
