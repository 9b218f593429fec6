import type { ServableId } from './servable-id.ts';
import { newestFirst } from './servable-id.ts';
import type { ServableStatus } from './servable-state.ts';

/** How much is remembered of versions that have ended. */
export interface StateHistoryLimits {
  /** Ended versions of each servable. */
  readonly maxEndedVersions: number;
  /** Servables all of whose versions have ended. */
  readonly maxEndedServables: number;
}

/** The versions of one servable. */
interface Versions {
  readonly live: Map<bigint, ServableStatus>;
  /** Those in END, the one that ended last at the end. */
  readonly ended: Map<bigint, ServableStatus>;
}

/**
 * The last state of each version (spec 4.10). Versions that have not ended are all remembered; of
 * those that have, the ones that ended last, within the limits. Belongs to the control thread.
 */
export class StateHistory {
  readonly #limits: StateHistoryLimits;
  readonly #servables = new Map<string, Versions>();
  /** The names of servables all of whose versions have ended, the one that ended last at the end. */
  readonly #ended = new Set<string>();

  constructor(limits: StateHistoryLimits) {
    this.#limits = limits;
  }

  record(status: ServableStatus): void {
    const { name, version } = status.id;
    let versions = this.#servables.get(name);
    if (versions === undefined) {
      this.#servables.set(name, (versions = { live: new Map(), ended: new Map() }));
    }
    const { live, ended } = versions;
    ended.delete(version);
    this.#ended.delete(name);
    if (status.state !== 'END') {
      live.set(version, status);
      return;
    }
    live.delete(version);
    ended.set(version, status);
    dropOldest(ended, this.#limits.maxEndedVersions);
    if (live.size > 0) return;
    this.#ended.add(name);
    if (ended.size === 0) this.#forget(name);
    const [oldest] = this.#ended;
    const isOver = this.#ended.size > this.#limits.maxEndedServables;
    if (isOver && oldest !== undefined) this.#forget(oldest);
  }

  /** Null if the version is not known, or no longer. */
  status({ name, version }: ServableId): ServableStatus | null {
    const versions = this.#servables.get(name);
    return versions?.live.get(version) ?? versions?.ended.get(version) ?? null;
  }

  /** Every version known of a servable, newest first; empty if unknown. */
  statuses(name: string): readonly ServableStatus[] {
    const versions = this.#servables.get(name);
    if (versions === undefined) return [];
    const { live, ended } = versions;
    return [...live.values(), ...ended.values()].sort((a, b) => newestFirst(a.id, b.id));
  }

  /** The names of all servables known, sorted. */
  names(): readonly string[] {
    return [...this.#servables.keys()].sort();
  }

  /** Forgets the versions of a servable that have ended. */
  forgetEnded(name: string): void {
    const versions = this.#servables.get(name);
    if (versions === undefined) return;
    versions.ended.clear();
    if (versions.live.size === 0) this.#forget(name);
  }

  #forget(name: string): void {
    this.#servables.delete(name);
    this.#ended.delete(name);
  }
}

/** Drops from the front until no more than `limit` are left. */
function dropOldest(map: Map<bigint, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
