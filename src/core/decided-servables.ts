import type { ServableStatus } from './servable-state.ts';

/**
 * Which version decides each of some servables: the newest that is AVAILABLE, or in END with
 * an error (spec 4.6).
 *
 * Follows the states as they are published, at a cost that does not grow with the number of names.
 * A version counts from the event on that says so, also where the history keeps no ended ones;
 * it no longer counts once it goes on to another state.
 */
export class DecidedServables {
  readonly #names: readonly string[];
  readonly #lookUp: (name: string) => readonly ServableStatus[];
  /** By name: the version that decides, null while none does. */
  readonly #deciding = new Map<string, ServableStatus | null>();
  #undecided = 0;

  /** @param lookUp the versions known of a servable, newest first */
  constructor(names: readonly string[], lookUp: (name: string) => readonly ServableStatus[]) {
    this.#names = names;
    this.#lookUp = lookUp;
    for (const name of new Set(names)) {
      this.#deciding.set(name, null);
      this.#undecided++;
      this.#set(name, this.#known(name));
    }
  }

  /** Takes a state that was just published. */
  see(status: ServableStatus): void {
    const { name, version } = status.id;
    const deciding = this.#deciding.get(name);
    if (deciding === undefined) return;
    if (isDeciding(status)) {
      if (deciding === null || version >= deciding.id.version) this.#set(name, status);
    } else if (version === deciding?.id.version) this.#set(name, this.#known(name));
  }

  /** The deciding version of each name, in the order of the names; null while one has none. */
  all(): readonly ServableStatus[] | null {
    if (this.#undecided > 0) return null;
    return this.#names.map((name) => this.#deciding.get(name)!);
  }

  #known(name: string): ServableStatus | null {
    return this.#lookUp(name).find(isDeciding) ?? null;
  }

  #set(name: string, status: ServableStatus | null): void {
    if (this.#deciding.get(name) === null) this.#undecided--;
    if (status === null) this.#undecided++;
    this.#deciding.set(name, status);
  }
}

/** A version that was unloaded has ended well, and says nothing of whether another will be available. */
function isDeciding({ state, error }: ServableStatus): boolean {
  return state === 'AVAILABLE' || (state === 'END' && error !== null);
}
