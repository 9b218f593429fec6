import { isDeepStrictEqual } from 'node:util';
import type { AspiredVersionsCallback, ServableId, Source } from '../core/index.ts';
import { servableData, servableIdText } from '../core/index.ts';
import { failedPrecondition, StatusError } from '../status/index.ts';
import type { Store, VersionDirectory } from '../stores/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import { type ChosenVersions, chooseVersions } from './choose-versions.ts';
import { findVersions } from './find-versions.ts';
import { Reminders } from './reminders.ts';
import type { AspiredPath, StoragePath } from './storage-path.ts';
import { type Admission, type Completeness, VersionGate } from './version-gate.ts';
import type { WatchedServable } from './watched-servable.ts';

export interface FileSystemSourceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `--file_system_poll_wait_seconds`: pause between looks; 0: each servable is found once; below 0: never. */
  readonly pollWaitSeconds: number;
  /** `--settle_seconds` */
  readonly settleSeconds: number;
  /** `--servable_versions_always_present`: a servable whose versions are all gone keeps what it had. */
  readonly alwaysPresent: boolean;
  /** Looks into a version directory of a servable. Must not throw. */
  readonly checkComplete: (path: string, name: string) => Promise<Completeness>;
  /** Whether a version that was aspired has ended with an error. */
  readonly hasFailed: (id: ServableId) => boolean;
}

/** One servable that is watched, from the configuration that names it to the one that does not. */
interface Watch {
  servable: WatchedServable;
  readonly gate: VersionGate;
  readonly reminders: Reminders;
  /** The last list that the target was told; null: none yet. */
  told: readonly AspiredPath[] | null;
  /** Some of its versions are not ready to be served. */
  isWaiting: boolean;
  /** A look at it has ended. */
  wasLookedAt: boolean;
  /** A look at it has not ended yet. */
  isLooking: boolean;
  /** It is to be looked at also where there is no polling. */
  isDue: boolean;
}

/** The subject of reminders that there is no version, whatever the reason. */
const noVersions = 'no versions';

/** Servables that are looked at at once. */
const looksAtOnce = 8;

/** The shortest pause between two looks, whatever the options say. */
const leastPauseMs = 10;

/** A look that takes longer than this, in ms, is not waited for. */
const slowLookMs = 2000;

/** The pause between looks that wait for a first version where there is no polling. */
const firstLookPauseMs = 1000;

/**
 * Watches the version directories under the base paths of servables (spec 3) and says which are to
 * be served, by each servable's policy. It differs from TFS where that only bites:
 *
 * 1. A servable whose base path cannot be read holds up no other, and keeps what it has.
 * 2. A version directory that is still being written is passed over until it is done
 *    ({@link VersionGate}), and one that cannot be read until it can; the next one counts in its
 *    place.
 * 3. A servable whose version directories are all gone keeps what it has, if `alwaysPresent`.
 *
 * Order of calls: `setAspiredVersionsCallback`, `watch`, then `start` or `look`; `watch` again
 * whenever the configuration changes. `stop` ends the polling.
 */
export class FileSystemSource implements Source<StoragePath> {
  readonly #options: FileSystemSourceOptions;
  readonly #watches = new Map<string, Watch>();
  #callback: AspiredVersionsCallback<StoragePath> | null = null;
  #isStopped = false;
  #polling: Promise<void> = Promise.resolve();
  /** The configuration has changed since the last look began. */
  #isWoken = false;
  /** Looks that are waited for: since when, and how to leave them to themselves. */
  readonly #awaited = new Map<Watch, { readonly since: number; leave(): void }>();
  /** Ends the pause between two looks. */
  #pauseOver = new AbortController();
  /** The look under way: looks do not overlap. */
  #looking: Promise<void> = Promise.resolve();

  constructor(options: FileSystemSourceOptions) {
    this.#options = options;
  }

