import { bestFixed, type FixedTrial, noiseOf, type Trial } from './trial.ts';

/** What was found. */
export interface TuneResult {
  readonly trials: readonly Trial[];
  /** The best parameters; null where none were measured. */
  readonly best: FixedTrial | null;
  /** Without batching; null where that was not measured. */
  readonly unbatched: Trial | null;
  /** With `--batching=auto`; null where that was not measured. */
  readonly auto: Trial | null;
  /** The share by which throughputs of the same differ. */
  readonly noise: number;
  /** What to serve with; null where nothing meets the target. */
  readonly recommended: 'off' | 'auto' | 'parameters' | null;
  readonly maxEnqueuedBatches: number;
  /** What ended the search early; null: nothing, or the user. */
  readonly failure: string | null;
}

/** A p99 that is greater by no more than this share, or than the noise, is no reason against the simpler way. */
const alikeP99 = 0.2;

/** What trials say, each way to batch once. */
export function tuneResult(
  trials: readonly Trial[],
  maxEnqueuedBatches: number,
  failure: string | null = null,
): TuneResult {
  const noise = noiseOf(trials);
  const best = bestFixed(trials, noise);
  const unbatched = trials.find(({ batching }) => batching === 'off') ?? null;
  const auto = trials.find(({ batching }) => batching === 'auto') ?? null;
  const found = { trials, best, unbatched, auto, noise, maxEnqueuedBatches, failure };
  return { ...found, recommended: recommended(found) };
}

/**
 * What does most, within the target. Of those that do as much and answer as early, as far as measurements can
 * tell, no batching, then `auto`, which keeps fitting when the load or the model changes.
 */
function recommended({
  best,
  unbatched,
  auto,
  noise,
}: Pick<TuneResult, 'best' | 'unbatched' | 'auto' | 'noise'>): TuneResult['recommended'] {
  const ways = [
    ['off', unbatched],
    ['auto', auto],
    ['parameters', best],
  ] as const;
  const fit = ways.flatMap(([name, trial]) =>
    trial?.outcome.isFit ? [{ name, ...trial.outcome }] : [],
  );
  const most = Math.max(...fit.map(({ requestsPerSecond }) => requestsPerSecond));
  const top = fit.filter(({ requestsPerSecond }) => requestsPerSecond >= most * (1 - noise));
  const earliest = Math.min(...top.map(({ p99Ms }) => p99Ms));
  return top.find(({ p99Ms }) => p99Ms <= earliest * (1 + Math.max(alikeP99, noise)))?.name ?? null;
}
