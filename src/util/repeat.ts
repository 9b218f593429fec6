import type { Clock } from './clock.ts';

/**
 * Does something again and again: after a pause, and then each time so long after its last end. Resolves when
 * the signal is aborted, once what is being done has ended; rejects only with what `work` rejects.
 *
 * @param pauseMs ms by the clock
 */
export async function repeat(
  clock: Clock,
  pauseMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  for (;;) {
    await clock.sleep(pauseMs, signal).catch(() => {
      // Only the signal ends a sleep early.
    });
    if (signal.aborted) return;
    await work();
  }
}
