import type { ServableHandle } from './servable-handle.ts';
import type { ServableStatus } from './servable-state.ts';

/** Which version of a servable a request asks for. At most one of version and label is set. */
export interface ServableRequest {
  readonly name: string;
  readonly version: bigint | null;
  readonly label: string | null;
}

/** What the request path needs of a manager. All calls are synchronous and never wait for a load. */
export interface ServableLookup<T> {
  /**
   * The handle of the version asked for: without version and label the highest AVAILABLE one.
   * @throws StatusError with the texts of spec 4.8.
   */
  acquire(request: ServableRequest): ServableHandle<T>;

  /** Every version known of a servable, newest first, ended ones included; empty if unknown. */
  statuses(name: string): readonly ServableStatus[];

  /** The names of all servables known, sorted. */
  names(): readonly string[];
}
