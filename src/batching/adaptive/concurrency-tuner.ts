import { type EndedRun, LoadWindow } from './load-window.ts';

/** Another way must yield so much more to be kept; one that waits for nobody is good enough with this part. */
const worthwhile = 1.04;
const asGood = 0.98;
/** Windows of a trial, each after one of what is kept. */
const trialWindows = 3;
/** After fewer of them, so much less or more than needed is clear. */
const clearlyLess = [0.1, 0.04];
const clearlyMore = [0.2, 0.07];
/** A way that yields less than this part after so many runs is not measured to the end of a window: what waits meanwhile becomes late. */
const hopeless = 0.8;
const futileRuns = 4;
/** Windows between two trials, at first and after many that changed nothing. */
const shortestPause = 1;
const longestPause = 64;
const pauseGrowth = 4;

/** How runs are made as long as there is enough to do. */
interface Way {
  /** At once. */
  readonly runs: number;
  /** Whether a run waits for those whose replies have just gone out, and who will ask again. */
  readonly gathers: boolean;
}

/** Another way that is measured in turns with the one that is kept. */
interface Trial {
  readonly way: Way;
  /** Of windows so far, rows a ms: with what is kept and with the other way. */
  kept: number;
  tried: number;
  windows: number;
}

/**
 * Finds how many runs of a queue at once yield the most rows, and whether it pays to wait for those who will ask again.
 * As long as there is always enough to do, it measures what is in use in turns with one run more or one less, or with
 * and without waiting, and keeps what is better; the less it finds, the more seldom it tries. Nothing is learned while runs
 * are lacking: then any number is enough.
 */
export class ConcurrencyTuner {
  readonly #most: number;
  readonly #window: LoadWindow;
  #kept: Way;
  #used: Way;
  /** What was kept before: not the first to be tried again. */
  #beaten: Way | null = null;
  /** Of the ways next to the one in use, which is to be tried. */
  #turn = 0;
  #trial: Trial | null = null;
  /** Rows a ms of the last window with what is kept. */
  #keptRate = 0;
  #pause = shortestPause;
  #windowsToTrial = shortestPause;
  #isSaturated = false;
  /** Runs that were begun another way: they and their time do not count. */
  #stale = 0;

  /** @param most runs at once, at least 1: the first number that is tried */
  constructor(most: number, now: number) {
    this.#most = most;
    this.#window = new LoadWindow(now);
    this.#kept = { runs: most, gathers: false };
    this.#used = this.#kept;
  }

  /** Runs at once: as many as may be where there is not always enough to do, since then nobody is to wait. */
  get limit(): number {
    return this.#isSaturated ? this.#used.runs : this.#most;
  }

  /** Whether a run had best wait for those whose replies have just gone out. */
  get gathers(): boolean {
    return this.#isSaturated && this.#used.gathers;
  }

  /** Whether there was always enough to do lately. */
  get isSaturated(): boolean {
    return this.#isSaturated;
  }

  /** Whether another way is being measured. */
  get isTrying(): boolean {
    return this.#trial !== null;
  }

  /** Whether from now on a run more could be made, and nothing waits for it. */
  idle(now: number, isIdle: boolean): void {
    this.#window.idle(now, isIdle);
  }

  ended(now: number, run: EndedRun): void {
    if (!run.isUsual && this.#stale === 0) this.#stale = this.limit;
    if (this.#stale > 0) {
      this.#stale--;
      if (this.#stale === 0) this.#window.restart(now);
      return;
    }
    this.#window.ended(now, run);
    const rate = this.#window.rate(now);
    const isWhole = this.#window.isWhole(now, this.limit);
    if (!isWhole && !this.#isFutile(rate)) return;
    const isSaturated = this.#window.isSaturated(now, this.gathers);
    if (!isWhole && !isSaturated) return;
    this.#window.restart(now);
    this.#judge(rate, isSaturated, run.isLong);
  }

  /** Whether a window of a trial need not go on to its end. */
  #isFutile(rate: number): boolean {
    if (this.#used === this.#kept || this.#window.runs < futileRuns) return false;
    return rate < hopeless * this.#keptRate;
  }

  #judge(rate: number, isSaturated: boolean, mayGather: boolean): void {
    const before = this.limit;
    // Where load has just come, what was measured was measured with as many runs as may be, and no wait.
    const isKnown = this.limit === this.#used.runs && this.gathers === this.#used.gathers;
    this.#isSaturated = isSaturated;
    if (!isSaturated || !isKnown) {
      if (this.#trial !== null) this.#endTrial();
    } else if (this.#used === this.#kept) this.#noteKept(rate, mayGather);
    else this.#noteTried(rate);
    if (this.limit !== before && this.#stale === 0) this.#stale = Math.max(this.limit, before) + 1;
  }

  #noteKept(rate: number, mayGather: boolean): void {
    this.#keptRate = rate;
    if (this.#trial === null) {
      if (--this.#windowsToTrial > 0) return;
      const way = this.#nextWay(mayGather);
      if (way === null) return;
      this.#trial = { way, kept: 0, tried: 0, windows: 0 };
    }
    this.#trial.kept += rate;
    this.#use(this.#trial.way);
  }

  #noteTried(rate: number): void {
    const trial = this.#trial!;
    trial.tried += rate;
    trial.windows++;
    const ratio = trial.tried / trial.kept;
    const needed = this.#kept.gathers && !trial.way.gathers ? asGood : worthwhile;
    const more = clearlyMore[trial.windows - 1] ?? 0;
    const less = clearlyLess[trial.windows - 1] ?? 0;
    if (ratio > needed + more) {
      this.#beaten = this.#kept;
      this.#kept = trial.way;
      this.#pause = Math.max(shortestPause, this.#pause / pauseGrowth);
      this.#endTrial();
    } else if (trial.windows === trialWindows || ratio < needed - less) {
      this.#turn++;
      this.#pause = Math.min(pauseGrowth * this.#pause, longestPause);
      this.#endTrial();
    } else this.#use(this.#kept);
  }

  #endTrial(): void {
    this.#trial = null;
    this.#windowsToTrial = this.#pause;
    this.#use(this.#kept);
  }

  /** The next to be tried of those that differ from the kept one in one thing; null: there is none. */
  #nextWay(mayGather: boolean): Way | null {
    const { runs, gathers } = this.#kept;
    const ways: Way[] = [];
    if (runs > 1) ways.push({ runs: runs - 1, gathers });
    if (mayGather || gathers) ways.push({ runs, gathers: !gathers });
    if (runs < this.#most) ways.push({ runs: runs + 1, gathers });
    const way = ways[this.#turn % ways.length] ?? null;
    const isBeaten = way?.runs === this.#beaten?.runs && way?.gathers === this.#beaten?.gathers;
    if (!isBeaten) return way;
    this.#beaten = null;
    this.#turn++;
    return ways[this.#turn % ways.length] ?? null;
  }

  #use(way: Way): void {
    if (way === this.#used) return;
    this.#stale = Math.max(this.#used.runs, way.runs) + 1;
    this.#used = way;
  }
}
