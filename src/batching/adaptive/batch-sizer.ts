import type { CostCurve } from './cost-curve.ts';

/** A batch is as small as yields this part of what larger ones do, with enough to do and without. */
const goodPart = 0.98;
const goodPartAtEase = 0.7;
/** The same for one that is smaller than the best since tasks would be late otherwise. */
const goodPartInTime = 0.7;
/** Rows of a batch at most as long as nothing is known of the costs. */
const firstLimit = 32;
/** The part of all run time that trials of other sizes may cost more than the best size would. */
const trialPart = 0.01;
/** Ms of that part which may be saved up. */
const mostSaved = 1000;
/** Sizes that are tried in turn, as parts of the best one: those of which costs are known apart on both sides of it. */
const trials = [1 / 2, 2, Math.SQRT1_2, Math.SQRT2];
/** A trial is taken to cost at least this part of its time: it is not to be made at every turn. */
const leastLoss = 0.2;

/** One that is tried may take so many times what others may: it would never be seen to have become faster otherwise. */
const trialTime = 1.5;
/** Where one size alone is known, another one may be expected to take so many times what it may: that is mostly too much. */
const onePart = 2;

/** What batches are needed for. */
export interface Demand {
  /** Whether there has always been enough to do. */
  readonly isSaturated: boolean;
  /** Whether other sizes than the best one may be tried. */
  readonly mayTry: boolean;
  /** That a batch may take, if smaller ones take less; Infinity: no matter. */
  readonly mostMs: number;
  /** Rows of a batch at most. */
  readonly mostRows: number;
}

/** A size that is to be tried. */
interface Trial {
  readonly rows: number;
  /** What that may cost more than the best size, in ms. */
  readonly loss: number;
}

/**
 * Says how many of the rows that wait to run at once: all of them, unless larger batches are known to yield
 * less, or to take too long. Sizes next to the one in use are tried again under full load, a larger one
 * by waiting until so many rows are there, so that a choice made under other circumstances does not last; what that costs is bounded.
 */
export class BatchSizer {
  readonly #curve: CostCurve;
  readonly #similar: () => CostCurve | null;
  #saved = 0;
  /** Index into {@link trials}. */
  #turn = 0;

  /** @param similar says which sizes are worth while as long as they are not known themselves */
  constructor(curve: CostCurve, similar: () => CostCurve | null = () => null) {
    this.#curve = curve;
    this.#similar = similar;
  }

  /** Rows that a batch had best hold where enough wait. */
  limit(demand: Demand): number {
    const part = demand.isSaturated ? goodPart : goodPartAtEase;
    const best = this.#curve.bestSize(demand.mostMs, part) || firstLimit;
    const other = this.#similar()?.bestSize(demand.mostMs, part) ?? 0;
    const isUseful = other > best && this.#mayTake(other, demand);
    return Math.min(isUseful ? other : best, demand.mostRows);
  }

  /** Rows of the next batch, of so many that wait. */
  next(waiting: number, demand: Demand): number {
    const limit = this.limit(demand);
    if (!demand.isSaturated && !this.#isSooner(Math.min(waiting, limit))) return 1;
    const trial = this.#trial(limit, demand);
    if (trial !== null && trial.rows < limit && waiting > trial.rows) return this.#made(trial);
    if (waiting <= limit) {
      // What was waited for has not come: others have their turn, too.
      if (trial !== null && trial.rows > limit) this.#made(trial);
      return waiting;
    }
    for (const factor of [2, 4]) {
      const larger = Math.min(factor * limit, waiting, demand.mostRows);
      if (this.#mayTake(larger, demand)) return larger;
    }
    return trial === null ? limit : Math.min(waiting, this.#made(trial));
  }

  /** The next size below `rows` that yields about as much as `wanted` does; 0: there is none. */
  fewer(rows: number, wanted: number): number {
    const less = Math.floor(rows * Math.SQRT1_2);
    const isAlike =
      less * this.#curve.timeOf(wanted) >= goodPartInTime * wanted * this.#curve.timeOf(less);
    return isAlike ? less : 0;
  }

  /** Whether so many rows have their replies sooner in one batch, on the average, than the first of them alone and then the rest. */
  #isSooner(rows: number): boolean {
    if (rows < 2 || !this.#curve.knows(rows) || !this.#curve.knows(1)) return true;
    const rest = this.#curve.timeOf(rows - 1);
    return this.#curve.timeOf(rows) <= this.#curve.timeOf(1) + (rest * (rows - 1)) / rows;
  }

  /** Rows with which a batch had better not wait for more. */
  enough(demand: Demand): number {
    const limit = this.limit(demand);
    const larger = Math.min(2 * limit, demand.mostRows);
    if (this.#mayTake(larger, demand)) return larger;
    return Math.max(limit, this.#trial(limit, demand)?.rows ?? 0);
  }

  /** Whether nothing speaks against a size but that it is not known. */
  #mayTake(rows: number, demand: Demand): boolean {
    if (this.#curve.knows(rows)) return false;
    const part = this.#curve.isOneSize ? onePart : 1;
    return this.#curve.timeOf(rows) <= part * demand.mostMs;
  }

  /** What had best be tried next in place of `limit` rows, where that can be afforded. */
  #trial(limit: number, demand: Demand): Trial | null {
    if (!demand.mayTry || !this.#curve.knows(limit)) return null;
    const wanted = Math.max(1, Math.round(trials[this.#turn]! * limit));
    const rows = Math.min(wanted, demand.mostRows);
    const loss = this.#lossOf(rows, limit);
    const isLong = this.#curve.timeOf(rows) > trialTime * demand.mostMs;
    const isNever = rows === limit || loss > mostSaved || isLong;
    if (isNever) this.#turn = (this.#turn + 1) % trials.length;
    return isNever || loss > this.#saved ? null : { rows, loss };
  }

  #made({ rows, loss }: Trial): number {
    this.#saved -= loss;
    this.#turn = (this.#turn + 1) % trials.length;
    return rows;
  }

  /** A run took so long. */
  ran(milliseconds: number): void {
    this.#saved = Math.min(this.#saved + trialPart * milliseconds, mostSaved);
  }

  /** What running so many rows in one batch costs more than in batches of the best size, as far as is known, in ms. */
  #lossOf(rows: number, best: number): number {
    if (!this.#curve.knows(rows)) return 0;
    const milliseconds = this.#curve.timeOf(rows);
    const atBest = (this.#curve.timeOf(best) * rows) / best;
    return Math.max(milliseconds - atBest, leastLoss * milliseconds);
  }
}
