import type { Estimate } from '../stats/bootstrap.ts';
import type { BenchContext } from './method.ts';

/** A bound that a value should keep. */
export type Bound =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly from: number; readonly to: number };

/** One line of the table. */
export interface Row {
  readonly scenario: string;
  readonly what: string;
  /** × for ratios. */
  readonly unit: '×' | 'ms' | 'MB' | '%';
  readonly value: Estimate;
  readonly must: Bound | null;
  readonly aim: Bound | null;
  /** What a reader should know beside it: times, shares, a client at its limit. */
  readonly notes: readonly string[];
}

export interface Result {
  readonly rows: readonly Row[];
  /** All that was measured, as it goes into the JSON file. */
  readonly samples: readonly object[];
}

/** One command of the bench: one line of the targets, or several that are measured together. */
export interface Scenario {
  readonly name: string;
  /** @throws Skipped, Error. */
  run(context: BenchContext): Promise<Result>;
}

/** Thrown by a scenario whose subject is not there. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

export type Verdict = 'aim met' | 'must met' | 'missed' | 'reported';

/** What the median says of the bounds. */
export function verdictOf({ value, must, aim }: Row): Verdict {
  if (aim !== null && keeps(value.median, aim)) return 'aim met';
  if (must !== null) return keeps(value.median, must) ? 'must met' : 'missed';
  return aim === null ? 'reported' : 'missed';
}

function keeps(value: number, bound: Bound): boolean {
  if ('atMost' in bound) return value <= bound.atMost;
  if ('atLeast' in bound) return value >= bound.atLeast;
  return value >= bound.from && value <= bound.to;
}
