import assert from 'node:assert/strict';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema, PredictResponseSchema } from '../../src/proto/index.ts';
import { tensorValues } from '../../test/support/tensor-values.ts';
import type { Question } from './interview.ts';

const json = 'application/json';
const grpc = 'application/grpc';
const predict = '/tensorflow.serving.PredictionService/Predict';

/** A REST predict and the JSON value of its answer. */
export function restPredict(model: string, body: string | Uint8Array, answer: unknown): Question {
  return {
    path: `/v1/models/${model}:predict`,
    contentType: json,
    body: Buffer.from(body),
    check: (bytes) => assert.deepEqual(JSON.parse(bytes.toString()), answer),
  };
}

/** The values of an output, in which integers are bigints; or what they must be like. */
export type Expected = readonly (number | bigint)[] | ((values: readonly unknown[]) => boolean);

/** A gRPC predict and what is expected of one output. */
export function grpcPredict(
  request: MessageInitShape<typeof PredictRequestSchema>,
  output: string,
  expected: Expected,
): Question {
  return {
    path: predict,
    contentType: grpc,
    body: toBinary(PredictRequestSchema, create(PredictRequestSchema, request)),
    check: (bytes) => {
      const tensor = fromBinary(PredictResponseSchema, bytes).outputs[output];
      const values = tensor === undefined ? [] : tensorValues(tensor);
      if (typeof expected === 'function') assert.ok(expected(values), `${output}: ${values}`);
      else assert.deepEqual(values, expected);
    },
  };
}

/** What a control gets: the same bytes, and it must answer these. */
export function forControl(question: Question, answer: Uint8Array): Question {
  return { ...question, check: (bytes) => assert.deepEqual(bytes, Buffer.from(answer)) };
}

/** What an echo gets. */
export function forEcho(question: Question): Question {
  return forControl(question, question.body);
}
