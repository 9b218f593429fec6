import { exampleOverhead } from '../../inference/index.ts';
import { invalidArgument } from '../../status/index.ts';
import { DType, type StringTensor } from '../../tensor/index.ts';
import type { Steps } from '../../util/index.ts';
import { ExampleWriter } from './example-writer.ts';
import { formatError } from './format-error.ts';
import { Char, skipSpace } from './json/chars.ts';
import { typeText } from './json/debug-text.ts';
import { DocumentScanner } from './json/document-scanner.ts';
import type { JsonNode } from './json/json-node.ts';
import { decodeText, stringEnd } from './json/strings.ts';
import type { KernelSource } from './number-kernel.ts';
import { stepBytes } from './step-bytes.ts';

const keys = ['signature_name', 'context', 'examples'].map((key) => Buffer.from(key));

/** A request of classify or regress, whose examples are serialized already. */
export interface ExamplesDocument {
  /** As sent; empty if it was not. */
  readonly signatureName: string;
  /** A vector of serialized Examples, at least one, in memory of its own. */
  readonly examples: StringTensor;
}

/** How {@link readExamplesRequest} reads. */
export interface ExamplesOptions {
  /** How deep lists and objects may nest. */
  readonly maxDepth: number;
  readonly kernelSource: KernelSource;
  /** Told of memory beyond the size of the body before it is taken; may throw. */
  readonly reserve: (bytes: number) => void;
}

/**
 * Reads a body of classify or regress (spec 5.8): in the order of the original, its syntax, the
 * name of the signature, the context and every example are checked before a model is looked up.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function* readExamplesRequest(
  body: Uint8Array,
  { maxDepth, kernelSource, reserve }: ExamplesOptions,
): Steps<ExamplesDocument> {
  if (body.length === 0) throw invalidArgument('JSON Parse error: The document is empty');
  const json = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const scanner = new DocumentScanner(json, keys, maxDepth, () => null, kernelSource, false);
  while (!scanner.run(scanner.pos + stepBytes)) yield;
  const { start } = scanner;
  if (!scanner.isObject) throw formatError(json, start, 'Is not object');
  const [name, context, list] = scanner.found as [
    JsonNode | null,
    JsonNode | null,
    JsonNode | null,
  ];
  if (name !== null && json[name.start] !== Char.QUOTE) {
    throw formatError(
      json,
      start,
      "not formatted correctly. 'signature_name' key must be a string value.",
    );
  }
  const signatureName =
    name === null ? '' : decodeText(json, name.start + 1, stringEnd(json, name.start + 1));
  const writer = new ExampleWriter(json, json.length, reserve);
  if (context !== null) {
    checkIsObject(json, context.start);
    yield* writer.add(context.start);
    writer.keepAsContext();
  }
  if (list === null) {
    throw formatError(
      json,
      start,
      "When method is classify, key 'examples' is expected and was not found",
    );
  }
  if (json[list.start] !== Char.OPEN_LIST) {
    throw formatError(json, start, "Expecting 'examples' value to be an list/array");
  }
  if (list.first < 0) throw formatError(json, start, "'examples' value is an empty array");
  const examples = yield* writeExamples(json, list, writer, reserve);
  return { signatureName, examples };
}

function* writeExamples(
  json: Buffer,
  list: JsonNode,
  writer: ExampleWriter,
  reserve: (bytes: number) => void,
): Steps<StringTensor> {
  const count = list.shape[0]!;
  reserve(count * exampleOverhead);
  const offsets = new Float64Array(count + 1);
  let pause = stepBytes;
  let p = list.first;
  for (let i = 0; i < count; i++) {
    checkIsObject(json, p);
    p = yield* writer.add(p);
    offsets[i + 1] = writer.length;
    // Behind the comma that follows, or the bracket.
    p = skipSpace(json, skipSpace(json, p, json.length) + 1, json.length);
    if (p + writer.length < pause) continue;
    pause = p + writer.length + stepBytes;
    yield;
  }
  return { dtype: DType.STRING, shape: [count], bytes: writer.finish(), offsets };
}

function checkIsObject(json: Buffer, p: number): void {
  if (json[p] === Char.OPEN_OBJECT) return;
  throw invalidArgument(`Example must be JSON object but got JSON ${typeText(json, p)}`);
}
