export type { WatchedServable } from './find-versions.ts';
export type { AspiredPath, StartSourceOptions } from './start-source.ts';
export { StartSource } from './start-source.ts';
