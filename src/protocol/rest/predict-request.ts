import type { SignatureSpec, TensorSpec } from '../../engines/index.ts';
import { type BoundInputs, defaultSignatureName } from '../../inference/index.ts';
import { internal, invalidArgument, unimplemented } from '../../status/index.ts';
import {
  DType,
  dtypeInfo,
  elementCount,
  type NumericTensor,
  type Shape,
  type Tensor,
  type TensorAllocator,
} from '../../tensor/index.ts';
import type { Steps } from '../../util/index.ts';
import { base64Key } from './base64-object.ts';
import { type ElementFormat, elementFormat } from './element-format.ts';
import { explainElement, explainRow, explainValue } from './explain.ts';
import { formatError } from './format-error.ts';
import { Char } from './json/chars.ts';
import { DocumentScanner } from './json/document-scanner.ts';
import type { JsonMember, JsonNode } from './json/json-node.ts';
import { measureValue } from './json/measure.ts';
import { decodeText, keyEquals, stringEnd } from './json/strings.ts';
import type { NumberSource } from './list-filler.ts';
import type { KernelSource } from './number-kernel.ts';
import type { ExpectedFormat } from './number-list-scanner.ts';
import { Limits, Outcome } from './outcome.ts';
import { RowsReader } from './rows-reader.ts';
import { stepBytes } from './step-bytes.ts';
import { StringSink } from './string-sink.ts';
import { isReadable, TensorReader } from './tensor-reader.ts';

/** TensorFlow's limit. */
const maxRank = 254;

/** Memory of a string beside its bytes: its offset here and its cell in the engine. */
const stringBytes = 32;

/** Members looked at between two pauses. */
const membersPerStep = 64;

const keys = ['signature_name', 'instances', 'inputs'].map((key) => Buffer.from(key));

/** How a request gives its tensors, and how the reply is to give them (spec 5.5, 5.7). */
export type PredictFormat = 'row' | 'columnar';

/** A predict request that is valid JSON, its tensors still text. */
export interface PredictDocument {
  readonly json: Buffer;
  /** Where the document's object begins. */
  readonly start: number;
  /** As sent; empty if it was not. */
  readonly signatureName: string;
  readonly instances: JsonNode | null;
  readonly inputs: JsonNode | null;
  readonly numbers: NumberSource;
}

/** A look at the signature that a request seems to be for; null where it has none. Never throws. */
export type ExpectedSignature = (signatureName: string) => SignatureSpec | null;

/**
 * The first pass over a body (spec 5.4).
 *
 * @param maxDepth how deep lists and objects may nest
 * @param expectedSignature asked where knowing the types of the inputs already may save the second
 * pass: before the name of the signature is known, if that follows the inputs
 * @param kernelSource for this and the second pass
 * @throws StatusError INVALID_ARGUMENT
 */
export function* scanPredictRequest(
  body: Uint8Array,
  maxDepth: number,
  expectedSignature: ExpectedSignature,
  kernelSource: KernelSource,
): Steps<PredictDocument> {
  if (body.length === 0) throw invalidArgument('JSON Parse error: The document is empty');
  const json = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const expected = formatsOf(json, expectedSignature);
  const scanner = new DocumentScanner(json, keys, maxDepth, expected, kernelSource);
  while (!scanner.run(scanner.pos + stepBytes)) yield;
  if (!scanner.isObject) throw formatError(json, scanner.start, 'Is not object');
  const [name, instances, inputs] = scanner.found as [JsonNode | null, ...(JsonNode | null)[]];
  if (name !== null && json[name.start] !== Char.QUOTE) {
    throw formatError(
      json,
      scanner.start,
      "not formatted correctly. 'signature_name' key must be a string value.",
    );
  }
  return {
    json,
    start: scanner.start,
    signatureName: nameText(json, name),
    instances: instances ?? null,
    inputs: inputs ?? null,
    numbers: { kernelSource, lists: scanner.lists },
  };
}

/** The text of the member `signature_name`, a string. */
function nameText(json: Buffer, name: JsonNode | null): string {
  return name === null ? '' : decodeText(json, name.start + 1, stringEnd(json, name.start + 1));
}

/** The formats of the inputs of the signature that the request seems to be for. */
function formatsOf(json: Buffer, expectedSignature: ExpectedSignature): ExpectedFormat {
  let inputs: readonly { readonly key: Buffer; readonly format: ElementFormat | null }[] | null =
    null;
  return ([name], keyStart, keyEnd) => {
    if (name !== null && json[name!.start] !== Char.QUOTE) return null;
    if (inputs === null) {
      const specs = expectedSignature(nameText(json, name!))?.inputs ?? [];
      inputs = specs.map(({ alias, dtype }) => ({
        key: Buffer.from(alias),
        format: elementFormat(dtype),
      }));
    }
    const isNamed = keyStart >= 0;
    const input = inputs.find(({ key }) => !isNamed || keyEquals(json, keyStart, keyEnd, key));
    return input?.format ?? null;
  };
}

