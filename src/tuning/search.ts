import type { Clock } from '../util/index.ts';
import { type BatchingSettings, settingsKey } from './batching-settings.ts';
import { coarseGrid, neighbours, type SearchBounds } from './search-space.ts';
import { bestTrial, meanOutcome, type Outcome, type Trial } from './trial.ts';

/** What a search is given. */
export interface SearchOptions extends SearchBounds {
  /**
   * No measurement begins that would end after this time, as far as earlier ones tell. Two are always
   * made: without batching, and with it.
   */
  readonly budgetMs: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Ends the search after what was measured. */
  readonly signal?: AbortSignal;
  /** Measures a server with these settings; null: without batching. */
  measure(settings: BatchingSettings | null): Promise<Outcome>;
  readonly onTrial?: (trial: Trial) => void;
}

/** Settings that are measured a second time: the best of many is in part the luckiest. */
const finalists = 3;

/**
 * Looks for the best settings: first without batching, to compare; a coarse grid; then steps from the
 * best to its neighbours until none is better; at last the best few again. Ends when the budget is
 * spent. @returns all trials in their order, each settings once
 */
export async function search(options: SearchOptions): Promise<Trial[]> {
  const trials = new Map<string, Trial>();
  const budget = new Budget(options);

  /** @returns null when the search was ended meanwhile */
  const measure = async (settings: BatchingSettings | null): Promise<Outcome | null> => {
    try {
      return await budget.spend(() => options.measure(settings));
    } catch (error) {
      if (options.signal?.aborted) return null;
      throw error;
    }
  };
  const tryOut = async (settings: BatchingSettings | null): Promise<void> => {
    const key = settingsKey(settings);
    if (trials.has(key) || !budget.hasTime) return;
    const outcome = await measure(settings);
    if (outcome === null) return;
    const trial = { settings, outcome };
    trials.set(key, trial);
    options.onTrial?.(trial);
  };
  const bestSettings = (): BatchingSettings | null => bestTrial(batched(trials))?.settings ?? null;

  await tryOut(null);
  for (const settings of coarseGrid(options)) await tryOut(settings);
  for (let from = bestSettings(); from !== null && budget.hasTime; ) {
    for (const settings of neighbours(from, options)) await tryOut(settings);
    const to = bestSettings();
    if (settingsKey(to) === settingsKey(from)) break;
    from = to;
  }
  for (const { settings, outcome } of leaders(batched(trials))) {
    if (!budget.hasTime) break;
    const again = await measure(settings);
    if (again === null) break;
    trials.set(settingsKey(settings), { settings, outcome: meanOutcome(outcome, again) });
  }
  return [...trials.values()];
}

function batched(trials: ReadonlyMap<string, Trial>): Trial[] {
  return [...trials.values()].filter(({ settings }) => settings !== null);
}

/** The best, the best of the others, and so on. */
function leaders(trials: readonly Trial[]): Trial[] {
  const left = [...trials];
  const found: Trial[] = [];
  while (found.length < finalists) {
    const best = bestTrial(left);
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
  readonly #end: number;
  #longest = 0;
  #count = 0;

  constructor({ clock, budgetMs, signal }: SearchOptions) {
    this.#clock = clock;
    this.#signal = signal;
    this.#end = clock.now() + budgetMs;
  }

  get hasTime(): boolean {
    if (this.#signal?.aborted) return false;
    return this.#count < 2 || this.#clock.now() + this.#longest <= this.#end;
  }

  async spend<T>(work: () => Promise<T>): Promise<T> {
    const begin = this.#clock.now();
    const result = await work();
    this.#count++;
    this.#longest = Math.max(this.#longest, this.#clock.now() - begin);
    return result;
  }
}