  setAspiredVersionsCallback(callback: AspiredVersionsCallback<StoragePath>): void {
    if (this.#callback !== null) throw failedPrecondition('The source has a target already.');
    this.#callback = callback;
  }

  /** The names of the servables of which no look has found a version, in the order given. */
  get missing(): readonly string[] {
    return [...this.#watches].flatMap(([name, { told, isWaiting }]) =>
      told === null && !isWaiting ? [name] : [],
    );
  }

  /** The names of the servables of which the target was told no version yet, in the order given. */
  get unfound(): readonly string[] {
    return [...this.#watches].flatMap(([name, { told }]) => (told === null ? [name] : []));
  }

  /**
   * Watches these servables from now on, and no others: what is left of the others is unloaded. What
   * is new or has another path or policy is looked at at once, also where there is no polling.
   */
  watch(servables: readonly WatchedServable[]): void {
    const { store, clock, logger, settleSeconds, pollWaitSeconds, checkComplete } = this.#options;
    const settleMs = settleSeconds * 1000;
    const pauseMs = pollWaitSeconds > 0 ? pollWaitSeconds * 1000 : firstLookPauseMs;
    // Timers are not exact: the look after a pause is to find the whole pause quiet.
    const quietMs = Math.min(settleMs, 0.9 * pauseMs);
    const names = new Set(servables.map(({ name }) => name));
    for (const [name, { told }] of this.#watches) {
      if (names.has(name)) continue;
      this.#watches.delete(name);
      if (told !== null) this.#tell(name, []);
    }
    let hasNews = false;
    for (const servable of servables) {
      const { name } = servable;
      const known = this.#watches.get(servable.name);
      if (known !== undefined) {
        // What says the same is left as it is: a look under way holds on.
        if (isSameServable(known.servable, servable)) continue;
        known.servable = servable;
        known.isDue = true;
        hasNews = true;
        continue;
      }
      hasNews = true;
      this.#watches.set(servable.name, {
        servable,
        gate: new VersionGate({
          ...{ store, clock, settleMs, quietMs },
          checkComplete: (path) => checkComplete(path, name),
        }),
        reminders: new Reminders(clock, logger),
        told: null,
        isWaiting: false,
        wasLookedAt: false,
        isLooking: false,
        isDue: true,
      });
    }
    if (!hasNews) return;
    this.#isWoken = true;
    this.#pauseOver.abort();
  }

  /** Begins to look again and again, until `stop`. */
  start(): void {
    this.#polling = this.#poll();
  }

