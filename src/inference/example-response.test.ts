import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  ClassificationResponseSchema,
  InferenceResultSchema,
  MultiInferenceResponseSchema,
  RegressionResponseSchema,
} from '../proto/index.ts';
import { DType, type StringTensor } from '../tensor/index.ts';
import { randomFrom } from '../util/testing/random.ts';
import { runToEnd } from '../util/testing/run-to-end.ts';
import { encodeExampleResponse, encodeMultiInferenceResponse } from './example-response.ts';
import type { ClassificationResult, RegressionResult } from './example-result.ts';

const random = randomFrom(7);
const room = 5;

/** Some of them zero, since protobuf leaves these out. */
const floats = (count: number) =>
  Float32Array.from({ length: count }, () => (random() < 0.3 ? 0 : random() * 100 - 50));

function labelsOf(count: number): StringTensor {
  const labels = Array.from({ length: count }, () => 'x'.repeat(Math.floor(random() ** 4 * 300)));
  let end = 0;
  const ends = labels.map(({ length }) => (end += length));
  const bytes = Buffer.from(labels.join(''));
  return { dtype: DType.STRING, shape: [count], bytes, offsets: Float64Array.of(0, ...ends) };
}

const label = ({ bytes, offsets }: StringTensor, index: number) =>
  Buffer.from(bytes.subarray(offsets[index], offsets[index + 1])).toString();

function classification(
  examples: number,
  classes: number,
  has: 'both' | 'labels' | 'scores',
): ClassificationResult {
  const count = examples * classes;
  return {
    method: 'classify',
    examples,
    classes,
    labels: has === 'scores' ? null : labelsOf(count),
    scores: has === 'labels' ? null : floats(count),
  };
}

const regression = (count: number): RegressionResult => ({
  method: 'regress',
  values: floats(count),
});

/** What the protobuf library makes a message of. */
function classificationInit({ examples, classes, labels, scores }: ClassificationResult) {
  return {
    classifications: Array.from({ length: examples }, (_, example) => ({
      classes: Array.from({ length: classes }, (_, at) => {
        const index = example * classes + at;
        return {
          label: labels === null ? '' : label(labels, index),
          score: scores === null ? 0 : scores[index]!,
        };
      }),
    })),
  };
}

const regressionInit = ({ values }: RegressionResult) => ({
  regressions: Array.from(values, (value) => ({ value })),
});

const served = (signatureName: string, version = 300n) => ({ name: 'm', signatureName, version });
const specInit = ({ name, signatureName, version }: ReturnType<typeof served>) => ({
  name,
  signatureName,
  versionChoice: { case: 'version' as const, value: { value: version } },
});

const classifications = [
  classification(0, 0, 'both'),
  classification(3, 0, 'labels'),
  classification(1, 1, 'scores'),
  classification(5, 3, 'both'),
  classification(200, 40, 'both'),
  classification(20, 7, 'labels'),
  classification(2, 2000, 'scores'),
];
const regressions = [0, 1, 9, 5000].map(regression);

test('responses are the bytes that the protobuf library writes', () => {
  for (const result of classifications) {
    const expected = create(ClassificationResponseSchema, {
      result: classificationInit(result),
      modelSpec: specInit(served('größe')),
    });
    const bytes = runToEnd(encodeExampleResponse(served('größe'), result, room));
    assert.deepEqual(
      Buffer.from(bytes.subarray(room)),
      Buffer.from(toBinary(ClassificationResponseSchema, expected)),
    );
  }
  for (const result of regressions) {
    const expected = create(RegressionResponseSchema, {
      result: regressionInit(result),
      modelSpec: specInit(served('s', 0n)),
    });
    const bytes = runToEnd(encodeExampleResponse(served('s', 0n), result, 0));
    assert.deepEqual(Buffer.from(bytes), Buffer.from(toBinary(RegressionResponseSchema, expected)));
  }
});

test('all results of a MultiInference are in one message', () => {
  const results = [classifications[4]!, regressions[3]!, classifications[3]!, regressions[0]!];
  const answers = results.map((result, i) => ({ served: served(`s${i}`), result }));
  const expected = create(MultiInferenceResponseSchema, {
    results: answers.map(({ served, result }) => {
      const modelSpec = specInit(served);
      return result.method === 'classify'
        ? create(InferenceResultSchema, {
            modelSpec,
            result: { case: 'classificationResult', value: classificationInit(result) },
          })
        : create(InferenceResultSchema, {
            modelSpec,
            result: { case: 'regressionResult', value: regressionInit(result) },
          });
    }),
  });
  const bytes = runToEnd(encodeMultiInferenceResponse(answers, room));
  assert.deepEqual(
    Buffer.from(bytes.subarray(room)),
    Buffer.from(toBinary(MultiInferenceResponseSchema, expected)),
  );
});

test('labels that are no UTF-8 are sent as they are, and odd numbers too', () => {
  const bytes = Uint8Array.of(0xff, 0xfe);
  const result: ClassificationResult = {
    method: 'classify',
    examples: 1,
    classes: 1,
    labels: { dtype: DType.STRING, shape: [1, 1], bytes, offsets: Float64Array.of(0, 2) },
    scores: Float32Array.of(-0),
  };
  const message = Buffer.from(runToEnd(encodeExampleResponse(served('s'), result, 0)));
  assert.ok(message.includes(Buffer.from('0a02fffe1500000080', 'hex')));
});

test('large results are written in many steps', () => {
  const steps = (result: ClassificationResult | RegressionResult) => {
    const encoding = encodeExampleResponse(served('s'), result, 0);
    let count = 0;
    while (encoding.next().done !== true) count++;
    return count;
  };
  assert.ok(steps(classification(1000, 20, 'both')) >= 20);
  assert.ok(steps(regression(20_000)) >= 10);
  assert.equal(steps(regression(10)), 0);
});
