import { quantile } from '../../stats/quantile.ts';

const tickMs = 1;

/**
 * Delays of an event loop as something that arrives at any moment would see them: a timer ticks
 * every ms, and a gap of 10 ms counts as ten moments that waited 9, 8 … 0 ms, not as one.
 */
export class DelayRecorder {
  #delays: number[] = [];
  #last: number | null = null;

  /** To be called by each tick. @param now in ms */
  tick(now: number): void {
    if (this.#last !== null) {
      for (let left = now - this.#last - tickMs; left >= 0; left -= tickMs) this.#delays.push(left);
    }
    this.#last = now;
  }

  /** What was recorded since the last call. */
  take(): DelaySummary {
    const delays = this.#delays;
    this.#delays = [];
    return {
      moments: delays.length,
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
      longest: delays.reduce((longest, delay) => Math.max(longest, delay), 0),
    };
  }
}

/** Delays in ms. */
export interface DelaySummary {
  readonly moments: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}
