import type { ServableData } from './servable-data.ts';

/**
 * Is told the complete list of the versions of one servable that are to be served: those that it
 * leaves out are to be unloaded, an empty list unloads them all, and other servables are not
 * touched (spec 12). The same list again has no effect. Must not throw.
 */
export type AspiredVersionsCallback<T> = (
  servableName: string,
  versions: readonly ServableData<T>[],
) => void;

/**
 * Says which versions of which servables are to be served, and goes on saying so for as long as it
 * lives: a file system that is polled, a queue of messages, a fixed list. `T` is what it knows of
 * a version, such as its path.
 *
 * Order of calls: `setAspiredVersionsCallback` once, before anything else makes the source speak.
 * A source belongs to the control thread and calls back there.
 */
export interface Source<T> {
  /** @throws StatusError FAILED_PRECONDITION when it was set before. */
  setAspiredVersionsCallback(callback: AspiredVersionsCallback<T>): void;
}
