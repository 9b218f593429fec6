import type { StatusError } from '../status/index.ts';

/**
 * Brings one version of a servable into memory and out again. Order of calls: `load` until it
 * succeeds (a failed one may be tried again), then `unload` once; never `load` after `unload`.
 */
export interface Loader<T> {
  /** @throws StatusError why the version cannot be served. */
  load(): Promise<T>;
  /**
   * Whether another `load` may succeed after one failed with `error`: false where the version
   * itself is at fault and stays as it is.
   */
  isTransient(error: StatusError): boolean;
  /** Frees what `load` made; called when no handle is left. Must not fail. */
  unload(): Promise<void>;
}
