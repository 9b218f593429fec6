/** How much is measured. A pair is one stretch of load on each contestant, one after the other. */
export interface Method {
  /** Restarts of all processes. */
  readonly rounds: number;
  readonly pairsPerRound: number;
  /** Warm-up of each process lasts for so many answers, and at least and at most so long. */
  readonly warmAnswers: number;
  readonly warmMs: number;
  readonly longestWarmMs: number;
  readonly segmentMs: number;
}

export const usualMethod: Method = {
  rounds: 5,
  pairsPerRound: 4,
  warmAnswers: 20_000,
  warmMs: 2000,
  longestWarmMs: 8000,
  segmentMs: 700,
};
/** For a look whether all works: its figures say little. */
export const quickMethod: Method = {
  rounds: 1,
  pairsPerRound: 2,
  warmAnswers: 5000,
  warmMs: 500,
  longestWarmMs: 2000,
  segmentMs: 400,
};

/** As many pairs as wanted, or a few more, in rounds of the same size. */
export function withPairs(method: Method, pairs: number): Method {
  const pairsPerRound = Math.min(method.pairsPerRound, pairs);
  return { ...method, pairsPerRound, rounds: Math.ceil(pairs / pairsPerRound) };
}

/** The same for requests of hundreds of KB: each does more, and there are fewer of them. */
export function forLargeRequests(method: Method): Method {
  return { ...method, warmAnswers: Math.min(method.warmAnswers, 4000) };
}

/** Fewer restarts, for scenarios whose stretches are long. */
export function withRounds(method: Method, most: number): Method {
  return { ...method, rounds: Math.min(method.rounds, most) };
}

/**
 * As many pairs in rounds of two, for what depends on the process more than on the moment: a model whose weights lie elsewhere
 * in memory can be a tenth faster or slower for as long as the process lives.
 */
export function inShortRounds(method: Method): Method {
  return withPairs({ ...method, pairsPerRound: 2 }, method.rounds * method.pairsPerRound);
}

/** What a scenario needs to know of the command line. */
export interface BenchContext {
  readonly method: Method;
  /** Program and first arguments of another server, which takes TFS's flags. */
  readonly peer: readonly string[] | null;
  /** Measures Serval against itself in place of the control: what is found then is noise. */
  readonly self: boolean;
  /** Names of the models that scenarios about several are confined to; empty: all. */
  readonly models: readonly string[];
  /** Flags for Serval besides those of the scenario. */
  readonly flags: readonly string[];
  progress(text: string): void;
}
