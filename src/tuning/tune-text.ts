import { bestTrial, type Trial } from './trial.ts';
import type { TuneResult } from './tune.ts';

/** Rows and columns of what was tried, the first row their names. The best settings are marked. */
export function tuneTable({ trials, best }: TuneResult): string[][] {
  const head = [
    ...['max_batch_size', 'batch_timeout_micros', 'num_batch_threads'],
    ...['concurrency', 'requests/s', 'p99 ms', 'rows/batch', ''],
  ];
  return [head, ...trials.map((trial) => cells(trial, trial.settings === best?.settings))];
}

function cells({ settings, outcome }: Trial, isBest: boolean): string[] {
  const { concurrency, requestsPerSecond, p99Ms, rowsPerBatch, isFit } = outcome;
  const ofSettings =
    settings === null
      ? ['no batching', '', '']
      : [settings.maxBatchSize, settings.batchTimeoutMicros, settings.numBatchThreads].map(String);
  const mark = isBest ? '← best' : isFit ? '' : 'misses the target';
  return [
    ...ofSettings,
    String(concurrency),
    requestsPerSecond.toFixed(requestsPerSecond < 100 ? 1 : 0),
    Number.isNaN(p99Ms) ? '-' : p99Ms.toFixed(2),
    rowsPerBatch === null ? '-' : rowsPerBatch.toFixed(1),
    mark,
  ];
}

/** What the figures say, in a sentence or two. */
export function tuneVerdict({ trials, best }: TuneResult): string[] {
  if (best === null) return ['Nothing was measured with batching.'];
  const verdict: string[] = [];
  if (!best.outcome.isFit) {
    verdict.push(
      'No settings met the target, or answered all requests; the earliest answers are shown as best.',
    );
  }
  const unbatched = trials.find(({ settings }) => settings === null);
  if (unbatched !== undefined && bestTrial([best, unbatched]) === unbatched) {
    verdict.push(
      `Without batching this load is served as well or better (${unbatched.outcome.requestsPerSecond.toFixed(0)} requests/s).`,
    );
  }
  return verdict;
}

/** The first lines of a parameters file: how it was found. */
export function tuneComment({ outcome }: Trial, machine: string): string[] {
  const { requestsPerSecond, p99Ms, concurrency } = outcome;
  return [
    `Found by serval tune on ${machine}:`,
    `${requestsPerSecond.toFixed(0)} requests/s, p99 ${p99Ms.toFixed(2)} ms, at ${concurrency} requests under way.`,
  ];
}
