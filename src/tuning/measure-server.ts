import { type LoadStep, type LoadTestOptions, runLoadTest } from '../load-test/index.ts';
import { unavailable } from '../status/index.ts';
import { betterOutcome, type Outcome } from './trial.ts';

/** How a server is measured. */
export interface MeasureOptions {
  /** What is asked, and for how long; the levels are those of {@link MeasureOptions.levels}. */
  readonly load: Omit<LoadTestOptions, 'levels' | 'load'>;
  /** Requests under way, ascending. */
  readonly levels: readonly number[];
  /** The p99 that is wanted in ms; null: any. */
  readonly targetP99Ms: number | null;
  readonly signal?: AbortSignal;
}

/** More load is pointless where it brings less than this. */
const worthwhile = 1.02;

/**
 * The best that a server does under these loads. More load is tried only as long as the throughput
 * grows and the target is met.
 *
 * @throws StatusError where the server refuses the first request; CANCELLED by the signal
 */
export async function measureServer({
  load,
  levels,
  targetP99Ms,
  signal,
}: MeasureOptions): Promise<Outcome> {
  let best: Outcome | null = null;
  for (const level of levels) {
    const { steps, failure } = await runLoadTest(
      { ...load, load: 'closed', levels: [level] },
      signal === undefined ? {} : { signal },
    );
    signal?.throwIfAborted();
    if (failure !== null) throw unavailable(failure);
    const outcome = outcomeOf(steps[0]!, targetP99Ms);
    const isEnough: boolean =
      best !== null &&
      (!outcome.isFit || outcome.requestsPerSecond < best.requestsPerSecond * worthwhile);
    best = best === null ? outcome : betterOutcome(best, outcome);
    if (isEnough || !outcome.isFit) break;
  }
  return best!;
}

function outcomeOf(step: LoadStep, targetP99Ms: number | null): Outcome {
  const { level, requestsPerSecond, latencyMs, failed, batches } = step;
  const isInTime = targetP99Ms === null || latencyMs.p99 <= targetP99Ms;
  return {
    concurrency: level,
    requestsPerSecond,
    p99Ms: latencyMs.p99,
    rowsPerBatch: batches?.meanRows ?? null,
    isFit: failed === 0 && isInTime && requestsPerSecond > 0,
  };
}
