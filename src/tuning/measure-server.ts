import { type LoadStep, type LoadTestOptions, runLoadTest } from '../load-test/index.ts';
import { unavailable } from '../status/index.ts';
import { betterOutcome, type Outcome } from './trial.ts';

/** How a server is measured. */
export interface MeasureOptions {
  /** What is asked, and for how long; the levels are those of {@link MeasureOptions.levels}. */
  readonly load: Omit<LoadTestOptions, 'levels' | 'load'>;
  /** Requests under way, ascending. */
  readonly levels: readonly number[];
  /** Before which levels it is loaded until it does no more than before. */
  readonly settles: 'never' | 'first' | 'always';
  /** The p99 that is wanted in ms; null: any. */
  readonly targetP99Ms: number | null;
  readonly signal?: AbortSignal;
}

/** More load is pointless where it brings less than this. */
const worthwhile = 1.02;

/** A server has settled when so many warm-ups in a row brought no more than this over the best before them. */
const settledAfter = 2;
const settledWithin = 1.05;
const mostWarmups = 12;

/**
 * The best that a server does under these loads. More load is tried only as long as the throughput
 * grows and the target is met.
 *
 * @throws StatusError where the server refuses the first request; CANCELLED by the signal
 */
export async function measureServer({
  load,
  levels,
  settles,
  targetP99Ms,
  signal,
}: MeasureOptions): Promise<Outcome> {
  let best: Outcome | null = null;
  for (const level of levels) {
    if (settles === 'always' || (settles === 'first' && best === null)) {
      await settle(load, level, signal);
    }
    const outcome = outcomeOf(await loadWith(load, level, signal), targetP99Ms);
    const isEnough: boolean =
      best !== null &&
      (!outcome.isFit || outcome.requestsPerSecond < best.requestsPerSecond * worthwhile);
    best = best === null ? outcome : betterOutcome(best, outcome);
    if (isEnough || !outcome.isFit) break;
  }
  return best!;
}

/** A new server compiles its code meanwhile, and one with `--batching=auto` learns. */
async function settle(
  load: MeasureOptions['load'],
  level: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (load.warmupMs === 0) return;
  const warmup = { ...load, durationMs: load.warmupMs, warmupMs: 0 };
  let most = 0;
  let inVain = 0;
  for (let count = 0; count < mostWarmups && inVain < settledAfter; count++) {
    const { requestsPerSecond } = await loadWith(warmup, level, signal);
    inVain = requestsPerSecond > most * settledWithin ? 0 : inVain + 1;
    most = Math.max(most, requestsPerSecond);
  }
}

/** @throws StatusError as {@link measureServer} */
async function loadWith(
  load: MeasureOptions['load'],
  level: number,
  signal: AbortSignal | undefined,
): Promise<LoadStep> {
  const { steps, failure } = await runLoadTest(
    { ...load, load: 'closed', levels: [level] },
    signal === undefined ? {} : { signal },
  );
  signal?.throwIfAborted();
  if (failure !== null) throw unavailable(failure);
  return steps[0]!;
}

function outcomeOf(step: LoadStep, targetP99Ms: number | null): Outcome {
  const { level, requestsPerSecond, latencyMs, failed, errors, batches } = step;
  const isInTime = targetP99Ms === null || latencyMs.p99 <= targetP99Ms;
  return {
    concurrency: level,
    requestsPerSecond,
    p99Ms: latencyMs.p99,
    rowsPerBatch: batches?.meanRows ?? null,
    isFit: failed === 0 && isInTime && requestsPerSecond > 0,
    failure: failed === 0 ? null : (errors[0]?.text ?? 'no answer'),
  };
}
