import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchFill, readBatchCounters } from './batch-counters.ts';

const page = (batches: number, processed: number, padding: readonly number[]) => `# TYPE x counter
:tensorflow:serving:request_count{model_name="a"} 5
:tensorflow:serving:batching_session:wrapped_run_count ${batches}
:tensorflow:serving:batching_session:processed_batch_size_bucket{le="1"} 3
:tensorflow:serving:batching_session:processed_batch_size_sum ${processed}
:tensorflow:serving:batching_session:processed_batch_size_count ${batches}
${padding.map((sum, i) => `:tensorflow:serving:batching_session:padding_size_sum{execution_batch_size="${2 ** i}"} ${sum}\n`).join('')}`;

test('batches of some time are those between two looks', () => {
  const before = readBatchCounters(page(10, 100, [3]));
  const after = readBatchCounters(page(30, 260, [3, 40]));
  assert.deepEqual(after, { batches: 30, processedRows: 260, paddingRows: 43 });
  assert.deepEqual(batchFill(before, after), { batches: 20, meanRows: 6, paddingShare: 0.25 });
});

test('a server that says nothing of batches, or ran none, has no fill', () => {
  assert.equal(readBatchCounters(':tensorflow:serving:request_count 5\n'), null);
  const some = readBatchCounters(page(10, 100, []));
  assert.equal(batchFill(null, some), null);
  assert.equal(batchFill(some, null), null);
  assert.equal(batchFill(some, some), null);
});