/** The signature that a request names; an empty name is the default one's. */
export function selectSignature(
  signatures: ReadonlyMap<string, SignatureSpec>,
  { signatureName }: Pick<PredictDocument, 'signatureName'>,
): SignatureSpec {
  const key = signatureName === '' ? defaultSignatureName : signatureName;
  const signature = signatures.get(key);
  if (signature === undefined) {
    throw invalidArgument(`Serving signature name: "${key}" not found in signature def`);
  }
  return signature;
}

/** Where tensors go, and who is told before they take more memory than their text; that may throw. */
export interface MeteredAllocator extends TensorAllocator {
  readonly reserve?: (bytes: number) => void;
}

/** The format of a request that {@link readInputs} accepts. */
export function predictFormat({ instances }: PredictDocument): PredictFormat {
  return instances === null ? 'columnar' : 'row';
}

/**
 * The second pass: the inputs of a signature as tensors of `allocator` (spec 5.5, 5.6). What the
 * document holds of them is gone then.
 *
 * @throws StatusError INVALID_ARGUMENT; UNIMPLEMENTED for types that JSON cannot express
 */
export function* readInputs(
  document: PredictDocument,
  { inputs: specs }: SignatureSpec,
  allocator: MeteredAllocator,
): Steps<BoundInputs> {
  const { json, start, instances, inputs, signatureName } = document;
  if (specs.length === 0) {
    const name = signatureName === '' ? 'DEFAULT' : signatureName;
    throw invalidArgument(`Failed to get input map for signature: ${name}`);
  }
  if (instances !== null) {
    if (inputs !== null) {
      throw formatError(
        json,
        start,
        "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist ",
      );
    }
    if (json[instances.start] !== Char.OPEN_LIST) {
      throw formatError(json, start, "Expecting 'instances' to be an list/array");
    }
    if (instances.first < 0) throw formatError(json, start, "No values in 'instances' array");
  }
  const node = instances ?? inputs;
  if (node === null) throw invalidArgument("Missing 'inputs' or 'instances' key");
  const readNode = instances === null ? readColumns : readRows;
  const feeds = yield* readNode(document, node, specs, allocator);
  document.numbers.lists?.clear();
  return { feeds, fetches: null };
}

function* readRows(
  document: PredictDocument,
  node: JsonNode,
  specs: readonly TensorSpec[],
  allocator: MeteredAllocator,
): Steps<Tensor[]> {
  const { json, numbers } = document;
  if (node.members !== null && !isBase64(json, node.members)) {
    return yield* readObjectRows(document, node, specs, allocator);
  }
  if (specs.length > 1) {
    throw invalidArgument(
      'instances is a plain list, but expecting list of objects as multiple input tensors ' +
        'required as per tensorinfo_map',
    );
  }
  const { dtype } = specs[0]!;
  const { shape } = node;
  const target = new Target(dtype, shape, node, allocator);
  const reader = new TensorReader(json, dtype, shape, target.destination, numbers);
  if (yield* readValue(reader, node.start)) return [target.tensor()];
  const { before, element } = reader.failure!;
  const index = before[0]!;
  const expected = index === 0 ? null : shape.slice(1);
  throw yield* explainElement(json, element, index, dtype, expected);
}

function* readObjectRows(
  { json, numbers }: PredictDocument,
  node: JsonNode,
  specs: readonly TensorSpec[],
  allocator: MeteredAllocator,
): Steps<Tensor[]> {
  const size = node.shape[0]!;
  const first = yield* findMembers(json, node.members!, specs);
  const missing = first.some((member) => member === null);
  if (missing) throw yield* explainRow(json, node.first, 0, specs, null);

  const shapes = first.map((member) => member!.shape);
  const room = { start: node.start, end: node.end, shares: specs.length };
  const targets = specs.map(
    ({ dtype }, i) => new Target(dtype, [size, ...shapes[i]!], room, allocator),
  );
  const readers = targets.map(
    ({ destination, dtype }, i) => new TensorReader(json, dtype, shapes[i]!, destination, numbers),
  );
  const aliases = specs.map(({ alias }) => Buffer.from(alias));
  const rows = new RowsReader(json, node.start, aliases, readers);
  const limits = new Limits(node.start, stepBytes);
  let outcome: Outcome = Outcome.MORE;
  while (outcome === Outcome.MORE) {
    const limit = limits.next(rows.pos);
    outcome = rows.run(limit);
    for (let skipped = 1; rows.repeated >= 0; skipped++) {
      if (skipped % membersPerStep === 0) yield;
      const { end } = yield* measureValue(json, rows.repeated);
      rows.skipTo(end);
      outcome = rows.run(Math.max(limit, end + 1));
    }
    if (outcome === Outcome.MORE) yield;
  }
  if (outcome === Outcome.DONE) return targets.map((target) => target.tensor());
  throw yield* explainRow(json, rows.rowStart, rows.row, specs, rows.row === 0 ? null : shapes);
}

