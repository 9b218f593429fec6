import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedJson } from './json-with-types.ts';
import { JsonNumber, JsonText, parseTypedJson } from './json-with-types.ts';
import { zoo } from './server.ts';

export type GoldenMethod = 'predict' | 'classify' | 'regress' | 'multi_inference';

const service = '/tensorflow.serving.PredictionService';

/** The path of each method over gRPC. */
export const grpcPaths: Readonly<Record<GoldenMethod, string>> = {
  predict: `${service}/Predict`,
  classify: `${service}/Classify`,
  regress: `${service}/Regress`,
  multi_inference: `${service}/MultiInference`,
};

/** How far a float may be off: abs(got − expected) ≤ atol + rtol × abs(expected). */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** One request and the answer that TensorFlow gives to it (test/zoo/README.md). */
export interface GoldenCase {
  readonly id: string;
  readonly method: GoldenMethod;
  readonly tolerance: Tolerance;
  /** Texts that the error must contain; empty where the answer is none. */
  readonly errorParts: readonly string[];
  readonly rest: {
    readonly path: string;
    readonly body: string;
    readonly status: number;
    readonly response: TypedJson;
    /** The whole body, where its order of keys is determined. */
    readonly text: string | null;
  } | null;
  readonly grpc: {
    readonly request: Buffer;
    /** The name of the status code. */
    readonly status: string;
    readonly response: Buffer;
  } | null;
}

/** A model of the zoo with its cases. */
export interface GoldenModel {
  readonly name: string;
  /** Absolute. */
  readonly basePath: string;
  readonly versions: readonly bigint[];
  /** Its cases must be sent one at a time, in their order, to a model that was just loaded. */
  readonly stateful: boolean;
  /** The answer to GetModelMetadata by version, as REST gives it. */
  readonly metadata: Readonly<Record<string, GoldenMetadata>>;
  readonly cases: readonly GoldenCase[];
}

export interface GoldenMetadata {
  readonly metadata: { readonly signature_def: { readonly signature_def: unknown } };
}

/** All golden models of a platform that have cases, sorted by name. */
export function goldenModels(platform: 'tensorflow' | 'tflite' | 'onnx'): readonly GoldenModel[] {
  const folder = path.join(zoo, 'golden');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readFileSync(path.join(folder, name)))
    .filter((bytes) => (JSON.parse(bytes.toString()) as RawModel).platform === platform)
    .map(readModel);
}

interface RawModel {
  readonly model: string;
  readonly platform: string;
  readonly base_path: string;
  readonly versions: readonly number[];
  readonly stateful: boolean;
  readonly expected_metadata?: Readonly<Record<string, GoldenMetadata>>;
  readonly cases: readonly RawCase[];
}

interface RawCase {
  readonly id: string;
  readonly method: GoldenMethod;
  readonly tolerance: Tolerance;
  readonly rest_path?: string;
  readonly rest_request?: unknown;
  readonly rest_request_text?: string;
  readonly rest_status?: number;
  readonly expected_rest_text?: string;
  readonly grpc_request?: string;
  readonly grpc_status?: string;
  readonly expected_grpc_response?: string;
  readonly expected_error?: { readonly contains: readonly string[] };
}

function readModel(bytes: Buffer): GoldenModel {
  const raw = JSON.parse(bytes.toString()) as RawModel;
  const typed = parseTypedJson(bytes) as unknown as { readonly cases: readonly TypedCase[] };
  return {
    name: raw.model,
    basePath: path.join(zoo, raw.base_path),
    versions: raw.versions.map(BigInt),
    stateful: raw.stateful,
    metadata: raw.expected_metadata ?? {},
    cases: raw.cases.map((one, index) => readCase(one, typed.cases[index]!)),
  };
}

/** A case with its numbers as they are written in the file. */
interface TypedCase {
  readonly expected_rest_response?: TypedJson;
  readonly rest_request?: TypedJson;
}

function readCase(raw: RawCase, typed: TypedCase): GoldenCase {
  return {
    id: raw.id,
    method: raw.method,
    tolerance: raw.tolerance,
    errorParts: raw.expected_error?.contains ?? [],
    rest:
      raw.rest_path === undefined
        ? null
        : {
            path: raw.rest_path,
            body: raw.rest_request_text ?? jsonText(typed.rest_request!),
            status: raw.rest_status!,
            response: untag(typed.expected_rest_response ?? null),
            text: raw.expected_rest_text ?? null,
          },
    grpc:
      raw.grpc_request === undefined
        ? null
        : {
            request: Buffer.from(raw.grpc_request, 'base64'),
            status: raw.grpc_status!,
            response: Buffer.from(raw.expected_grpc_response ?? '', 'base64'),
          },
  };
}

/** JSON text with numbers as they were written: `1.0` stays a float. */
function jsonText(value: TypedJson): string {
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof JsonText) return JSON.stringify(utf8(value));
  if (Array.isArray(value)) return `[${value.map(jsonText).join(', ')}]`;
  if (value === null || typeof value !== 'object') return String(value);
  const members = Object.entries(value).map(
    ([name, one]) => `${JSON.stringify(name)}: ${jsonText(one)}`,
  );
  return `{${members.join(', ')}}`;
}

/** Resolves the objects that stand for what strict JSON cannot hold. */
function untag(value: TypedJson): TypedJson {
  if (Array.isArray(value)) return value.map(untag);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof JsonNumber || value instanceof JsonText) return value;
  const entries = Object.entries(value as Readonly<Record<string, TypedJson>>);
  const [tag, inner] = entries.length === 1 ? entries[0]! : ['', null];
  if (inner instanceof JsonText) {
    if (tag === '$float' || tag === '$int') return new JsonNumber(inner.latin1);
    if (tag === '$bytes')
      return new JsonText(Buffer.from(inner.latin1, 'base64').toString('latin1'));
  }
  return Object.fromEntries(entries.map(([name, one]) => [name, untag(one)]));
}

export function utf8(text: JsonText): string {
  return Buffer.from(text.latin1, 'latin1').toString('utf8');
}
