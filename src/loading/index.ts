export type { LoadThreadsOptions } from './load-threads.ts';
export { defaultIdleMs, defaultMaxHeapMb, LoadThreads } from './load-threads.ts';
export type { LoadJob, LoadResult } from './protocol.ts';