  /** Ends the polling. What a look finds that has not ended by then is told to nobody. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#pauseOver.abort();
    for (const { leave } of this.#awaited.values()) leave();
    await this.#polling;
    await this.#looking;
  }

  /**
   * Looks once at each servable. Never rejects: what is wrong is logged. A look that takes long, as
   * where a file server does not answer, is left to itself: it is not waited for, and its servable is
   * passed over until it has ended.
   */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookAtAll());
    return this.#looking;
  }

  async #poll(): Promise<void> {
    if (this.#options.pollWaitSeconds < 0) return;
    while (!this.#isStopped) {
      this.#isWoken = false;
      await this.look();
      if (!this.#isWoken && !this.#isStopped) await this.#pause();
    }
  }

  /** Until the next look is due, the configuration has changed, or the polling is to end. */
  async #pause(): Promise<void> {
    const { clock, pollWaitSeconds } = this.#options;
    const isDone = ![...this.#watches.values()].some(({ isDue }) => isDue);
    const once = isDone ? Number.POSITIVE_INFINITY : firstLookPauseMs;
    const pauseMs = pollWaitSeconds > 0 ? Math.max(pollWaitSeconds * 1000, leastPauseMs) : once;
    this.#pauseOver = new AbortController();
    try {
      await clock.sleep(pauseMs, this.#pauseOver.signal);
    } catch {
      // Only `watch` and `stop` end the pause early.
    }
  }

  async #lookAtAll(): Promise<void> {
    const { pollWaitSeconds } = this.#options;
    const due = [...this.#watches.values()].filter(
      ({ isDue, isLooking }) => !isLooking && (pollWaitSeconds > 0 || isDue),
    );
    const rest = due.values();
    const look = async () => {
      for (const watch of rest) {
        if (this.#isStopped) return;
        await this.#lookUnlessSlow(watch);
      }
    };
    const over = new AbortController();
    const watched = this.#leaveSlowLooks(over.signal);
    await Promise.all(Array.from({ length: looksAtOnce }, look));
    over.abort();
    await watched;
    this.#options.logger.trace('Looked at all base paths');
  }

  /** Resolves when the look has ended, or is left to itself. */
  async #lookUnlessSlow(watch: Watch): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited.set(watch, { since: this.#options.clock.now(), leave: resolve });
    watch.isLooking = true;
    void this.#lookAt(watch).then(() => {
      watch.isLooking = false;
      watch.wasLookedAt = true;
      resolve();
    });
    await promise;
    this.#awaited.delete(watch);
  }

  /** Leaves looks that take long to themselves, until the signal is aborted. */
  async #leaveSlowLooks(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    for (;;) {
      try {
        await clock.sleep(slowLookMs / 2, signal);
      } catch {
        return; // The looks have ended.
      }
      for (const [{ servable }, { since, leave }] of this.#awaited) {
        if (clock.now() - since < slowLookMs) continue;
        const { name, basePath } = servable;
        logger.warn(
          `Looking at base path ${basePath} of servable ${name} takes long: it is not waited for`,
        );
        leave();
      }
    }
  }

  async #lookAt(watch: Watch): Promise<void> {
    const { store, logger, alwaysPresent } = this.#options;
    const { servable, reminders, told } = watch;
    const { name, policy } = servable;
    try {
      const found = await findVersions(store, servable);
      const chosen = await this.#choose(watch, found);
      if (this.#isOutdated(watch, servable)) return;
      const { versions, waiting, warnings } = chosen;
      const subjects = new Set([...warnings, ...waiting.map(({ path }) => path)]);
      if (versions.length === 0) subjects.add(noVersions);
      reminders.keepOnly(subjects);
      for (const warning of warnings) reminders.say(warning, warning);
      watch.isWaiting = waiting.length > 0;
      const isAskedForNone = policy.kind === 'specific' && policy.versions.length === 0;
      if (versions.length === 0 && !isAskedForNone) {
        // Versions that are not ready yet are no reason to unload those that are served.
        if (watch.isWaiting) return;
        this.#none(watch);
        if (told === null || alwaysPresent) return;
      }
      watch.isDue = watch.isWaiting;
      const list = versions.map(({ directory: { version, path }, revision }) =>
        servableData({ name, version }, path, revision),
      );
      if (told !== null && isSameList(told, list)) return;
      logger.debug(`Versions of servable ${name} to serve: ${list.map(({ id }) => id.version)}`);
      watch.told = list;
      this.#tell(name, list);
    } catch (error) {
      if (this.#isOutdated(watch, servable)) return;
      this.#unreadable(watch, StatusError.from(error));
    }
  }

  /** Whether the configuration has changed since a look at the servable began. */
  #isOutdated(watch: Watch, servable: WatchedServable): boolean {
    const isOther = this.#watches.get(servable.name) !== watch || watch.servable !== servable;
    return isOther || this.#isStopped;
  }

  #choose(watch: Watch, found: readonly VersionDirectory[]): Promise<ChosenVersions> {
    const { name, policy } = watch.servable;
    watch.gate.keepOnly(new Set(found.map(({ path }) => path)));
    return chooseVersions(name, policy, found, (directory) => this.#admit(watch, directory));
  }

  async #admit(
    { servable: { name }, gate, reminders, wasLookedAt }: Watch,
    { version, path }: VersionDirectory,
  ): Promise<string | null> {
    const { logger, hasFailed, settleSeconds } = this.#options;
    const id = { name, version };
    const text = servableIdText(id);
    const admission = await gate.look(path, hasFailed(id), !wasLookedAt).catch(notAdmitted);
    const { incomplete } = admission;
    if (!admission.admitted) {
      const waiting = `Waiting for servable version ${text} at ${path}`;
      if (incomplete !== null) reminders.say(path, `${waiting} to be complete: ${incomplete}`);
      // That its files have just changed is as it should be; that they go on changing is not.
      else reminders.sayLater(path, `${waiting}: it is complete, but its files go on changing`);
      return null;
    }
    if (incomplete !== null) {
      logger.warn(
        `Servable version ${text} at ${path} is incomplete and has not changed for ` +
          `${settleSeconds} s, it is loaded as it is: ${incomplete}`,
      );
    }
    return admission.revision;
  }

  /** No version directory is there. */
  #none({ servable: { name, basePath }, told, reminders }: Watch): void {
    const isVersion = /\/\d+\/*$/.test(basePath)
      ? ` ${basePath} looks like a version itself: the base path is the folder above it.`
      : '';
    const text =
      `No versions of servable ${name} found under base path ${basePath}. Did you forget to name ` +
      `your leaf directory as a number (eg. '/1/')?${isVersion}`;
    const isKept = told !== null && told.length > 0 && this.#options.alwaysPresent;
    const kept = isKept ? `Refusing to unload all versions for Servable: ${name}. ` : '';
    reminders.say(noVersions, told === null ? this.#waitingFor(name, text) : `${kept}${text}`);
  }

  #unreadable({ servable: { name, basePath }, told, reminders }: Watch, error: StatusError): void {
    const text =
      `FileSystemStoragePathSource encountered a filesystem access error: ${error.message}. ` +
      `Servable ${name} keeps its versions until ${basePath} can be read again`;
    reminders.say(noVersions, told === null ? this.#waitingFor(name, error.message) : text);
  }

  #waitingFor(name: string, reason: string): string {
    const { pollWaitSeconds } = this.#options;
    const outlook = pollWaitSeconds > 0 ? ` (looking again every ${pollWaitSeconds} s)` : '';
    return `Waiting for model ${name}${outlook}: ${reason}`;
  }

  #tell(name: string, versions: readonly AspiredPath[]): void {
    if (this.#callback === null) throw failedPrecondition('The source has no target.');
    this.#callback(name, versions);
  }
}

/** What cannot be read may be tomorrow. */
function notAdmitted(error: unknown): Admission {
  return { admitted: false, incomplete: String(StatusError.from(error)) };
}

function isSameServable(a: WatchedServable, b: WatchedServable): boolean {
  return a.basePath === b.basePath && isDeepStrictEqual(a.policy, b.policy);
}

function isSameList(a: readonly AspiredPath[], b: readonly AspiredPath[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ id, data, revision }, i) =>
        id.version === b[i]?.id.version && data === b[i].data && revision === b[i].revision,
    )
  );
}
