import type { ThreadCost } from './process-cost.ts';

/** Threads that do not take requests: the compiler's and collector's, the thread pools, TensorFlow's. */
const helpers = /^(V8Worker|DelayedTaskSche|SignalInspector|libuv-worker|tf_|serval-load)/;

/** The threads that requests can be taken on, the busiest first. */
export function servingThreads(threads: readonly ThreadCost[]): readonly ThreadCost[] {
  return threads.filter(({ name }) => !helpers.test(name));
}
