import type { TensorSpec } from '../../engines/index.ts';
import { internal, invalidArgument, type StatusError, unimplemented } from '../../status/index.ts';
import { type DType, dtypeInfo, elementCount, type Shape, shapeText } from '../../tensor/index.ts';
import type { Steps } from '../../util/index.ts';
import { isBase64Object } from './base64-object.ts';
import { formatError } from './format-error.ts';
import { Char } from './json/chars.ts';
import { debugText, typeText } from './json/debug-text.ts';
import { listSizes, measureValue } from './json/measure.ts';
import { decodeText, keyEquals, stringEnd } from './json/strings.ts';
import { type Failure, Limits, Outcome } from './outcome.ts';
import { stepBytes } from './step-bytes.ts';
import { isReadable, TensorReader } from './tensor-reader.ts';

/** A key of the request is quoted up to this many bytes. */
const maxKeyBytes = 256;

/** Members looked at between two pauses. */
const membersPerStep = 64;

/**
 * The error for a value that does not make a tensor, in the words and the order of spec 5.5: a list
 * of the wrong size is reported before anything in it, so the lists that are open at the failure
 * are counted to their ends first.
 */
export function* explainValue(
  json: Buffer,
  dtype: DType,
  shape: Shape,
  failure: Failure,
): Steps<StatusError> {
  const { kind, pos, before } = failure;
  const sizes = yield* listSizes(json, pos, before);
  const level = before.length;
  const wrong = sizes.findIndex((size, i) => size !== shape[i]);
  if (wrong >= 0) return listSizeError(sizes[wrong]!, wrong, shape);
  switch (kind) {
    case 'list-too-short':
      return listSizeError(failure.size, level, shape);
    case 'list-too-deep':
      return invalidArgument(
        `Encountered list at unexpected level: ${level} expected < ${shape.length}`,
      );
    case 'value-too-high':
      return formatError(
        json,
        pos,
        `found at incorrect level: ${level + 1} in the JSON DOM. Expected at level: ${shape.length}`,
      );
    case 'base64-format':
      return formatError(json, pos, 'not formatted correctly for base64 data');
    case 'base64-text':
      return invalidArgument('Unable to base64 decode');
    case 'type':
      return typeError(json, pos, dtype);
    case 'list-too-long':
      return internal('A list was longer than itself');
  }
}

function listSizeError(size: number, level: number, shape: Shape): StatusError {
  return invalidArgument(
    `Encountered list at unexpected size: ${size} at level: ${level} ` +
      `expected size: ${shape[level]}`,
  );
}

function typeError(json: Buffer, pos: number, dtype: DType): StatusError {
  const { name } = dtypeInfo(dtype);
  const value = debugText(json, pos);
  if (!isReadable(dtype) && json[pos] !== Char.OPEN_OBJECT) {
    return unimplemented(`Conversion of JSON Value: ${value} to type: ${name}`);
  }
  return invalidArgument(
    `JSON Value: ${value} Type: ${typeText(json, pos)} is not of expected type: ${name}`,
  );
}

/** Whether an element of `instances` counts as an object of named values (spec 5.5). */
export function isObjectElement(json: Buffer, pos: number): boolean {
  return json[pos] === Char.OPEN_OBJECT && !isBase64Object(json, pos);
}

/**
 * The error of element `index` of a plain list of instances, which begins at `pos`.
 *
 * @param expected the shape of element 0; null for element 0 itself
 */
export function* explainElement(
  json: Buffer,
  pos: number,
  index: number,
  dtype: DType,
  expected: Shape | null,
): Steps<StatusError> {
  if (isObjectElement(json, pos)) {
    return invalidArgument(`Expecting value/list but got object at item ${index} of input list`);
  }
  const error = yield* instanceError(json, pos, dtype, expected);
  if (error === null) return unexplained(index);
  return invalidArgument(
    `Failed to process element: ${index} of 'instances' list. Error: ${error}`,
  );
}

/**
 * The error of element `index` of a list of objects, which begins at `pos`.
 *
 * @param expected the shapes of the inputs in element 0; null for element 0 itself
 */
export function* explainRow(
  json: Buffer,
  pos: number,
  index: number,
  inputs: readonly TensorSpec[],
  expected: readonly Shape[] | null,
): Steps<StatusError> {
  if (!isObjectElement(json, pos)) {
    return invalidArgument(`Expecting object but got list at item ${index} of input list`);
  }
  const aliases = inputs.map(({ alias }) => Buffer.from(alias));
  const seen = new Set<number>();
  const prefix = `Failed to process element: ${index}`;
  let p = pos + 1;
  for (let member = 1; ; member++) {
    if (member % membersPerStep === 0) yield;
    while (json[p]! <= Char.SPACE || json[p] === Char.COMMA) p++;
    if (json[p] === Char.CLOSE_OBJECT) break;
    const keyStart = p + 1;
    const keyEnd = stringEnd(json, keyStart);
    p = keyEnd + 1;
    while (json[p]! <= Char.SPACE || json[p] === Char.COLON) p++;
    const input = aliases.findIndex((alias) => keyEquals(json, keyStart, keyEnd, alias));
    const key = decodeText(json, keyStart, keyEnd, maxKeyBytes);
    const error =
      input < 0
        ? invalidArgument(`JSON object: does not have named input: ${key}`)
        : seen.has(input)
          ? null
          : yield* instanceError(json, p, inputs[input]!.dtype, expected?.[input] ?? null);
    if (error !== null) {
      return invalidArgument(`${prefix} key: ${key} of 'instances' list. Error: ${error}`);
    }
    seen.add(input);
    ({ end: p } = yield* measureValue(json, p));
  }
  if (seen.size === inputs.length) return unexplained(index);
  const names = inputs.map(({ alias }) => alias).join(',');
  return invalidArgument(
    `${prefix} of 'instances' list. JSON object: ${debugText(json, pos)} ` +
      `keys must be equal to: ${names}`,
  );
}

/** What is wrong with one value of a row: itself, or its shape against that of element 0. */
function* instanceError(
  json: Buffer,
  pos: number,
  dtype: DType,
  expected: Shape | null,
): Steps<StatusError | null> {
  const { shape } = yield* measureValue(json, pos);
  const reader = new TensorReader(json, dtype, shape, null, null);
  reader.begin(pos, 0);
  let outcome: Outcome = Outcome.MORE;
  const limits = new Limits(pos, stepBytes);
  while (outcome === Outcome.MORE) {
    yield;
    outcome = reader.run(limits.next(reader.pos));
  }
  if (outcome === Outcome.FAILED) return yield* explainValue(json, dtype, shape, reader.failure!);
  if (expected === null) return null;
  const size = elementCount(shape);
  const expectedSize = elementCount(expected);
  if (size !== expectedSize) {
    return invalidArgument(`Expecting tensor size: ${expectedSize} but got: ${size}`);
  }
  if (shape.length !== expected.length || shape.some((dim, i) => dim !== expected[i])) {
    return invalidArgument(`Expecting shape ${shapeText(expected)} but got: ${shapeText(shape)}`);
  }
  return null;
}

function unexplained(index: number): StatusError {
  return internal(`Element ${index} of 'instances' was refused for no reason that was found`);
}
