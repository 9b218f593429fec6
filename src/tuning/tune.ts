import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StatusError } from '../status/index.ts';
import { systemClock } from '../util/index.ts';
import { type SearchOptions, search } from './search.ts';
import { type TuneResult, tuneResult } from './tune-result.ts';
import { Workshop, type WorkshopOptions } from './workshop.ts';

/** What is tuned, and how. */
export interface TuneOptions extends Omit<WorkshopOptions, 'maxEnqueuedBatches'> {
  readonly budgetMs: number;
  readonly cpus: number;
  readonly onOutcome?: SearchOptions['onOutcome'] & {};
}

/** Batches that may wait, where the load does not need more. */
const usualQueue = 100;

/**
 * Tries ways to batch on servers of this machine, one after the other, and finds the best.
 *
 * @throws StatusError where the first server does not start or refuses the request. What ends the search later is part of
 *   the result, with what was measured so far; so is what there is when the signal ends it.
 */
export async function tune(options: TuneOptions): Promise<TuneResult> {
  const { signal, levels, budgetMs, cpus } = options;
  const began = systemClock.now();
  // So many that nothing is refused under the load of the measurements.
  const maxEnqueuedBatches = Math.max(usualQueue, levels.at(-1)!);
  const folder = await mkdtemp(path.join(tmpdir(), 'serval-tune-'));
  try {
    await using workshop = await Workshop.open({ ...options, maxEnqueuedBatches }, folder);
    const rows = workshop.requests.mostRows;
    const { trials, failure } = await search({
      ...{ rows, mostRows: levels.at(-1)! * rows, cpus, clock: systemClock },
      budgetMs: budgetMs - (systemClock.now() - began),
      measure: (batching, final) => workshop.measure(batching, final),
      ...(signal !== undefined && { signal }),
      ...(options.onOutcome !== undefined && { onOutcome: options.onOutcome }),
    });
    if (trials.length === 0 && failure !== null) throw failure;
    const text = failure === null ? null : StatusError.from(failure).message;
    return tuneResult(trials, maxEnqueuedBatches, text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
