export type { FileSystemSourceOptions } from './file-system-source.ts';
export { FileSystemSource } from './file-system-source.ts';
export type { AspiredPath, StoragePath } from './storage-path.ts';
export type { Completeness } from './version-gate.ts';
export type { WatchedServable } from './watched-servable.ts';
