import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Batching, type BatchingSettings, batchingKey, isFixed } from './batching-settings.ts';
import { type SearchOptions, search } from './search.ts';
import { bestFixed, bestTrial, noiseOf, type Outcome, type Trial, trialOf } from './trial.ts';

const fit: Outcome = {
  concurrency: 8,
  requestsPerSecond: 100,
  p99Ms: 10,
  rowsPerBatch: 4,
  isFit: true,
  failure: null,
};

const settings = (
  maxBatchSize: number,
  batchTimeoutMicros: number,
  numBatchThreads: number,
  ...allowedBatchSizes: number[]
): BatchingSettings => ({ maxBatchSize, batchTimeoutMicros, numBatchThreads, allowedBatchSizes });

const peak = settings(256, 1000, 4);

/** A server whose throughput has one peak; each measurement takes a second. */
function scene(budgetMs: number, { gainOfPadding = 0 } = {}) {
  let now = 5000;
  const measured: string[] = [];
  const finals: (string | number)[] = [];
  const distance = (a: number, b: number) => Math.abs(Math.log2((a + 500) / (b + 500)));
  const throughput = (at: BatchingSettings) =>
    (1000 -
      100 * Math.abs(Math.log2(at.maxBatchSize / peak.maxBatchSize)) -
      100 * Math.abs(Math.log2(at.numBatchThreads / peak.numBatchThreads)) -
      100 * distance(at.batchTimeoutMicros, peak.batchTimeoutMicros)) *
    (at.allowedBatchSizes.length === 1 ? 1 + gainOfPadding : 1);
  const measure = async (batching: Batching, final: number | null): Promise<Outcome> => {
    now += 1000;
    const key = batchingKey(batching);
    if (final === null) measured.push(key);
    else finals.push(key, final);
    return { ...fit, requestsPerSecond: isFixed(batching) ? throughput(batching) : 50 };
  };
  const options: SearchOptions = {
    ...{ rows: 1, mostRows: 512, cpus: 8, budgetMs, clock: { now: () => now }, measure },
  };
  return { options, measured, finals, elapsed: () => now - 5000 };
}

