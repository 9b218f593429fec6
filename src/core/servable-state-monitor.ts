import { newestFirst } from './servable-id.ts';
import type { ServableState, ServableStatus } from './servable-state.ts';

/** Is told of every state, in order, synchronously. Must not throw. */
export type StateListener = (status: ServableStatus) => void;

/**
 * Knows the last state of every version ever seen, those in END included (spec 4.10), and tells
 * listeners of each new one. Whoever changes a version's state publishes it here.
 */
export class ServableStateMonitor {
  readonly #statuses = new Map<string, Map<bigint, ServableStatus>>();
  readonly #listeners = new Set<StateListener>();

  publish(status: ServableStatus): void {
    const { name, version } = status.id;
    let versions = this.#statuses.get(name);
    if (versions === undefined) this.#statuses.set(name, (versions = new Map()));
    versions.set(version, status);
    for (const listener of this.#listeners) listener(status);
  }

  /** Every version known of a servable, newest first; empty if unknown. */
  statuses(name: string): readonly ServableStatus[] {
    const versions = this.#statuses.get(name);
    if (versions === undefined) return [];
    return [...versions.values()].sort((a, b) => newestFirst(a.id, b.id));
  }

  /** The names of all servables known, sorted. */
  names(): readonly string[] {
    return [...this.#statuses.keys()].sort();
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until some version of each servable is AVAILABLE or END, and returns that version's
   * status for each name. Versions are looked at from the newest on; the first in either state
   * decides (spec 4.6). Rejects with the signal's reason when it is aborted.
   */
  async waitUntilDecided(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ServableStatus[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly ServableStatus[]>();
    const look = () => {
      const decided = names.map((name) => this.#deciding(name));
      if (!decided.includes(null)) resolve(decided as ServableStatus[]);
    };
    const abort = () => reject(signal.reason);
    const unsubscribe = this.subscribe(look);
    signal.addEventListener('abort', abort);
    try {
      signal.throwIfAborted();
      look();
      return await promise;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', abort);
    }
  }

  #deciding(name: string): ServableStatus | null {
    return this.statuses(name).find(({ state }) => isDeciding(state)) ?? null;
  }
}

function isDeciding(state: ServableState): boolean {
  return state === 'AVAILABLE' || state === 'END';
}
