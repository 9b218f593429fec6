import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelSpecSchema, PredictRequestSchema } from '../proto/index.ts';
import { invalidArgument } from '../status/index.ts';
import { modelSpec } from './model-choice.ts';
import { predictEnvelope } from './predict-bodies.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Question, RequestSet } from './request-set.ts';

/**
 * A request that the user gives: the body of a REST Predict as it is; over gRPC a serialized
 * PredictRequest, for the model, version and signature of the question.
 *
 * @param name what it is called in errors
 * @throws StatusError INVALID_ARGUMENT what it is not
 */
export function givenRequest(question: Question, bytes: Buffer, name: string): RequestSet {
  const envelope = predictEnvelope(question.protocol, question.model);
  if (question.protocol === 'rest') {
    return givenSet(question, { ...envelope, body: bytes }, rowsOfJson(bytes, name));
  }
  const request = readPredictRequest(bytes, name);
  request.modelSpec = create(ModelSpecSchema, modelSpec(question.model));
  const [first] = Object.values(request.inputs);
  const body = toBinary(PredictRequestSchema, request);
  return givenSet(question, { ...envelope, body }, Number(first?.tensorShape?.dim[0]?.size ?? 1));
}

function givenSet({ model }: Question, request: PreparedRequest, rows: number): RequestSet {
  return {
    ...{ signatures: [model.signature], requests: [request] },
    ...{ rows, mostRows: rows, inputs: [] },
  };
}

function readPredictRequest(bytes: Buffer, name: string) {
  try {
    return fromBinary(PredictRequestSchema, bytes);
  } catch (error) {
    throw invalidArgument(`${name} is no serialized PredictRequest, as --grpc needs it`, {
      cause: error,
    });
  }
}

function rowsOfJson(bytes: Buffer, name: string): number {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString());
  } catch (error) {
    throw invalidArgument(`${name} is no JSON, as --rest needs it`, { cause: error });
  }
  const { instances, inputs } = (body ?? {}) as { instances?: unknown; inputs?: unknown };
  if (Array.isArray(instances)) return instances.length;
  if (Array.isArray(inputs)) return inputs.length;
  const [column] = Object.values((inputs ?? {}) as object) as unknown[];
  return Array.isArray(column) ? column.length : 1;
}
