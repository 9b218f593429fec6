import type { ServableData } from '../core/index.ts';

/** Where a version lies, in its store's notation: what the sources of this room say of a version. */
export type StoragePath = string;

/** A version directory that is to be served. */
export type AspiredPath = ServableData<StoragePath>;
