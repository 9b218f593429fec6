import type { HandleCounts } from './handle-counts.ts';
import type { ServableId } from './servable-id.ts';

/**
 * Keeps one version loaded while a request uses it. Hold it briefly and release it once, in
 * `finally`: releasing more often than acquired frees what another request still uses, and throws
 * as soon as the counts show it. All handles that one thread holds on a version are one object, so
 * that acquiring allocates nothing.
 */
export interface ServableHandle<T> extends Disposable {
  readonly id: ServableId;
  readonly servable: T;
  release(): void;
}

/** The handles of one thread (a row of the counts) on one version (a slot). */
export class CountedHandle<T> implements ServableHandle<T> {
  readonly id: ServableId;
  readonly servable: T;
  readonly #counts: HandleCounts;
  readonly #row: number;
  readonly slot: number;

  constructor(id: ServableId, servable: T, counts: HandleCounts, row: number, slot: number) {
    this.id = id;
    this.servable = servable;
    this.#counts = counts;
    this.#row = row;
    this.slot = slot;
  }

  acquire(): ServableHandle<T> {
    this.#counts.acquire(this.#row, this.slot);
    return this;
  }

  release(): void {
    this.#counts.release(this.#row, this.slot);
  }

  /** For tests and control paths; `using` is too slow for the request path. */
  [Symbol.dispose](): void {
    this.release();
  }
}
