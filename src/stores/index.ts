export { folderSize } from './folder-size.ts';
export { LocalStore } from './local-store.ts';
export type { Store, StoreEntry, StoreFingerprint, StoreStat } from './store.ts';
export type { VersionDirectory } from './version-directory.ts';
export { listVersions, parseVersion } from './version-directory.ts';
