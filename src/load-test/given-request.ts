import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelSpecSchema, PredictRequestSchema } from '../proto/index.ts';
import { invalidArgument } from '../status/index.ts';
import { type JsonBody, jsonInputs } from './json-inputs.ts';
import type { MadeInput } from './made-inputs.ts';
import { modelSpec } from './model-choice.ts';
import { predictEnvelope, predictRequest } from './predict-bodies.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Question, RequestSet } from './request-set.ts';
import type { Signature } from './signature.ts';

/** A file with a request: its bytes, and what it is called in errors. */
export interface GivenFile {
  readonly bytes: Buffer;
  readonly name: string;
}

/**
 * A request that the user gives: the body of a REST Predict, over REST as it is; over gRPC also a serialized
 * PredictRequest, for the model, version and signature of the question. A signature that a body names counts.
 *
 * @param signatureOf asks the server what a signature of the model takes; not called where the file says it
 * @throws StatusError INVALID_ARGUMENT what it is not
 */
export async function givenRequest(
  question: Question,
  file: GivenFile,
  signatureOf: (question: Question) => Promise<Signature>,
): Promise<RequestSet> {
  const body = jsonOf(file.bytes);
  if (body === null) {
    if (question.protocol === 'grpc') return ofMessage(question, file);
    throw invalidArgument(`${file.name} is no JSON object, as --rest needs it`);
  }
  const named = typeof body.signature_name === 'string' ? body.signature_name : null;
  const { protocol, model } = question;
  const asked = { protocol, model: { ...model, signature: named ?? model.signature } };
  if (protocol === 'rest') {
    const bytes = named === null ? withSignature(file.bytes, model.signature) : file.bytes;
    return givenSet(asked, { ...predictEnvelope('rest', model), body: bytes }, rowsOf(body));
  }
  const wrong = (what: string) => invalidArgument(`${file.name} ${what}`);
  const inputs: MadeInput[] = jsonInputs(body, (await signatureOf(asked)).inputs, wrong);
  return givenSet(asked, predictRequest('grpc', asked.model, inputs), rowsOf(body));
}

function ofMessage(question: Question, { bytes, name }: GivenFile): RequestSet {
  const request = readPredictRequest(bytes, name);
  request.modelSpec = create(ModelSpecSchema, modelSpec(question.model));
  const [first] = Object.values(request.inputs);
  const body = toBinary(PredictRequestSchema, request);
  const rows = Number(first?.tensorShape?.dim[0]?.size ?? 1);
  return givenSet(question, { ...predictEnvelope('grpc', question.model), body }, rows);
}

function givenSet({ model }: Question, request: PreparedRequest, rows: number): RequestSet {
  return {
    ...{ signatures: [model.signature], requests: [request] },
    ...{ rows, mostRows: rows, inputs: null },
  };
}

function readPredictRequest(bytes: Buffer, name: string) {
  try {
    return fromBinary(PredictRequestSchema, bytes);
  } catch (error) {
    throw invalidArgument(
      `${name} is neither a JSON object nor a serialized PredictRequest, as --grpc needs it`,
      { cause: error },
    );
  }
}

/** null: it is no JSON object. */
function jsonOf(bytes: Buffer): JsonBody | null {
  try {
    const body = JSON.parse(bytes.toString()) as unknown;
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : null;
  } catch {
    return null;
  }
}

/** A body that names no signature with one, unless it is the one that is meant by none. */
function withSignature(bytes: Buffer, signature: string): Buffer {
  if (signature === 'serving_default') return bytes;
  const rest = bytes.toString().trimStart().slice(1);
  const comma = rest.trimStart().startsWith('}') ? '' : ', ';
  return Buffer.from(`{"signature_name": ${JSON.stringify(signature)}${comma}${rest}`);
}

function rowsOf({ instances, inputs }: JsonBody): number {
  if (Array.isArray(instances)) return instances.length;
  if (Array.isArray(inputs)) return inputs.length;
  const [column] = Object.values((inputs ?? {}) as object) as unknown[];
  return Array.isArray(column) ? column.length : 1;
}
