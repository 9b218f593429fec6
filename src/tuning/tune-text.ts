import { type Batching, isFixed } from './batching-settings.ts';
import type { Outcome, Trial } from './trial.ts';
import type { TuneResult } from './tune-result.ts';

/** Rows and columns of what was tried, the first row their names. The best parameters are marked. */
export function tuneTable(result: TuneResult): string[][] {
  const hasSizes = result.trials.some(({ batching }) => sizesOf(batching) !== '');
  const head = [
    ...['max_batch_size', 'batch_timeout_micros', 'num_batch_threads'],
    ...(hasSizes ? ['allowed_batch_sizes'] : []),
    ...['concurrency', 'requests/s', 'p99 ms', 'rows/batch', ''],
  ];
  return [head, ...result.trials.map((trial) => cells(trial, result, hasSizes))];
}

function cells(trial: Trial, { best }: TuneResult, hasSizes: boolean): string[] {
  const { batching, outcome, measured } = trial;
  const { concurrency, requestsPerSecond, p99Ms, rowsPerBatch, isFit } = outcome;
  const remarks = [
    ...(batching === best?.batching ? ['← best parameters'] : []),
    ...(isFit ? [] : [faultOf(outcome)]),
    ...(measured.length > 1 ? [`mean of ${measured.length}`] : []),
  ];
  return [
    ...columnsOf(batching),
    ...(hasSizes ? [sizesOf(batching)] : []),
    String(concurrency),
    rateText(requestsPerSecond),
    Number.isNaN(p99Ms) ? '-' : p99Ms.toFixed(2),
    rowsPerBatch === null ? '-' : rowsPerBatch.toFixed(1),
    remarks.join(', '),
  ];
}

function columnsOf(batching: Batching): string[] {
  if (batching === 'off') return ['no batching', '', ''];
  if (batching === 'auto') return ['auto', '', ''];
  const { maxBatchSize, batchTimeoutMicros, numBatchThreads } = batching;
  return [maxBatchSize, batchTimeoutMicros, numBatchThreads].map(String);
}

function sizesOf(batching: Batching): string {
  return isFixed(batching) ? batching.allowedBatchSizes.join(',') : '';
}

/** A way to batch in words. */
export function batchingText(batching: Batching): string {
  if (batching === 'off') return 'no batching';
  if (batching === 'auto') return '--batching=auto';
  const { maxBatchSize, batchTimeoutMicros, numBatchThreads } = batching;
  const sizes = sizesOf(batching);
  return [
    `max_batch_size ${maxBatchSize}`,
    `batch_timeout_micros ${batchTimeoutMicros}`,
    `num_batch_threads ${numBatchThreads}`,
    ...(sizes === '' ? [] : [`allowed_batch_sizes ${sizes}`]),
  ].join(', ');
}

/** What came of a trial, in a few words. */
export function outcomeText(outcome: Outcome): string {
  const { requestsPerSecond, p99Ms, isFit } = outcome;
  if (requestsPerSecond === 0) return 'no answers';
  const missed = isFit ? '' : `, ${faultOf(outcome)}`;
  const p99 = Number.isNaN(p99Ms) ? 'unknown' : `${p99Ms.toFixed(2)} ms`;
  return `${rateText(requestsPerSecond)} requests/s, p99 ${p99}${missed}`;
}

/** What keeps an outcome from being fit. */
function faultOf({ failure }: Outcome): string {
  return failure === null ? 'misses the target' : 'requests failed';
}

function rateText(requestsPerSecond: number): string {
  return requestsPerSecond.toFixed(requestsPerSecond < 100 ? 1 : 0);
}

/** Measurements that differ by more say little. */
const muchNoise = 0.1;

/** What the figures say, in a few sentences. */
export function tuneVerdict(result: TuneResult): string[] {
  const failure = result.trials.find(({ outcome }) => outcome.failure !== null)?.outcome.failure;
  const failures = failure == null ? [] : [`Requests failed, most with: ${failure}`];
  return [...recommendation(result), ...failures];
}

function recommendation(result: TuneResult): string[] {
  const { best, recommended } = result;
  if (best === null) return ['Nothing was measured with batching parameters.'];
  const comparison = comparisonOf(result);
  const differ = noiseText(result);
  switch (recommended) {
    case null:
      return [
        'Nothing met the target and answered all requests; of the parameters, those that answer earliest are shown as the best.',
        ...comparison,
      ];
    case 'off':
      return ['Serve this load without batching: it brings nothing here.', ...comparison, differ];
    case 'auto':
      return [
        'Serve it with --batching=auto: it does as well as the best parameters, or better, and needs none.',
        ...comparison,
        differ,
      ];
    case 'parameters':
      return ['Serve it with the best parameters.', ...comparison, differ];
  }
}

function noiseText({ noise, trials }: TuneResult): string {
  if (trials.every(({ measured }) => measured.length < 2)) {
    return 'Nothing was measured twice, so that small differences tell nothing: a longer --budget tells more.';
  }
  const share = `${(100 * noise).toFixed(0)} %`;
  return noise <= muchNoise
    ? `Throughputs that differ by less than ${share} are taken as the same.`
    : `Measurements of the same differ by ${share}, so that less tells nothing: tune again while nothing else uses this machine, or with a longer --duration.`;
}

/** How the other ways to batch compare with the best parameters. */
function comparisonOf({ best, auto, unbatched }: TuneResult): string[] {
  const compared = [auto, unbatched].filter((trial) => trial !== null);
  return [best!, ...compared].map((trial) => {
    const name = isFixed(trial.batching) ? 'the best parameters' : batchingText(trial.batching);
    const share = trial.outcome.requestsPerSecond / best!.outcome.requestsPerSecond;
    const ofBest = trial === best ? '' : ` (${(100 * share).toFixed(0)} %)`;
    return `  ${name}: ${outcomeText(trial.outcome)}${ofBest}`;
  });
}

/** The first lines of a parameters file: how it was found, and how it compares. */
export function tuneComment(result: TuneResult, machine: string): string[] {
  const [parameters, ...others] = comparisonOf(result);
  const concurrency = result.best!.outcome.concurrency;
  return [
    `Found by serval tune on ${machine}, at ${concurrency} requests under way.`,
    ...[parameters!, ...others].map((line) => line.trim()),
    ...(result.recommended === 'parameters' ? [] : [tuneVerdict(result)[0]!]),
  ];
}
