import { setTimeout as delay } from 'node:timers/promises';

/** Time as the rooms see it, so that tests can step it. */
export interface Clock {
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  now(): number;
  /**
   * Resolves after `milliseconds`, at once for zero or less. Keeps the process alive meanwhile.
   * Rejects with the signal's reason when it is aborted.
   */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The time in µs since 1970 (UTC) by a clock that counts from the start of the process. */
export function unixMicros(clock: Clock): number {
  return 1000 * (performance.timeOrigin + clock.now());
}

/** The longest that Node.js's timers can wait in one go. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(milliseconds, signal) {
    signal?.throwIfAborted();
    try {
      for (let left = milliseconds; left > 0; left -= longestTimer) {
        await delay(Math.min(left, longestTimer), undefined, signal ? { signal } : {});
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
