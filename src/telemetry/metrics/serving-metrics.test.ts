import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code } from '../../status/index.ts';
import { MetricRegistry } from './metric-registry.ts';
import { otherModels, ServingMetrics } from './serving-metrics.ts';
import { servingSpecs } from './serving-specs.ts';
import { ThreadMetrics } from './thread-metrics.ts';

function setUp() {
  const registry = new MetricRegistry(Object.values(servingSpecs));
  const source = registry.open();
  const serving = new ServingMetrics(new ThreadMetrics((cell) => source.take(cell)));
  const lines = (pattern: RegExp) =>
    registry
      .page()
      .split('\n')
      .filter((line) => pattern.test(line));
  return { serving, lines };
}

test('every request is counted, the time of those that succeed', () => {
  const { serving, lines } = setUp();
  serving.requestDone('GRPC', 'Predict', 'm', Code.OK, 12.9);
  serving.requestDone('REST', 'predict', 'm', Code.OK, 5);
  serving.requestDone('REST', '', '', Code.INVALID_ARGUMENT, 5);
  assert.deepEqual(lines(/^:tensorflow:serving:request_count\{/), [
    ':tensorflow:serving:request_count{model_name="",status="INVALID_ARGUMENT"} 1',
    ':tensorflow:serving:request_count{model_name="m",status="OK"} 2',
  ]);
  assert.deepEqual(lines(/request_latency_(sum|count)/), [
    ':tensorflow:serving:request_latency_sum{model_name="m",API="Predict",entrypoint="GRPC"} 12',
    ':tensorflow:serving:request_latency_count{model_name="m",API="Predict",entrypoint="GRPC"} 1',
    ':tensorflow:serving:request_latency_sum{model_name="m",API="predict",entrypoint="REST"} 5',
    ':tensorflow:serving:request_latency_count{model_name="m",API="predict",entrypoint="REST"} 1',
  ]);
});

test('runs, and Examples of MultiInference only', () => {
  const { serving, lines } = setUp();
  serving.modelRan('Classify', 'm', 100);
  serving.examplesRun('classify', 'm', 9);
  serving.examplesRun('multi_inference', 'm', 3);
  assert.deepEqual(lines(/runtime_latency_sum/), [
    ':tensorflow:serving:runtime_latency_sum{model_name="m",API="Classify",runtime="TF1"} 100',
  ]);
  assert.deepEqual(lines(/example_count(s_sum|_total\{)/), [
    ':tensorflow:serving:request_example_count_total{model="m"} 3',
    ':tensorflow:serving:request_example_counts_sum{model="m"} 3',
  ]);
});

test('names that no model has make a bounded number of series', () => {
  const { serving, lines } = setUp();
  serving.requestDone('GRPC', 'Predict', 'x'.repeat(300), Code.NOT_FOUND, 1);
  for (let i = 0; i < 500; i++) {
    serving.requestDone('GRPC', 'Predict', `stranger-${i}`, Code.NOT_FOUND, 1);
  }
  serving.requestDone('GRPC', 'Predict', 'mine', Code.UNAVAILABLE, 1);
  serving.know('mine');
  serving.requestDone('GRPC', 'Predict', 'mine', Code.OK, 1);
  const counts = lines(/request_count\{/);
  assert.equal(counts.length, 103);
  assert.ok(
    counts.includes(
      `:tensorflow:serving:request_count{model_name="${otherModels}",status="NOT_FOUND"} 401`,
    ),
  );
  assert.ok(counts.includes(':tensorflow:serving:request_count{model_name="mine",status="OK"} 1'));
});
