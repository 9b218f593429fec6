import type { Clock } from '../util/index.ts';
import { type Batching, type BatchingSettings, batchingKey } from './batching-settings.ts';
import { coarseGrid, neighbours, paddings, type SearchBounds } from './search-space.ts';
import {
  bestFixed,
  bestTrial,
  type FixedTrial,
  isFixedTrial,
  noiseOf,
  type Outcome,
  type SearchStage,
  type Trial,
  trialOf,
} from './trial.ts';

/** What a search is given. */
export interface SearchOptions extends SearchBounds {
  /**
   * No measurement begins that would end after this time, as far as earlier ones tell. Three are always
   * made: without batching, with `auto`, and with parameters.
   */
  readonly budgetMs: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Ends the search after what was measured. */
  readonly signal?: AbortSignal;
  /**
   * Measures a server that batches so. The search goes through the settings so that few neighbours in time differ in
   * their threads.
   *
   * @param final requests under way, where it is to be a server that is started for this alone; null: any server, and
   *   the load that suits it
   */
  measure(batching: Batching, final: number | null): Promise<Outcome>;
  /** Told of each measurement as it comes. */
  readonly onOutcome?: (batching: Batching, outcome: Outcome, stage: SearchStage) => void;
}

/** What a search found. */
export interface SearchEnd {
  /** In their order, each way to batch once. */
  readonly trials: readonly Trial[];
  /** What ended it before its end, other than the signal; null: nothing. */
  readonly failure: unknown;
}

/** Parameters that are compared at last: the best of many is in part the luckiest. */
const mostFinalists = 3;
/** How often each of them is measured then. */
const rounds = 3;
/** The part of the time that is for the comparison. */
const finalPart = 0.4;
const always = 3;

/**
 * Looks for the best parameters: first without batching and with `auto`, to compare; a coarse grid; then steps from
 * the best to its neighbours until none is better; then the best with padded batches. At last the best few are
 * compared with `auto` and no batching: all in turns, there and back, on servers of their own, and only these measurements
 * of them count. Ends when the budget is spent, and by the first measurement that fails.
 */
export async function search(options: SearchOptions): Promise<SearchEnd> {
  const trials = new Map<string, Trial>();
  try {
    await searchInto(trials, options);
    return { trials: [...trials.values()], failure: null };
  } catch (failure) {
    return { trials: [...trials.values()], failure: options.signal?.aborted ? null : failure };
  }
}

async function searchInto(trials: Map<string, Trial>, options: SearchOptions): Promise<void> {
  const budget = new Budget(options);

  const measure = (batching: Batching, final: number | null): Promise<Outcome> =>
    budget.spend(() => options.measure(batching, final));
  const note = (batching: Batching, outcomes: readonly Outcome[], stage: SearchStage): void => {
    trials.set(batchingKey(batching), trialOf(batching, outcomes, stage));
    options.onOutcome?.(batching, outcomes.at(-1)!, stage);
  };
  const tryOut = async (batching: Batching): Promise<void> => {
    const isNeeded = trials.size < always && !options.signal?.aborted;
    if (trials.has(batchingKey(batching)) || !(isNeeded || budget.hasTime(1 - finalPart))) return;
    note(batching, [await measure(batching, null)], 'looking');
  };
  const best = (): BatchingSettings | null => bestTrial(fixedOf(trials))?.batching ?? null;

  for (const batching of ['off', 'auto', ...coarseGrid(options)] as const) await tryOut(batching);
  for (let from = best(); from !== null; ) {
    for (const settings of neighbours(from, options)) await tryOut(settings);
    const to = best()!;
    if (batchingKey(to) === batchingKey(from)) break;
    from = to;
  }
  const unpadded = best();
  if (unpadded !== null) {
    for (const settings of paddings(unpadded, options)) await tryOut(settings);
  }

  const finals = finalists(trials, budget.measurementsLeft);
  for (let round = 0; round < rounds && finals.length <= budget.measurementsLeft; round++) {
    // Those at one load take less time than those at several.
    if (round === 0) budget.forgetLongest();
    for (const { batching, outcome, outcomes } of round % 2 === 0 ? finals : finals.toReversed()) {
      outcomes.push(await measure(batching, outcome.concurrency));
      note(batching, outcomes, 'comparing');
    }
  }
}

/** What is compared at last, with nothing measured yet: as many as can be, but `auto` and no batching are. */
function finalists(trials: ReadonlyMap<string, Trial>, most: number) {
  const others = ['off', 'auto'].flatMap((key) => trials.get(key) ?? []);
  const fixed = leaders(fixedOf(trials), Math.max(1, most - others.length));
  return [...fixed, ...others].map((trial) => ({ ...trial, outcomes: [] as Outcome[] }));
}

function fixedOf(trials: ReadonlyMap<string, Trial>): FixedTrial[] {
  return [...trials.values()].filter(isFixedTrial);
}

/** The best, the best of the others, and so on. */
function leaders(trials: readonly FixedTrial[], most: number): FixedTrial[] {
  const left = [...trials];
  const found: FixedTrial[] = [];
  while (found.length < Math.min(most, mostFinalists)) {
    const best = bestFixed(left, noiseOf(left));
    if (best === null) break;
    found.push(best);
    left.splice(left.indexOf(best), 1);
  }
  return found;
}

/** Sees to it that measurements end in time, as long as each takes no longer than the longest so far. */
class Budget {
  readonly #clock: SearchOptions['clock'];
  readonly #signal: AbortSignal | undefined;
  readonly #begin: number;
  readonly #budgetMs: number;
  #longest = 0;

  constructor({ clock, budgetMs, signal }: SearchOptions) {
    this.#clock = clock;
    this.#signal = signal;
    this.#begin = clock.now();
    this.#budgetMs = budgetMs;
  }

  /** Whether there is time for one measurement more within this part of the budget. */
  hasTime(part: number): boolean {
    if (this.#signal?.aborted) return false;
    return this.#clock.now() + this.#longest <= this.#begin + part * this.#budgetMs;
  }

  /** How many more measurements there is time for. */
  get measurementsLeft(): number {
    if (this.#signal?.aborted) return 0;
    const left = this.#begin + this.#budgetMs - this.#clock.now();
    return Math.max(0, Math.floor(left / this.#longest));
  }

  /** From now on measurements take another time. */
  forgetLongest(): void {
    this.#longest = 0;
  }

  async spend<T>(work: () => Promise<T>): Promise<T> {
    const begin = this.#clock.now();
    const result = await work();
    this.#longest = Math.max(this.#longest, this.#clock.now() - begin);
    return result;
  }
}
