export type { LoadThreadsOptions } from './load-threads.ts';
export { defaultIdleMs, defaultMaxHeapMb, LoadThreads } from './load-threads.ts';
export type { CheckJob, LoadJob, LoadResult, WarmupJob } from './protocol.ts';
