import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchingOptions } from '../config/index.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../inference/testing/fake-model.ts';
import { Code, invalidArgument } from '../status/index.ts';
import { DType, type NumericTensor } from '../tensor/index.ts';
import { sizesToWarm } from './all-sizes-model.ts';
import { batchAlone } from './index.ts';

const options: BatchingOptions = {
  maxBatchSize: 16,
  batchTimeoutMs: 1000,
  maxEnqueuedBatches: 10,
  allowedBatchSizes: [2, 4, 16],
  padVariableLengthInputs: false,
  enableLargeBatchSplitting: false,
  maxExecutionBatchSize: 16,
};
const signature = signatureSpec({
  inputs: [tensorSpec('x', DType.INT32, [-1, 1])],
  outputs: [tensorSpec('y', DType.INT32, [-1, 1])],
});
const unlimited = { deadline: Number.POSITIVE_INFINITY, signal: null };

const rowsOf = (...data: number[]): NumericTensor => ({
  ...{ dtype: DType.INT32, shape: [data.length, 1], data: Int32Array.from(data) },
});

function setUp() {
  const inner = new FakeModel(signature);
  const fed: number[][] = [];
  inner.answer = ({ feeds }) => {
    fed.push([...((feeds[0] as NumericTensor).data as Int32Array)]);
    return feeds;
  };
  const counted: number[] = [];
  const observer = {
    dequeued() {},
    inputTaken() {},
    batchRun: (_: number, padded: number) => void counted.push(padded),
    adapted() {},
    queueFull() {},
  };
  return { inner, fed, counted, model: batchAlone(inner, options, observer, true) };
}

test('a run is made again in all other sizes, of its first rows and copies of one', async () => {
  const { inner, fed, counted, model } = setUp();
  const scope = model.openScope();
  const [output] = await model.run(scope, signature, [rowsOf(7, 8, 9)], null, unlimited);
  assert.deepEqual([...((output as NumericTensor).data as Int32Array)], [7, 8, 9]);
  scope.close();
  assert.deepEqual(fed, [
    [7, 8, 9, 7],
    [7, 8],
    [7, 8, 9, ...new Array(13).fill(7)],
  ]);
  assert.deepEqual(counted, [4, 2, 16]);
  assert.ok(inner.scopes.every(({ closes }) => closes === 1));
});

test('one that fails fails the run, and one without rows is made once', async () => {
  const { inner, fed, model } = setUp();
  await model.run(model.openScope(), signature, [rowsOf()], null, unlimited);
  assert.deepEqual(fed, [[]]);
  inner.answer = ({ feeds }) => {
    if (feeds[0]!.shape[0] === 16) throw invalidArgument('too many');
    return feeds;
  };
  await assert.rejects(
    async () => await model.run(model.openScope(), signature, [rowsOf(1)], null, unlimited),
    { code: Code.INVALID_ARGUMENT, message: 'too many' },
  );
});

test('sizes are those that are allowed, else where they are learned powers of two', () => {
  assert.deepEqual(sizesToWarm(options), [2, 4, 16]);
  const any = { ...options, allowedBatchSizes: [] };
  assert.deepEqual(sizesToWarm(any), []);
  const adaptive = { targetMs: 5 };
  assert.deepEqual(sizesToWarm({ ...any, adaptive }), [1, 2, 4, 8, 16]);
  assert.deepEqual(sizesToWarm({ ...options, adaptive }), [2, 4, 16]);
  const many = { ...any, adaptive, maxExecutionBatchSize: 1000 };
  assert.equal(sizesToWarm(many).at(-1), 64);
});
