import { collectGarbage } from './collect-garbage.ts';

/** Between two looks at how busy the thread is, in ms. */
const lookMs = 250;
/** A thread is idle that works for less than this share of the time between two looks. */
const idleShare = 0.1;

/**
 * Has what a start leaves behind collected as soon as this thread has little to do, once: nobody waits for it, neither
 * the start nor, as a rule, a request. For threads that are Serval's own: the heap of another program may be
 * large, and its pause long. Does not keep the thread alive.
 *
 * @param work in the time since it was called last, as a share; and what to do then: others are for tests
 */
export function collectOnceIdle(work = workShare(), collect = collectGarbage): void {
  const timer = setInterval(() => {
    if (work() >= idleShare) return;
    clearInterval(timer);
    collect();
  }, lookMs);
  timer.unref();
}

function workShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
