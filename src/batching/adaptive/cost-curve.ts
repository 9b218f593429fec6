/** Of a new value in a mean that forgets: the weight of one run in the cost of its size. */
const weight = 0.2;
/** One run counts as so many times the mean at most: a machine that stood still says nothing of the model. */
const mostRise = 2;
/**
 * Of so many first runs of a size, and as many as are made at once besides the first, the fastest counts: an engine prepares itself for each new shape, which can take many
 * times what a run does.
 */
const firstRuns = 3;
/**
 * The weight of a run that took less than half of the mean, which then holds runs that were slow for once; and of a larger
 * one that yields more: runs of the size in use would keep theirs for ever.
 */
const fallWeight = 0.5;
/** Classes an octave: sizes that differ by less than a fifth or so cost about the same a row. */
const classesPerOctave = 2;

/** What is known of the runs of about one size. */
interface Point {
  rows: number;
  milliseconds: number;
  runs: number;
}

/**
 * What a run costs by its number of rows, learned from the runs that were made. Old runs are forgotten by
 * and by, since the cost changes with what else the machine does.
 */
export class CostCurve {
  /** By size class; those in between that were never run are missing. */
  readonly #points: (Point | undefined)[] = [];
  readonly #runs: number;
  readonly #prior: CostCurve | null;

  /**
   * @param prior says what is expected as long as nothing is known
   * @param runs that are made at once
   */
  constructor(prior: CostCurve | null = null, runs = 1) {
    this.#runs = runs;
    this.#prior = prior;
  }

  /** A run of so many rows, at least 1, took so long. */
  record(rows: number, milliseconds: number): void {
    const index = classOf(rows);
    const point = this.#points[index];
    if (point === undefined) {
      this.#points[index] = { rows, milliseconds, runs: 1 };
      return;
    }
    point.runs++;
    if (point.runs < firstRuns + this.#runs) {
      if (milliseconds * point.rows > point.milliseconds * rows) return;
      point.rows = rows;
      point.milliseconds = milliseconds;
      return;
    }
    const isBetter = rows > point.rows && milliseconds * point.rows < point.milliseconds * rows;
    const own = isBetter || 2 * milliseconds < point.milliseconds ? fallWeight : weight;
    const counted = Math.min(milliseconds, mostRise * point.milliseconds);
    point.rows += own * (rows - point.rows);
    point.milliseconds += own * (counted - point.milliseconds);
  }

  /** Whether enough runs of about this size were made to judge it: what the first ones at once took may be mostly preparation. */
  knows(rows: number): boolean {
    const point = this.#points[classOf(rows)];
    return point !== undefined && point.runs > this.#runs;
  }

  /** Whether runs of about one size only were made: what comes with a run and what with its rows cannot be told apart. */
  get isOneSize(): boolean {
    const last = this.#points.length - 1;
    return last >= 0 && this.#points.findIndex((point) => point !== undefined) === last;
  }

  /**
   * How long a run of so many rows is expected to take, in ms: between the nearest sizes that are known on a line, but
   * no longer than any larger one: one that was slow for once would never be run again otherwise;
   * below all of them as the smallest, above on the line through the smallest and the largest, or in
   * proportion to the only one. 0 where nothing is known.
   */
  timeOf(rows: number): number {
    if (this.#points.length === 0) return this.#prior?.timeOf(rows) ?? 0;
    let first: Point | null = null;
    let below: Point | null = null;
    for (const point of this.#points) {
      if (point === undefined) continue;
      if (point.rows >= rows) {
        const between = below === null ? point.milliseconds : onLine(below, point, rows);
        return Math.min(between, this.#leastFrom(rows));
      }
      first ??= point;
      below = point;
    }
    if (first === null || below === null) return 0;
    if (first === below) return (below.milliseconds * rows) / below.rows;
    return Math.max(below.milliseconds, onLine(first, below, rows));
  }

  /** What the fastest runs took that were of so many rows or more, in ms. */
  #leastFrom(rows: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const point of this.#points) {
      if (point !== undefined && point.rows >= rows) least = Math.min(least, point.milliseconds);
    }
    return least;
  }

  /** Rows of the largest runs that were made; 0: none were. */
  get largest(): number {
    if (this.#points.length === 0) return this.#prior?.largest ?? 0;
    return Math.ceil(this.#points.findLast((point) => point !== undefined)?.rows ?? 0);
  }

  /**
   * Rows of a run that make it no more than so many ms longer than a smallest one would be: no more than twice as many as were
   * ever run; 0 where nothing is known. What a row adds is taken from the size for which that is the least: one that was
   * slow for once, and is not run since, would count for ever.
   */
  rowsWorth(milliseconds: number): number {
    if (this.#points.length === 0) return this.#prior?.rowsWorth(milliseconds) ?? 0;
    let smallest: Point | null = null;
    let slope = Number.POSITIVE_INFINITY;
    let most = 0;
    for (const point of this.#points) {
      if (point === undefined) continue;
      most = Math.ceil(2 * point.rows);
      if (smallest === null) smallest = point;
      else slope = Math.min(slope, slopeOf(smallest, point));
    }
    if (smallest === null) return 0;
    if (slope === Number.POSITIVE_INFINITY) slope = smallest.milliseconds / smallest.rows;
    return slope * most <= milliseconds ? most : Math.floor(milliseconds / slope);
  }

  /**
   * The smallest size that yields no less than `part` of the most rows a ms, among those that are known to take
   * no longer than `mostMs`; the smallest known if all take longer. 0 where nothing is known.
   */
  bestSize(mostMs: number, part: number): number {
    if (this.#points.length === 0) return this.#prior?.bestSize(mostMs, part) ?? 0;
    let smallest = 0;
    let bestRate = 0;
    for (const point of this.#points) {
      if (point === undefined) continue;
      if (smallest === 0) smallest = point.rows;
      if (point.milliseconds <= mostMs) bestRate = Math.max(bestRate, rateOf(point));
    }
    for (const point of this.#points) {
      if (point === undefined || point.milliseconds > mostMs) continue;
      if (rateOf(point) >= part * bestRate) return Math.round(point.rows);
    }
    return Math.round(smallest);
  }
}

/** The time of so many rows on the line through two points. */
function onLine(a: Point, b: Point, rows: number): number {
  return a.milliseconds + ((rows - a.rows) / (b.rows - a.rows)) * (b.milliseconds - a.milliseconds);
}

function slopeOf(a: Point, b: Point): number {
  return Math.max(0, b.milliseconds - a.milliseconds) / (b.rows - a.rows);
}

function rateOf({ rows, milliseconds }: Point): number {
  return rows / milliseconds;
}

function classOf(rows: number): number {
  return Math.round(classesPerOctave * Math.log2(rows));
}
