import { type Batching, type BatchingSettings, isFixed } from './batching-settings.ts';

/** What a server did under its best load. */
export interface Outcome {
  /** Requests under way. */
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Rows of a batch on the average; null without batches. */
  readonly rowsPerBatch: number | null;
  /** Whether no request failed and the p99 was within the target. */
  readonly isFit: boolean;
  /** What was wrong with most of the requests that failed; null: none failed. */
  readonly failure: string | null;
}

/** A way to batch, and what came of it. */
export interface Trial {
  readonly batching: Batching;
  /** The mean of those of `measured` that count. */
  readonly outcome: Outcome;
  /** Requests a second of each of these measurements. */
  readonly measured: readonly number[];
  /** Of which stage they are. */
  readonly stage: SearchStage;
}

/** What a search does: it looks for the best parameters, or compares the best of them. */
export type SearchStage = 'looking' | 'comparing';

/** Parameters, and what came of them. */
export interface FixedTrial extends Trial {
  readonly batching: BatchingSettings;
}

/** Throughputs within this share of the best are the same. */
const alike = 0.03;

/**
 * The best of some trials: of those that are fit, the one with the most throughput, and among such
 * the one that answers earliest; if none is fit, the one that answers earliest of all.
 */
export function bestTrial<T extends Trial>(trials: readonly T[]): T | null {
  const fit = trials.filter(({ outcome }) => outcome.isFit);
  const most = Math.max(0, ...fit.map(({ outcome }) => outcome.requestsPerSecond));
  const top = fit.filter(({ outcome }) => outcome.requestsPerSecond >= most * (1 - alike));
  const candidates = fit.length === 0 ? trials : top;
  return candidates.reduce<T | null>(
    (best, trial) => (best === null || isEarlier(trial, best) ? trial : best),
    null,
  );
}

/**
 * The best parameters. Those that pad batches count only where they bring more than what measurements
 * differ by: padding costs memory, and pays for few models. Where some were compared, the others do not count: a search
 * that looks for the best finds the luckiest.
 */
export function bestFixed(trials: readonly Trial[], noise: number): FixedTrial | null {
  const all = trials.filter(isFixedTrial);
  const compared = all.filter(({ stage }) => stage === 'comparing');
  const fixed = compared.length > 0 ? compared : all;
  const plain = bestTrial(fixed.filter((trial) => !isPadded(trial)));
  const padded = bestTrial(fixed.filter(isPadded));
  if (plain === null || padded === null) return plain ?? padded;
  if (plain.outcome.isFit !== padded.outcome.isFit) return plain.outcome.isFit ? plain : padded;
  const isMore = padded.outcome.requestsPerSecond > plain.outcome.requestsPerSecond * (1 + noise);
  return isMore ? padded : plain;
}

/** Whether it is of parameters. */
export function isFixedTrial(trial: Trial): trial is FixedTrial {
  return isFixed(trial.batching);
}

function isPadded({ batching }: FixedTrial): boolean {
  return batching.allowedBatchSizes.length > 0;
}

/** Latencies that are unknown, since nothing was answered, are the latest. */
function isEarlier({ outcome }: Trial, than: Trial): boolean {
  return outcome.p99Ms < than.outcome.p99Ms || Number.isNaN(than.outcome.p99Ms);
}

/** The better one of the outcomes of one server under different loads. */
export function betterOutcome(one: Outcome, other: Outcome): Outcome {
  const trial = (outcome: Outcome) => trialOf('off', [outcome], 'looking');
  return bestTrial([trial(one), trial(other)])!.outcome;
}

/** Measurements of the same as one trial: their means; fit if all were. */
export function trialOf(
  batching: Batching,
  outcomes: readonly Outcome[],
  stage: SearchStage,
): Trial {
  const measured = outcomes.map(({ requestsPerSecond }) => requestsPerSecond);
  const rows = outcomes.flatMap(({ rowsPerBatch }) => rowsPerBatch ?? []);
  const outcome = {
    concurrency: outcomes.at(-1)!.concurrency,
    requestsPerSecond: mean(measured),
    p99Ms: mean(outcomes.map(({ p99Ms }) => p99Ms)),
    rowsPerBatch: rows.length === 0 ? null : mean(rows),
    isFit: outcomes.every(({ isFit }) => isFit),
    failure: outcomes.find(({ failure }) => failure !== null)?.failure ?? null,
  };
  return { batching, outcome, measured, stage };
}

/**
 * By which share throughputs may differ without a reason: what measurements of the same differ by, on the
 * average of all that was measured several times, and at least what is taken as alike.
 */
export function noiseOf(trials: readonly Trial[]): number {
  const ranges = trials
    .filter(({ measured, outcome }) => measured.length > 1 && outcome.requestsPerSecond > 0)
    .map(({ measured }) => (Math.max(...measured) - Math.min(...measured)) / mean(measured));
  return Math.max(alike, ranges.length === 0 ? 0 : mean(ranges));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
