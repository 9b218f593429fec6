import { BatchSizer } from './batch-sizer.ts';
import { CostCurve } from './cost-curve.ts';

/** What is known of runs of which so many are made at once. */
export interface KnownRuns {
  readonly curve: CostCurve;
  readonly sizer: BatchSizer;
}

/**
 * What is known of the runs of one kind of tasks, by how many are made at once: they share the machine, so that each
 * takes longer than it would alone. Of a number that is new, what is known of the first one is expected.
 */
export class RunCosts {
  readonly #byRuns = new Map<number, KnownRuns>();
  #first: CostCurve | null = null;
  /** Of the number of runs asked for last, and of the one before. */
  #current: CostCurve | null = null;
  #former: CostCurve | null = null;

  /** @param runs at once, of which there are few numbers */
  with(runs: number): KnownRuns {
    let known = this.#byRuns.get(runs);
    if (known === undefined) {
      const curve = new CostCurve(this.#first, runs);
      this.#first ??= curve;
      known = { curve, sizer: new BatchSizer(curve, () => this.#former) };
      this.#byRuns.set(runs, known);
    }
    if (known.curve !== this.#current) {
      this.#former = this.#current;
      this.#current = known.curve;
    }
    return known;
  }
}
