import { fromBinary } from '@bufbuild/protobuf';
import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import type {
  ClassificationResult,
  ModelSpec,
  PredictResponse,
  RegressionResult,
  TensorProto,
} from '../../src/proto/index.ts';
import {
  ClassificationResponseSchema,
  MultiInferenceResponseSchema,
  PredictResponseSchema,
  RegressionResponseSchema,
} from '../../src/proto/index.ts';
import type { GoldenCase, Tolerance } from './golden.ts';
import type { TypedJson } from './json-with-types.ts';
import { JsonNumber, JsonText, parseTypedJson } from './json-with-types.ts';
import type { RestAnswer } from './rest-client.ts';
import { tensorValues } from './tensor-values.ts';

/** What differs between an answer over REST and the recorded one; null when nothing does. */
export function restDifference(golden: GoldenCase, answer: RestAnswer): string | null {
  const { status, response, text } = golden.rest!;
  const body = answer.body.toString();
  if (answer.status !== status) {
    return `expected status ${status}, got ${answer.status}: ${body.slice(0, 300)}`;
  }
  const got = parseTypedJson(answer.body);
  if (status !== 200) {
    const { error } = JSON.parse(body) as { readonly error?: string };
    return error === undefined ? `no error in ${body}` : errorDifference(golden, error);
  }
  const difference = jsonDifference(response, got, golden.tolerance, '$');
  if (difference !== null) return difference;
  // Where every value is the very same, so must be the text, but for white space.
  const isSame = jsonDifference(response, got, { rtol: 0, atol: 0 }, '$') === null;
  if (text !== null && isSame && compact(text) !== compact(body)) {
    return `the text differs: expected ${JSON.stringify(text)}, got ${JSON.stringify(body)}`;
  }
  return null;
}

/** The same over gRPC: `answer` is the serialized response or what the call threw. */
export function grpcDifference(golden: GoldenCase, answer: Buffer | ServiceError): string | null {
  const { status, response } = golden.grpc!;
  if (!Buffer.isBuffer(answer)) {
    const name = GrpcStatus[answer.code];
    if (name !== status) return `expected ${status}, got ${name}: ${answer.details}`;
    return errorDifference(golden, answer.details);
  }
  if (status !== 'OK') return `expected ${status}, got an answer`;
  const { method, tolerance } = golden;
  if (method === 'predict') {
    return responseDifference(
      fromBinary(PredictResponseSchema, response),
      fromBinary(PredictResponseSchema, answer),
      tolerance,
    );
  }
  const expected = taskResults(method, response);
  const got = taskResults(method, answer);
  if (got.length !== expected.length) {
    return `expected ${expected.length} results, got ${got.length}`;
  }
  return firstDifference(expected.entries(), (index, one: TaskResult) =>
    resultDifference(one, got[index]!, tolerance, `[${index}]`),
  );
}

/** What the three methods that read Examples answer with, in one form. */
interface TaskResult {
  readonly modelSpec?: ModelSpec | undefined;
  /** Texts and numbers, in the order of the message. */
  readonly values: TypedJson;
}

function taskResults(
  method: 'classify' | 'regress' | 'multi_inference',
  bytes: Buffer,
): readonly TaskResult[] {
  if (method === 'multi_inference') {
    return fromBinary(MultiInferenceResponseSchema, bytes).results.map(({ modelSpec, result }) => ({
      modelSpec,
      values:
        result.case === 'classificationResult'
          ? classificationValues(result.value)
          : regressionValues(result.value),
    }));
  }
  if (method === 'classify') {
    const { modelSpec, result } = fromBinary(ClassificationResponseSchema, bytes);
    return [{ modelSpec, values: classificationValues(result) }];
  }
  const { modelSpec, result } = fromBinary(RegressionResponseSchema, bytes);
  return [{ modelSpec, values: regressionValues(result) }];
}

function classificationValues(result: ClassificationResult | undefined): TypedJson {
  const rows = result?.classifications.map(({ classes }) =>
    classes.map(({ label, score }) => [new JsonText(label), numberOf(score)]),
  );
  return rows ?? null;
}

function regressionValues(result: RegressionResult | undefined): TypedJson {
  return result?.regressions.map(({ value }) => numberOf(value)) ?? null;
}

/** As a float, whatever its value. */
function numberOf(value: number): JsonNumber {
  return new JsonNumber(Number.isInteger(value) ? `${value}.0` : String(value));
}

