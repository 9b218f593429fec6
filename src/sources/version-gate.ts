import type { Store } from '../stores/index.ts';
import type { Clock } from '../util/index.ts';

/** Whether the files of a version directory are all there. */
export type Completeness =
  | { readonly complete: true }
  /** @param reason for the operator: what is missing. */
  | { readonly complete: false; readonly reason: string };

export interface VersionGateOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** How long an incomplete version must not have changed to be let in; 0: all are, at once. */
  readonly settleMs: number;
  /** How long a complete version must not have changed. */
  readonly quietMs: number;
  /** Looks into a version directory. Must not throw. */
  readonly checkComplete: (path: string) => Promise<Completeness>;
}

/** What the gate says of a version directory. */
export type Admission =
  /** @param incomplete why it is let in although it is not whole; null: it is. */
  | { readonly admitted: true; readonly revision: string; readonly incomplete: string | null }
  /** @param incomplete what is missing; null: nothing is, as far as a first look tells. */
  | { readonly admitted: false; readonly incomplete: string | null };

/** A directory that was not let in yet. */
interface Waiting {
  readonly revision: string;
  /** When the first look that saw this revision was over. */
  readonly since: number;
  readonly completeness: Completeness;
}

/**
 * Keeps half-written version directories out. One is let in:
 *
 * 1. at once, if nothing in it has changed for `settleMs`, whatever is in it: a broken version then
 *    fails to load, with the runtime's own reason;
 * 2. if it is complete, and nothing in it has changed for `quietMs`: a copy that is still being
 *    written changes meanwhile, also where no file is short.
 *
 * How long nothing has changed is what the store says, or the time since the first of the looks that
 * all found the same, whichever is longer. The store's clock may differ from this machine's: what is
 * incomplete is let in by its word only where the directory was there before the first look.
 *
 * What was let in is not looked into again, until it is forgotten because it is gone, or asked for
 * anew because it failed.
 */
export class VersionGate {
  readonly #options: VersionGateOptions;
  /** Revisions of what was let in, by path. */
  readonly #admitted = new Map<string, string>();
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: VersionGateOptions) {
    this.#options = options;
  }

  /**
   * One look at a version directory.
   * @param hasFailed the version could not be loaded: it is let in again when its files change.
   * @param isFirst nobody has looked at the servable before.
   * @throws StatusError of the store.
   */
  async look(path: string, hasFailed: boolean, isFirst: boolean): Promise<Admission> {
    const { store, clock, settleMs, quietMs, checkComplete } = this.#options;
    const known = this.#admitted.get(path);
    if (known !== undefined && !hasFailed) return whole(known);
    const begin = clock.now();
    const { revision, quietMs: quiet } = await store.fingerprint(path);
    if (known !== undefined && known === revision) return whole(known);
    const last = this.#waiting.get(path);
    const same = last?.revision === revision ? last : null;
    const since = same?.since ?? clock.now();
    // A slow look proves nothing of the time that it takes itself.
    const watchedMs = Math.max(begin - since, 0);
    const unchangedMs = Math.max(quiet, watchedMs);
    const settledMs = isFirst ? unchangedMs : watchedMs;
    if (settledMs >= settleMs) return this.#admit(path, revision, same?.completeness ?? null);
    const completeness = same?.completeness ?? (await checkComplete(path));
    if (completeness.complete && unchangedMs >= quietMs) {
      return this.#admit(path, revision, completeness);
    }
    this.#admitted.delete(path);
    this.#waiting.set(path, { revision, since, completeness });
    return { admitted: false, incomplete: whatIsMissing(completeness) };
  }

  /** Forgets all paths but these: what comes back is looked into again. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#admitted.keys()) if (!paths.has(path)) this.#admitted.delete(path);
    for (const path of this.#waiting.keys()) if (!paths.has(path)) this.#waiting.delete(path);
  }

  #admit(path: string, revision: string, completeness: Completeness | null): Admission {
    this.#waiting.delete(path);
    this.#admitted.set(path, revision);
    return { admitted: true, revision, incomplete: whatIsMissing(completeness) };
  }
}

function whole(revision: string): Admission {
  return { admitted: true, revision, incomplete: null };
}

function whatIsMissing(completeness: Completeness | null): string | null {
  return completeness?.complete === false ? completeness.reason : null;
}
