import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTextProto } from '../config/index.ts';
import { BatchingParametersSchema } from '../proto/index.ts';
import { type Batching, parametersFile } from './batching-settings.ts';
import { type Outcome, trialOf } from './trial.ts';
import { tuneResult } from './tune-result.ts';
import { tuneComment, tuneTable, tuneVerdict } from './tune-text.ts';

const outcome: Outcome = {
  concurrency: 32,
  requestsPerSecond: 1000,
  p99Ms: 8.25,
  rowsPerBatch: 6.04,
  isFit: true,
  failure: null,
};
const settings = {
  ...{ maxBatchSize: 16, batchTimeoutMicros: 1000, numBatchThreads: 2, allowedBatchSizes: [] },
};
const padded = { ...settings, allowedBatchSizes: [8, 16] };
const trial = (batching: Batching, given: Partial<Outcome> = {}) =>
  trialOf(batching, [{ ...outcome, ...given }], 'looking');
const missed = { requestsPerSecond: 99.94, p99Ms: Number.NaN, rowsPerBatch: null, isFit: false };

/** What to serve with, where no batching, `auto` and the best parameters do this. */
function verdict(off: Partial<Outcome>, auto: Partial<Outcome>, fixed: Partial<Outcome> = {}) {
  const result = tuneResult([trial('off', off), trial('auto', auto), trial(settings, fixed)], 100);
  return { recommended: result.recommended, text: tuneVerdict(result) };
}

describe('what tune tells', () => {
  it('has a row for each trial, with the best parameters marked', () => {
    const twice = trialOf('auto', [outcome, outcome], 'looking');
    const trials = [trial('off', missed), twice, trial(settings)];
    assert.deepEqual(tuneTable(tuneResult(trials, 100)).slice(1), [
      ['no batching', '', '', '32', '99.9', '-', '-', 'misses the target'],
      ['auto', '', '', '32', '1000', '8.25', '6.0', 'mean of 2'],
      ['16', '1000', '2', '32', '1000', '8.25', '6.0', '← best parameters'],
    ]);
  });

  it('has a column for sizes that batches were padded to', () => {
    const better = trial(padded, { requestsPerSecond: 2000 });
    const [, , row] = tuneTable(tuneResult([trial(settings), better], 100));
    assert.deepEqual(row!.slice(0, 4), ['16', '1000', '2', '8,16']);
    assert.equal(row!.at(-1), '← best parameters');
  });

  it('recommends the simplest of what does most', () => {
    const slow = { requestsPerSecond: 400 };
    assert.equal(verdict(slow, slow).recommended, 'parameters');
    assert.equal(verdict(slow, { requestsPerSecond: 980 }).recommended, 'auto');
    assert.equal(verdict(slow, { requestsPerSecond: 960 }).recommended, 'parameters');
    assert.equal(verdict(slow, { p99Ms: 20 }).recommended, 'parameters');
    assert.equal(verdict({ requestsPerSecond: 2000 }, {}).recommended, 'off');
    assert.equal(verdict({}, {}).recommended, 'off');
    assert.equal(verdict({ p99Ms: 20 }, {}).recommended, 'auto');
    assert.equal(verdict({ isFit: false }, { isFit: false }).recommended, 'parameters');
    assert.equal(verdict(missed, missed, missed).recommended, null);
    assert.equal(tuneResult([], 100).recommended, null);
  });

  it('says so, and how the others compare', () => {
    const { text } = verdict(missed, { requestsPerSecond: 980, p99Ms: 7 });
    assert.deepEqual(text, [
      'Serve it with --batching=auto: it does as well as the best parameters, or better, and needs none.',
      '  the best parameters: 1000 requests/s, p99 8.25 ms',
      '  --batching=auto: 980 requests/s, p99 7.00 ms (98 %)',
      '  no batching: 99.9 requests/s, p99 unknown, misses the target (10 %)',
      'Nothing was measured twice, so that small differences tell nothing: a longer --budget tells more.',
    ]);
    assert.match(verdict(missed, missed).text[0]!, /^Serve it with the best parameters\.$/);
    assert.match(verdict({}, {}).text[0]!, /^Serve this load without batching/);
    assert.match(verdict(missed, missed, missed).text[0]!, /^Nothing met the target/);
    assert.deepEqual(tuneVerdict(tuneResult([trial('off')], 100)), [
      'Nothing was measured with batching parameters.',
    ]);
  });

  it('says why requests failed', () => {
    const failed = trial('off', { isFit: false, failure: 'UNAVAILABLE: full' });
    const result = tuneResult([failed, trial(settings)], 100);
    assert.equal(tuneTable(result)[1]!.at(-1), 'requests failed');
    assert.equal(tuneVerdict(result).at(-1), 'Requests failed, most with: UNAVAILABLE: full');
  });

  it('says so where the measurements say little', () => {
    const last = (requestsPerSecond: number) => {
      const twice = trialOf('auto', [outcome, { ...outcome, requestsPerSecond }], 'comparing');
      return tuneVerdict(tuneResult([twice, trial(settings)], 100)).at(-1)!;
    };
    assert.match(last(1500), /^Measurements of the same differ by 40 %, .*: tune again /);
    assert.equal(last(1010), 'Throughputs that differ by less than 3 % are taken as the same.');
  });

  it('writes parameters that a server reads', () => {
    const trials = [trial('auto'), trial('off', missed), trial(padded)];
    const comment = tuneComment(tuneResult(trials, 100), 'a machine');
    const text = parametersFile(padded, 100, comment);
    const read = parseTextProto(BatchingParametersSchema, text);
    assert.equal(read.maxBatchSize, 16n);
    assert.equal(read.batchTimeoutMicros, 1000n);
    assert.equal(read.numBatchThreads, 2n);
    assert.equal(read.maxEnqueuedBatches, 100n);
    assert.deepEqual(read.allowedBatchSizes, [8n, 16n]);
    assert.deepEqual(text.split('\n').slice(0, 5), [
      '# Found by serval tune on a machine, at 32 requests under way.',
      '# the best parameters: 1000 requests/s, p99 8.25 ms',
      '# --batching=auto: 1000 requests/s, p99 8.25 ms (100 %)',
      '# no batching: 99.9 requests/s, p99 unknown, misses the target (10 %)',
      '# Serve it with --batching=auto: it does as well as the best parameters, or better, and needs none.',
    ]);
    const ofVersion = parseTextProto(
      BatchingParametersSchema,
      parametersFile(padded, 100, comment, 'version'),
    );
    assert.equal(ofVersion.numBatchThreads, undefined);
    assert.equal(ofVersion.maxBatchSize, 16n);
  });
});