function resultDifference(
  expected: TaskResult,
  got: TaskResult,
  tolerance: Tolerance,
  where: string,
): string | null {
  const wanted = specText(expected);
  if (specText(got) !== wanted) return `${where}: expected ${wanted}, got ${specText(got)}`;
  return jsonDifference(expected.values, got.values, tolerance, where);
}

/** JSON text without the white space between its tokens. */
function compact(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '');
}

/** What a recorded error has that `message` lacks. */
export function errorDifference(golden: GoldenCase, message: string): string | null {
  const missing = golden.errorParts.find((part) => !message.includes(part));
  if (missing === undefined) return null;
  return `the error lacks ${JSON.stringify(missing)}: ${JSON.stringify(message)}`;
}

/** What differs between a PredictResponse and the recorded one. */
export function responseDifference(
  expected: PredictResponse,
  got: PredictResponse,
  tolerance: Tolerance,
): string | null {
  const wanted = specText(expected);
  if (specText(got) !== wanted) return `expected ${wanted}, got ${specText(got)}`;
  const aliases = Object.keys(expected.outputs).sort().join();
  const gotAliases = Object.keys(got.outputs).sort().join();
  if (gotAliases !== aliases) return `expected the outputs ${aliases}, got ${gotAliases}`;
  for (const [alias, tensor] of Object.entries(expected.outputs)) {
    const difference = tensorDifference(tensor, got.outputs[alias]!, tolerance);
    if (difference !== null) return `${alias}: ${difference}`;
  }
  return null;
}

function specText({ modelSpec }: { readonly modelSpec?: ModelSpec | undefined }): string {
  const { versionChoice } = modelSpec ?? {};
  const version = versionChoice?.case === 'version' ? versionChoice.value : 'none';
  return `${modelSpec?.name} version ${version} signature ${modelSpec?.signatureName}`;
}

function tensorDifference(
  expected: TensorProto,
  got: TensorProto,
  tolerance: Tolerance,
): string | null {
  const kind = (tensor: TensorProto) =>
    `dtype ${tensor.dtype} shape [${tensor.tensorShape?.dim.map((dim) => dim.size)}]`;
  if (kind(expected) !== kind(got)) return `expected ${kind(expected)}, got ${kind(got)}`;
  const wanted = tensorValues(expected);
  const values = tensorValues(got);
  if (wanted.length !== values.length) {
    return `expected ${wanted.length} values, got ${values.length}`;
  }
  for (const [index, value] of wanted.entries()) {
    const other = values[index];
    const isSame =
      typeof value === 'number' && typeof other === 'number'
        ? isClose(value, other, tolerance)
        : value === other;
    if (!isSame) return `[${index}]: expected ${String(value)}, got ${String(other)}`;
  }
  return null;
}

function jsonDifference(
  expected: TypedJson,
  got: TypedJson,
  tolerance: Tolerance,
  where: string,
): string | null {
  const differs = () => `${where}: expected ${show(expected)}, got ${show(got)}`;
  if (expected instanceof JsonNumber) {
    if (!(got instanceof JsonNumber) || got.isInteger !== expected.isInteger) return differs();
    const isSame = expected.isInteger
      ? expected.text === got.text
      : isClose(expected.value, got.value, tolerance);
    return isSame ? null : differs();
  }
  if (expected instanceof JsonText) {
    return got instanceof JsonText && got.latin1 === expected.latin1 ? null : differs();
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return differs();
    return firstDifference(expected.entries(), (index, one: TypedJson) =>
      jsonDifference(one, got[index] as TypedJson, tolerance, `${where}[${index}]`),
    );
  }
  if (expected === null || typeof expected !== 'object') return expected === got ? null : differs();
  if (got === null || typeof got !== 'object' || names(got) !== names(expected)) return differs();
  return firstDifference(Object.entries(expected), (name, one) =>
    jsonDifference(
      one,
      (got as Readonly<Record<string, TypedJson>>)[name]!,
      tolerance,
      `${where}.${name}`,
    ),
  );
}

function firstDifference<Key, Value>(
  entries: Iterable<[Key, Value]>,
  compare: (key: Key, value: Value) => string | null,
): string | null {
  for (const [key, value] of entries) {
    const difference = compare(key, value);
    if (difference !== null) return difference;
  }
  return null;
}

function isClose(expected: number, got: number, { rtol, atol }: Tolerance): boolean {
  if (Object.is(expected, got) || expected === got) return true;
  if (!Number.isFinite(expected) || !Number.isFinite(got)) return false;
  return Math.abs(got - expected) <= atol + rtol * Math.abs(expected);
}

const names = (value: object) => Object.keys(value).sort().join();

const show = (value: TypedJson) => JSON.stringify(value)?.slice(0, 200);
