import { DecidedServables } from './decided-servables.ts';
import type { EventBusOptions, EventListener } from './event-bus.ts';
import { EventBus } from './event-bus.ts';
import type { ServableId } from './servable-id.ts';
import type { ServableStatus } from './servable-state.ts';
import type { StateHistoryLimits } from './state-history.ts';
import { StateHistory } from './state-history.ts';

/** Is told of every state with the time in µs at which it was published, as {@link EventBus} says. */
export type StateListener = EventListener<ServableStatus>;

export interface StateMonitorOptions extends EventBusOptions, StateHistoryLimits {}

/**
 * Knows the last state of every version and tells listeners of each new one (spec 4.10). Whoever
 * changes the state of a version publishes it here, before or after the fact as spec 4.1 says.
 *
 * 1. A state can be asked for as soon as it is published, also by the listeners that hear of it.
 * 2. Every version that has not ended is known. Of those in END, no more than `maxEndedVersions`
 *    of each servable are, the ones that ended last; a version that starts again has not ended.
 * 3. Of the servables of which no version lives, no more than `maxEndedServables` are known, the
 *    ones that ended last.
 *
 * Holds nothing but states. Belongs to the control thread.
 *
 * @example
 *   monitor.publish({ id, state: 'LOADING', error: null });
 *   const [status] = await monitor.waitUntilDecided([id.name], signal);
 */
export class ServableStateMonitor {
  readonly #bus: EventBus<ServableStatus>;
  readonly #history: StateHistory;

  constructor(options: StateMonitorOptions) {
    this.#bus = new EventBus(options);
    this.#history = new StateHistory(options);
  }

  publish(status: ServableStatus): void {
    this.#history.record(status);
    this.#bus.publish(status);
  }

  /** The last state of one version; null if it is not known, or no longer. */
  status(id: ServableId): ServableStatus | null {
    return this.#history.status(id);
  }

  /** Every version known of a servable, newest first; empty if unknown. */
  statuses(name: string): readonly ServableStatus[] {
    return this.#history.statuses(name);
  }

  /** The names of all servables known, sorted. */
  names(): readonly string[] {
    return this.#history.names();
  }

  /** Forgets the versions of a servable that have ended: what is waited for then is yet to come. */
  forgetEnded(name: string): void {
    this.#history.forgetEnded(name);
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: StateListener): () => void {
    return this.#bus.subscribe(listener);
  }

  /**
   * Waits until some version of each servable is AVAILABLE or has failed, and returns that version's
   * status for each name. Versions are looked at from the newest on; the first in either state
   * decides (spec 4.6), whether or not its end is remembered. Rejects with the signal's reason
   * when it is aborted.
   */
  async waitUntilDecided(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ServableStatus[]> {
    signal.throwIfAborted();
    const decided = new DecidedServables(names, (name) => this.statuses(name));
    const { promise, resolve, reject } = Promise.withResolvers<readonly ServableStatus[]>();
    const look = () => {
      const statuses = decided.all();
      if (statuses === null) return;
      unsubscribe();
      resolve(statuses);
    };
    const unsubscribe = this.subscribe((status) => {
      decided.see(status);
      look();
    });
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      look();
      return await promise;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', abort);
    }
  }
}
