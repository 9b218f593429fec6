/** A window lasts at least so many runs, and so many ms: shorter ones tell nothing. */
const windowRuns = 8;
const windowMs = 50;
/**
 * There was always enough to do if runs were lacking for no more than this part of a window. Those who come again together
 * are all away for a while: more where runs wait for them, or serve as many tasks as one by one could not have been served.
 */
const mostIdle = 0.2;
const mostIdleTogether = 0.35;
const manyTasks = 4;

/** A run that has ended. */
export interface EndedRun {
  readonly rows: number;
  readonly tasks: number;
  /** Whether such runs were made before: others may take long for once, and windows in which there are some do not count. */
  readonly isUsual: boolean;
  /** Whether it took long enough for others to be waited for. */
  readonly isLong: boolean;
}

/** What ended in a stretch of time, and for how long a run more could have been made. */
export class LoadWindow {
  #began: number;
  /** Ms in which a run more could have been made, and the longest of them in one. */
  #idleMs = 0;
  #longestIdleMs = 0;
  #runs = 0;
  #rows = 0;
  #tasks = 0;
  /** Since when a run more could be made; NaN: it cannot. */
  #idleSince = Number.NaN;

  constructor(now: number) {
    this.#began = now;
  }

  /** Runs that have ended. */
  get runs(): number {
    return this.#runs;
  }

  restart(now: number): void {
    this.#began = now;
    this.#idleMs = 0;
    this.#longestIdleMs = 0;
    this.#runs = 0;
    this.#rows = 0;
    this.#tasks = 0;
    if (!Number.isNaN(this.#idleSince)) this.#idleSince = now;
  }

  /** Whether from now on a run more could be made, and nothing waits for it. */
  idle(now: number, isIdle: boolean): void {
    if (isIdle === !Number.isNaN(this.#idleSince)) return;
    if (!isIdle) this.#noteIdle(now - this.#idleSince);
    this.#idleSince = isIdle ? now : Number.NaN;
  }

  ended(now: number, { rows, tasks }: EndedRun): void {
    this.#runs++;
    this.#rows += rows;
    this.#tasks += tasks;
    if (Number.isNaN(this.#idleSince)) return;
    this.#noteIdle(now - this.#idleSince);
    this.#idleSince = now;
  }

  /** Rows a ms. */
  rate(now: number): number {
    return this.#rows / this.#elapsed(now);
  }

  /** @param atOnce runs that are begun together may end together: the window is not to have one more of some than of others */
  isWhole(now: number, atOnce: number): boolean {
    const isLong = this.#runs >= windowRuns && this.#elapsed(now) >= windowMs;
    return isLong && this.#runs % atOnce === 0;
  }

  /** Whether there was always enough to do. @param gathers whether runs waited for those who come again */
  isSaturated(now: number, gathers: boolean): boolean {
    const areTogether = gathers || this.#tasks >= manyTasks * this.#runs;
    const most = areTogether ? mostIdleTogether : mostIdle;
    return this.#idleMs - this.#longestIdleMs <= most * this.#elapsed(now);
  }

  /** The longest pause does not count: one alone is the end of one load and the beginning of the next. */
  #elapsed(now: number): number {
    return now - this.#began - this.#longestIdleMs;
  }

  #noteIdle(milliseconds: number): void {
    this.#idleMs += milliseconds;
    if (milliseconds > this.#longestIdleMs) this.#longestIdleMs = milliseconds;
  }
}
