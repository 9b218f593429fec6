import assert from 'node:assert/strict';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { PredictRequestSchema, PredictResponseSchema } from '../../src/proto/index.ts';
import { tensorValues } from '../../test/support/tensor-values.ts';
import type { Question } from './contestant.ts';

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

/** A gRPC predict and the values of one output, in which integers are bigints. */
export function grpcPredict(
  request: MessageInitShape<typeof PredictRequestSchema>,
  output: string,
  values: readonly (number | bigint)[],
): Question {
  return {
    path: predict,
    contentType: grpc,
    body: toBinary(PredictRequestSchema, create(PredictRequestSchema, request)),
    check: (bytes) => {
      const tensor = fromBinary(PredictResponseSchema, bytes).outputs[output];
      assert.deepEqual(tensor && tensorValues(tensor), values);
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
