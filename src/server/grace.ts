import type { Clock } from '../util/index.ts';

/** Waits for `work`, which must not reject, but no longer than `graceMs`. Says whether it ended. */
export async function within(graceMs: number, clock: Clock, work: Promise<void>): Promise<boolean> {
  const over = new AbortController();
  const ended = work.then(() => true);
  const late = clock.sleep(graceMs, over.signal).then(
    () => false,
    () => true,
  );
  const isEnded = await Promise.race([ended, late]);
  over.abort();
  return isEnded;
}
