import type { StatusError } from '../status/index.ts';
import type { ResourceAllocation } from './resources.ts';

/**
 * Brings one version of a servable into memory and out again. Order of calls: `estimateResources`
 * at any time, `load` until it succeeds (a failed one may be tried again), then `unload` once;
 * never `load` after `unload`. All calls are made on the control thread; work that takes longer
 * than a millisecond belongs on another one.
 */
export interface Loader<T> {
  /**
   * An upper bound of what the servable takes, also while it is being loaded. It may become less
   * once the servable is loaded, never more. Asked again after the load.
   *
   * @throws StatusError why it cannot be told; then the version is not loaded.
   */
  estimateResources(): ResourceAllocation | Promise<ResourceAllocation>;
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
