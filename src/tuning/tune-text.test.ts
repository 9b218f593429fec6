import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTextProto } from '../config/index.ts';
import { BatchingParametersSchema } from '../proto/index.ts';
import { parametersFile } from './batching-settings.ts';
import type { Trial } from './trial.ts';
import { tuneComment, tuneTable, tuneVerdict } from './tune-text.ts';

const outcome = {
  concurrency: 32,
  requestsPerSecond: 1234.5,
  p99Ms: 8.25,
  rowsPerBatch: 6.04,
  isFit: true,
};
const settings = { maxBatchSize: 16, batchTimeoutMicros: 500, numBatchThreads: 2 };
const batched: Trial = { settings, outcome };
const unbatched: Trial = {
  settings: null,
  outcome: {
    ...outcome,
    requestsPerSecond: 99.94,
    p99Ms: Number.NaN,
    rowsPerBatch: null,
    isFit: false,
  },
};
const result = (trials: readonly Trial[], best: Trial | null) => ({
  trials,
  best,
  maxEnqueuedBatches: 100,
});

describe('what tune tells', () => {
  it('has a row for each trial, with the best marked', () => {
    assert.deepEqual(tuneTable(result([unbatched, batched], batched)).slice(1), [
      ['no batching', '', '', '32', '99.9', '-', '-', 'misses the target'],
      ['16', '500', '2', '32', '1235', '8.25', '6.0', '← best'],
    ]);
  });

  it('says when batching gains nothing, nothing meets the target, or nothing was measured', () => {
    assert.deepEqual(tuneVerdict(result([unbatched, batched], batched)), []);
    const good: Trial = { settings: null, outcome: { ...outcome, requestsPerSecond: 2000 } };
    assert.deepEqual(tuneVerdict(result([good, batched], batched)), [
      'Without batching this load is served as well or better (2000 requests/s).',
    ]);
    const late = { settings, outcome: { ...outcome, isFit: false } };
    assert.match(tuneVerdict(result([late], late)).join(), /^No settings met the target/);
    assert.match(tuneVerdict(result([unbatched], null)).join(), /^Nothing was measured/);
  });

  it('writes parameters that a server reads', () => {
    const text = parametersFile(settings, 100, tuneComment(batched, 'a machine'));
    const read = parseTextProto(BatchingParametersSchema, text);
    assert.equal(read.maxBatchSize, 16n);
    assert.equal(read.batchTimeoutMicros, 500n);
    assert.equal(read.numBatchThreads, 2n);
    assert.equal(read.maxEnqueuedBatches, 100n);
    assert.match(
      text,
      /^# Found by serval tune on a machine:\n# 1235 requests\/s, p99 8\.25 ms, at 32 /,
    );
  });
});