function* readColumns(
  document: PredictDocument,
  node: JsonNode,
  specs: readonly TensorSpec[],
  allocator: MeteredAllocator,
): Steps<Tensor[]> {
  const { json } = document;
  const { members: all } = node;
  if (all === null || json[node.start] !== Char.OPEN_OBJECT || isBase64(json, all)) {
    if (specs.length > 1) {
      throw invalidArgument(
        'inputs is a plain value/list, but expecting an object as multiple input tensors ' +
          'required as per tensorinfo_map',
      );
    }
    return [yield* readTensor(document, node, specs[0]!.dtype, allocator)];
  }
  const members = yield* findMembers(json, all, specs);
  const tensors: Tensor[] = [];
  for (let i = 0; i < specs.length; i++) {
    const { alias, dtype } = specs[i]!;
    const member = members[i]!;
    if (member === null) throw invalidArgument(`Missing named input: ${alias} in 'inputs' object.`);
    tensors.push(yield* readTensor(document, member, dtype, allocator));
  }
  return tensors;
}

/** Whether the members are those of `{"b64": "…"}`. */
function isBase64(json: Buffer, members: readonly JsonMember[]): boolean {
  const [member] = members;
  if (member === undefined || members.length > 1) return false;
  const { keyStart, keyEnd, start } = member;
  return keyEquals(json, keyStart, keyEnd, base64Key) && json[start] === Char.QUOTE;
}

/** The first member with the name of each input. */
function* findMembers(
  json: Buffer,
  members: readonly JsonMember[],
  specs: readonly TensorSpec[],
): Steps<(JsonMember | null)[]> {
  const found: (JsonMember | null)[] = specs.map(() => null);
  const aliases = specs.map(({ alias }) => Buffer.from(alias));
  for (let i = 0; i < members.length; i++) {
    if (i % membersPerStep === membersPerStep - 1) yield;
    const member = members[i]!;
    const { keyStart, keyEnd } = member;
    const input = aliases.findIndex((alias) => keyEquals(json, keyStart, keyEnd, alias));
    if (input >= 0) found[input] ??= member;
  }
  return found;
}

function* readTensor(
  { json, numbers }: PredictDocument,
  value: JsonNode | JsonMember,
  dtype: DType,
  allocator: MeteredAllocator,
): Steps<Tensor> {
  const target = new Target(dtype, value.shape, value, allocator);
  const reader = new TensorReader(json, dtype, value.shape, target.destination, numbers);
  if (yield* readValue(reader, value.start)) return target.tensor();
  throw yield* explainValue(json, dtype, value.shape, reader.failure!);
}

/** @returns false when the reader has failed */
function* readValue(reader: TensorReader, start: number): Steps<boolean> {
  reader.begin(start, 0);
  const limits = new Limits(start, stepBytes);
  for (;;) {
    const outcome = reader.run(limits.next(reader.pos));
    if (outcome !== Outcome.MORE) return outcome === Outcome.DONE;
    yield;
  }
}

/** The piece of text that a tensor is read from; `shares` tensors together if more than one. */
interface Room {
  readonly start: number;
  readonly end: number;
  readonly shares?: number;
}

/** The memory of one tensor that is to be read. */
class Target {
  readonly dtype: DType;
  /** Null: what is to be read cannot be a tensor, reading only finds out why. */
  readonly destination: NumericTensor['data'] | StringSink | null;
  readonly #shape: Shape;
  readonly #tensor: NumericTensor | null = null;

  /** @throws StatusError INVALID_ARGUMENT for a rank that TensorFlow does not have */
  constructor(dtype: DType, shape: Shape, room: Room, allocator: MeteredAllocator) {
    this.dtype = dtype;
    this.#shape = shape;
    this.destination = null;
    if (shape.length > maxRank) {
      throw invalidArgument(`Tensors have at most ${maxRank} dimensions, got ${shape.length}`);
    }
    const count = elementCount(shape);
    const bytes = room.end - room.start;
    // An element and its delimiter take two bytes: fewer mean that lists are missing elements.
    if (count > bytes / 2 + 1 || (count > 0 && !isReadable(dtype))) return;
    const { shares = 1 } = room;
    const unit = dtype === DType.STRING ? stringBytes : dtypeInfo(dtype).size;
    const beyond = count * unit - bytes / shares;
    if (beyond > 0) allocator.reserve?.(beyond);
    if (dtype === DType.STRING) {
      this.destination = new StringSink(count, shares === 1 ? bytes : (2 * bytes) / shares);
      return;
    }
    const { array, name } = dtypeInfo(dtype);
    if (array === null) throw unimplemented(`Conversion of JSON Value: [] to type: ${name}`);
    this.#tensor = allocator.allocate(dtype, shape);
    this.destination = this.#tensor.data;
  }

  tensor(): Tensor {
    if (this.#tensor !== null) return this.#tensor;
    if (this.destination instanceof StringSink) return this.destination.tensor(this.#shape);
    throw internal('A value was accepted that cannot be a tensor');
  }
}