describe('search', () => {
  it('finds a peak that is not on the grid, step by step', async () => {
    const { options, measured } = scene(1e9);
    const { trials, failure } = await search(options);
    assert.equal(failure, null);
    assert.deepEqual(measured.slice(0, 3), ['off', 'auto', '32/0/8']);
    assert.equal(new Set(measured).size, trials.length);
    assert.equal(measured.length, trials.length);
    assert.equal(batchingKey(bestFixed(trials, noiseOf(trials))!.batching), '256/1000/4');
  });

  it('compares the best three with auto and no batching, there and back, at their loads', async () => {
    const { options, finals } = scene(1e9);
    const { trials } = await search(options);
    const keys = finals.filter((_, i) => i % 2 === 0);
    assert.equal(keys.length, 15);
    assert.deepEqual(keys.slice(3, 5), ['off', 'auto']);
    assert.equal(keys[0], '256/1000/4');
    assert.deepEqual(keys.slice(5, 10), keys.slice(0, 5).toReversed());
    assert.deepEqual(keys.slice(10), keys.slice(0, 5));
    assert.deepEqual(new Set(finals.filter((_, i) => i % 2 === 1)), new Set([8]));
    for (const { batching, measured, stage } of trials) {
      const isFinal = keys.includes(batchingKey(batching));
      assert.equal(stage, isFinal ? 'comparing' : 'looking');
      assert.equal(measured.length, isFinal ? 3 : 1);
    }
  });

  it('counts what was compared only, of what was', async () => {
    const { options } = scene(1e9);
    const { trials } = await search({
      ...options,
      measure: async (batching, final) => ({
        ...(await options.measure(batching, final)),
        ...(final !== null && { requestsPerSecond: 10 }),
      }),
    });
    const best = bestFixed(trials, 0.03)!;
    assert.deepEqual([best.outcome.requestsPerSecond, best.stage], [10, 'comparing']);
  });

  it('pads batches where that brings more than measurements differ by', async () => {
    for (const [gainOfPadding, key] of [
      [0.02, '256/1000/4'],
      [0.1, '256/1000/4/256'],
    ] as const) {
      const { options, measured } = scene(1e9, { gainOfPadding });
      const { trials } = await search(options);
      assert.ok(measured.includes('256/1000/4/1,2,4,8,16,32,64,128,256'));
      assert.equal(batchingKey(bestFixed(trials, noiseOf(trials))!.batching), key);
    }
  });

  it('leaves a part of its budget to the comparison, and that whole rounds only', async () => {
    const { options, measured, finals, elapsed } = scene(24_500);
    await search(options);
    assert.equal(measured.length, 14);
    assert.equal(finals.length / 2, 10);
    assert.equal(elapsed(), 24_000);
  });

  it('compares fewer where time is short', async () => {
    const { options, measured, finals } = scene(10_000);
    await search(options);
    assert.equal(measured.length, 6);
    const keys = finals.filter((_, i) => i % 2 === 0);
    assert.deepEqual(keys, [...keys.slice(0, 2), 'off', 'auto']);
  });

  it('measures three however short its budget is', async () => {
    const { options, measured, finals } = scene(0);
    await search(options);
    assert.deepEqual([measured, finals], [['off', 'auto', '32/0/8'], []]);
  });

  it('keeps what it found when it is ended, or a measurement fails', async () => {
    const { options } = scene(1e9);
    const stop = new AbortController();
    const failure = new Error('cut off');
    let count = 0;
    const measure = async (batching: Batching): Promise<Outcome> => {
      if (++count < 4) return await options.measure(batching, null);
      if (count === 4) stop.abort();
      throw failure;
    };
    const ended = await search({ ...options, measure, signal: stop.signal });
    assert.deepEqual([ended.trials.length, ended.failure], [3, null]);
    count = 0;
    const failed = await search({ ...options, measure });
    assert.deepEqual([failed.trials.length, failed.failure], [3, failure]);
  });

  it('tries no batch that holds no request or never fills, and no part of a millisecond', async () => {
    const { options, measured } = scene(1e9);
    await search({ ...options, rows: 20, mostRows: 40 });
    for (const key of measured.slice(2)) {
      const [size, timeout, , allowed = '40'] = key.split('/');
      assert.ok(Number(size) >= 20 && Number(size) <= 40, key);
      assert.equal(Number(timeout) % 1000, 0, key);
      for (const one of allowed.split(',')) assert.ok(Number(one) >= 20, key);
    }
  });

  it('tells of each measurement as it comes', async () => {
    const { options, measured, finals } = scene(20_000);
    const told: string[] = [];
    const onOutcome = (batching: Batching, outcome: Outcome, stage: string) =>
      told.push(`${batchingKey(batching)} ${outcome.concurrency} ${stage}`);
    await search({ ...options, onOutcome });
    assert.equal(told.length, measured.length + finals.length / 2);
    assert.deepEqual([told[0], told.at(-1)], ['off 8 looking', 'auto 8 comparing']);
  });
});

describe('bestTrial', () => {
  const trial = (given: Partial<Outcome>): Trial =>
    trialOf(peak, [{ ...fit, ...given }], 'looking');

  it('is the one with the most throughput of those that are fit', () => {
    const trials = [
      trial({ requestsPerSecond: 900, isFit: false, p99Ms: 1 }),
      trial({ requestsPerSecond: 200, p99Ms: 9 }),
      trial({ requestsPerSecond: 100, p99Ms: 2 }),
    ];
    assert.equal(bestTrial(trials), trials[1]);
  });

  it('is the one that answers earliest among throughputs that are alike', () => {
    const trials = [
      trial({ requestsPerSecond: 100, p99Ms: 9 }),
      trial({ requestsPerSecond: 98, p99Ms: 5 }),
    ];
    assert.equal(bestTrial(trials), trials[1]);
  });

  it('is the one that answers earliest where none is fit, and none of none', () => {
    const isFit = false;
    const trials = [
      trial({ isFit, p99Ms: Number.NaN }),
      trial({ isFit, p99Ms: 30 }),
      trial({ isFit, p99Ms: 20 }),
      trial({ isFit, p99Ms: Number.NaN }),
    ];
    assert.equal(bestTrial(trials), trials[2]);
    assert.equal(bestTrial([]), null);
  });

  it('is of means, fit where all measurements were, and noise what they differ by', () => {
    const of = (...rates: number[]) =>
      trialOf(
        'auto',
        rates.map((requestsPerSecond) => ({ ...fit, requestsPerSecond })),
        'comparing',
      );
    const twice = of(90, 110);
    assert.deepEqual([twice.outcome.requestsPerSecond, twice.measured], [100, [90, 110]]);
    assert.equal(trialOf('off', [fit, { ...fit, isFit: false }], 'comparing').outcome.isFit, false);
    assert.equal(noiseOf([twice, of(5)]), 0.2);
    assert.equal(noiseOf([of(100, 101)]), 0.03);
    assert.equal(noiseOf([of(5)]), 0.03);
  });
});
