import type { BatchingSettings } from './batching-settings.ts';

/** What a server with some settings did under its best load. */
export interface Outcome {
  /** Requests under way. */
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Rows of a batch on the average; null without batches. */
  readonly rowsPerBatch: number | null;
  /** Whether no request failed and the p99 was within the target. */
  readonly isFit: boolean;
}

/** Settings and what came of them; null: without batching. */
export interface Trial {
  readonly settings: BatchingSettings | null;
  readonly outcome: Outcome;
}

/** Throughputs within this share of the best are the same: then the earlier answers count. */
const alike = 0.03;

/**
 * The best of some trials: of those that are fit, the one with the most throughput, and among such
 * the one that answers earliest; if none is fit, the one that answers earliest of all.
 */
export function bestTrial(trials: readonly Trial[]): Trial | null {
  const fit = trials.filter(({ outcome }) => outcome.isFit);
  const most = Math.max(0, ...fit.map(({ outcome }) => outcome.requestsPerSecond));
  const top = fit.filter(({ outcome }) => outcome.requestsPerSecond >= most * (1 - alike));
  const candidates = fit.length === 0 ? trials : top;
  return candidates.reduce<Trial | null>(
    (best, trial) => (best === null || isEarlier(trial, best) ? trial : best),
    null,
  );
}

/** Latencies that are unknown, since nothing was answered, are the latest. */
function isEarlier({ outcome }: Trial, than: Trial): boolean {
  return outcome.p99Ms < than.outcome.p99Ms || Number.isNaN(than.outcome.p99Ms);
}

/** The better one of the outcomes of one setting under different loads. */
export function betterOutcome(one: Outcome, other: Outcome): Outcome {
  const best = bestTrial([
    { settings: null, outcome: one },
    { settings: null, outcome: other },
  ]);
  return best!.outcome;
}

/** Two measurements of the same settings as one: the means; fit if both were. */
export function meanOutcome(one: Outcome, other: Outcome): Outcome {
  const mean = (a: number, b: number) => (a + b) / 2;
  return {
    concurrency: other.concurrency,
    requestsPerSecond: mean(one.requestsPerSecond, other.requestsPerSecond),
    p99Ms: mean(one.p99Ms, other.p99Ms),
    rowsPerBatch:
      one.rowsPerBatch === null || other.rowsPerBatch === null
        ? (one.rowsPerBatch ?? other.rowsPerBatch)
        : mean(one.rowsPerBatch, other.rowsPerBatch),
    isFit: one.isFit && other.isFit,
  };
}
