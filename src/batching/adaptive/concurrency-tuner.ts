/** A window lasts at least so many runs, and so many ms: shorter ones tell nothing. */
const windowRuns = 8;
const windowMs = 50;
/** A window counts if runs were lacking for no more than this part of it. */
const mostIdle = 0.2;
/** Another number of runs at once must yield so much more to be kept. */
const worthwhile = 1.04;
/** One that yields less than this part is not soon tried again. */
const hopeless = 0.8;
/** Of a trial, runs that show that it is hopeless. */
const futileRuns = 4;
/** Windows between two trials, at first and after many that changed nothing. */
const shortestPause = 1;
const longestPause = 64;

/**
 * Finds how many runs of a queue at once yield the most rows. As long as there is always enough to do, it
 * measures the number in use, then one more or one less, and keeps what is better; the less it finds, the
 * more seldom it tries. Nothing is learned while runs are lacking: then any number is enough.
 */
export class ConcurrencyTuner {
  readonly #most: number;
  #kept: number;
  #used: number;
  #step = -1;
  /** Rows a ms with what is kept, measured just before a trial. */
  #keptRate = 0;
  #pause = shortestPause;
  #windowsToTrial = shortestPause;
  #isSaturated = false;
  /** Runs that were begun with another number: they and their time do not count. */
  #stale = 0;
  /** Of the window: its beginning, ms in which a run more could have been made, runs that ended and their rows. */
  #began = 0;
  #idleMs = 0;
  #runs = 0;
  #rows = 0;
  /** Since when a run more could be made; NaN: it cannot. */
  #idleSince = Number.NaN;

  /** @param most runs at once, at least 1: the first number that is tried */
  constructor(most: number, now: number) {
    this.#most = most;
    this.#kept = most;
    this.#used = most;
    this.#began = now;
  }

  /** Runs at once: as many as may be where there is not always enough to do, since then nobody is to wait. */
  get limit(): number {
    return this.#isSaturated ? this.#used : this.#most;
  }

  /** Whether there was always enough to do lately. */
  get isSaturated(): boolean {
    return this.#isSaturated;
  }

  /** Whether from now on a run more could be made, and nothing waits for it. */
  idle(now: number, isIdle: boolean): void {
    if (isIdle === !Number.isNaN(this.#idleSince)) return;
    if (!isIdle) this.#idleMs += now - this.#idleSince;
    this.#idleSince = isIdle ? now : Number.NaN;
  }

  /** A run of so many rows has ended. */
  ended(now: number, rows: number): void {
    if (this.#stale > 0) {
      this.#stale--;
      if (this.#stale === 0) this.#restart(now);
      return;
    }
    this.#runs++;
    this.#rows += rows;
    const elapsed = now - this.#began;
    const rate = this.#rows / elapsed;
    const isWhole = this.#runs >= windowRuns && elapsed >= windowMs;
    if (!isWhole && !this.#isFutile(rate)) return;
    const idle = this.#idleMs + (Number.isNaN(this.#idleSince) ? 0 : now - this.#idleSince);
    const isSaturated = idle <= mostIdle * elapsed;
    if (!isWhole && !isSaturated) return;
    const before = this.limit;
    const wasSaturated = this.#isSaturated;
    this.#isSaturated = isSaturated;
    this.#restart(now);
    // Where load has just come, what was measured was measured with as many runs as may be.
    if (isSaturated && (wasSaturated || this.#used === this.#most)) this.#decide(rate);
    else if (this.#used !== this.#kept) this.#use(this.#kept);
    if (this.limit !== before && this.#stale === 0) this.#stale = Math.max(this.limit, before) + 1;
  }

  /** Whether a trial need not go on to its end: what waits meanwhile becomes late. */
  #isFutile(rate: number): boolean {
    return (
      this.#used !== this.#kept && this.#runs >= futileRuns && rate < hopeless * this.#keptRate
    );
  }

  #restart(now: number): void {
    this.#began = now;
    this.#idleMs = 0;
    this.#runs = 0;
    this.#rows = 0;
    if (!Number.isNaN(this.#idleSince)) this.#idleSince = now;
  }

  /** After a window in which there was enough to do. */
  #decide(rate: number): void {
    if (this.#most === 1) return;
    if (this.#used === this.#kept) {
      this.#keptRate = rate;
      if (--this.#windowsToTrial <= 0) this.#use(this.#kept + this.#nextStep());
      return;
    }
    if (rate > worthwhile * this.#keptRate) {
      this.#kept = this.#used;
      this.#pause = shortestPause;
    } else {
      this.#step = -this.#step;
      const isHopeless = rate < hopeless * this.#keptRate;
      this.#pause = isHopeless ? longestPause : Math.min(4 * this.#pause, longestPause);
      this.#use(this.#kept);
    }
    this.#windowsToTrial = this.#pause;
  }

  #nextStep(): number {
    const next = this.#kept + this.#step;
    if (next < 1 || next > this.#most) this.#step = -this.#step;
    return this.#step;
  }

  #use(limit: number): void {
    this.#stale = Math.max(this.#used, limit) + 1;
    this.#used = limit;
  }
}
