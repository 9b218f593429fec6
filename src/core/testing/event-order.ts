import { servableIdText } from '../servable-id.ts';
import type { ServableState, ServableStatus } from '../servable-state.ts';

/** What may follow a state, and whether with an error: `END!` is an END with one (spec 4.1). */
const mayFollow: Readonly<Record<ServableState | 'nothing', readonly string[]>> = {
  nothing: ['START'],
  START: ['LOADING', 'END', 'END!'],
  LOADING: ['AVAILABLE', 'END!'],
  AVAILABLE: ['UNLOADING'],
  UNLOADING: ['END'],
  END: ['START'],
};

/** Checks of all states that it is shown whether each version goes through them in their order. */
export class EventOrder {
  /** What was out of order, in words. */
  readonly violations: string[] = [];
  readonly #last = new Map<string, ServableState>();

  see({ id, state, error }: ServableStatus): void {
    const key = servableIdText(id);
    const last = this.#last.get(key) ?? 'nothing';
    const next = error === null ? state : `${state}!`;
    if (!mayFollow[last].includes(next)) this.violations.push(`${key}: ${next} after ${last}`);
    this.#last.set(key, state);
  }
}
