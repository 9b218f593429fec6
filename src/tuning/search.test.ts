import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BatchingSettings, settingsKey } from './batching-settings.ts';
import { type SearchOptions, search } from './search.ts';
import { bestTrial, type Outcome, type Trial } from './trial.ts';

const fit: Outcome = {
  concurrency: 8,
  requestsPerSecond: 100,
  p99Ms: 10,
  rowsPerBatch: 4,
  isFit: true,
};

/** A server whose throughput has one peak; each measurement takes a second. */
function scene(peak: BatchingSettings, budgetMs: number) {
  let now = 5000;
  const measured: string[] = [];
  const distance = (a: number, b: number) => Math.abs(Math.log2((a + 250) / (b + 250)));
  const throughput = (settings: BatchingSettings) =>
    1000 -
    100 * Math.abs(Math.log2(settings.maxBatchSize / peak.maxBatchSize)) -
    100 * Math.abs(Math.log2(settings.numBatchThreads / peak.numBatchThreads)) -
    100 * distance(settings.batchTimeoutMicros, peak.batchTimeoutMicros);
  const options: SearchOptions = {
    ...{ rows: 1, mostRows: 512, cpus: 8, budgetMs, clock: { now: () => now } },
    async measure(settings) {
      now += 1000;
      measured.push(settingsKey(settings));
      return { ...fit, requestsPerSecond: settings === null ? 50 : throughput(settings) };
    },
  };
  return { options, measured, elapsed: () => now - 5000 };
}

const peak = { maxBatchSize: 256, batchTimeoutMicros: 500, numBatchThreads: 4 };

describe('search', () => {
  it('finds a peak that is not on the grid, step by step, and measures the best few again', async () => {
    const { options, measured } = scene(peak, 1e9);
    const trials = await search(options);
    const best = bestTrial(trials);
    assert.equal(settingsKey(best!.settings), '256/500/4');
    assert.equal(measured[0], 'off');
    assert.equal(new Set(measured).size, trials.length);
    assert.equal(measured.length, trials.length + 3);
    assert.ok(measured.slice(-3).includes('256/500/4'));
  });

  it('ends when its budget is spent, and measures two however short that is', async () => {
    const short = scene(peak, 7500);
    assert.equal((await search(short.options)).length, 7);
    assert.equal(short.elapsed(), 7000);
    const none = scene(peak, 0);
    await search(none.options);
    assert.deepEqual(none.measured, ['off', '32/0/8']);
  });

  it('keeps what it found when it is ended, and passes other failures on', async () => {
    const { options } = scene(peak, 1e9);
    const stop = new AbortController();
    let count = 0;
    const measure = async (settings: BatchingSettings | null): Promise<Outcome> => {
      if (++count < 4) return await options.measure(settings);
      stop.abort();
      throw new Error('cut off');
    };
    const trials = await search({ ...options, measure, signal: stop.signal });
    assert.equal(trials.length, 3);
    count = 0;
    await assert.rejects(search({ ...options, measure }), { message: 'cut off' });
  });

  it('takes the mean of settings that were measured twice', async () => {
    const { options } = scene(peak, 1e9);
    const seen = new Map<string, number>();
    const trials = await search({
      ...options,
      measure: async (settings) => {
        const key = settingsKey(settings);
        const times = (seen.get(key) ?? 0) + 1;
        seen.set(key, times);
        const first = key === '32/0/8' ? 900 : 100;
        return { ...fit, requestsPerSecond: times === 1 ? first : 100 };
      },
    });
    const lucky = trials.find(({ settings }) => settingsKey(settings) === '32/0/8');
    assert.equal(lucky?.outcome.requestsPerSecond, 500);
  });

  it('tries no batch that holds no request, or never fills', async () => {
    const { options, measured } = scene(peak, 1e9);
    await search({ ...options, rows: 20, mostRows: 40 });
    const sizes = new Set(measured.slice(1).map((key) => Number(key.split('/')[0])));
    for (const size of sizes) assert.ok(size >= 20 && size <= 40, `${size}`);
  });

  it('tells of each trial as it comes', async () => {
    const { options } = scene(peak, 3000);
    const told: Trial[] = [];
    const trials = await search({ ...options, onTrial: (trial) => told.push(trial) });
    assert.deepEqual(told, trials);
  });
});

describe('bestTrial', () => {
  const trial = (given: Partial<Outcome>): Trial => ({
    settings: peak,
    outcome: { ...fit, ...given },
  });

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
});
