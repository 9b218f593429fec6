import type { Logger } from '../telemetry/index.ts';
import type { Clock } from '../util/index.ts';
import type {
  AspiredVersionPolicy,
  PolicyAction,
  VersionSnapshot,
} from './aspired-version-policy.ts';
import { BasicManager, type BasicManagerOptions, type ManagedVersion } from './basic-manager.ts';
import type { Loader } from './loader.ts';
import type { ServableData } from './servable-data.ts';
import type { ServableHandle } from './servable-handle.ts';
import type { ServableId } from './servable-id.ts';
import { servableIdText } from './servable-id.ts';
import type { ServableLookup, ServableRequest } from './servable-lookup.ts';
import type { ServableStatus } from './servable-state.ts';
import type { ServableStateMonitor } from './servable-state-monitor.ts';
import { CallbackTarget } from './target-base.ts';

/** When a version that has ended with an error is tried again while it is aspired. */
export interface FailedVersionRetry {
  /** After its first END, in ms; doubled by each further one. */
  readonly initialMs: number;
  readonly maxMs: number;
}

export interface AspiredVersionsManagerOptions<T> extends BasicManagerOptions<T> {
  /** The policy of a servable, asked at each decision. */
  readonly policyOf: (servableName: string) => AspiredVersionPolicy;
  /** Null: never before its source says something else of it, as TFS. */
  readonly retryFailed: FailedVersionRetry | null;
}

/**
 * Keeps the versions loaded that its sources aspire to: the manager of a server. Tells what it has
 * to a {@link BasicManager}, which does the work, and lets the policy of each servable decide the
 * order. Connect sources (through adapters that make loaders) by `connectSource(source, manager)`.
 *
 * 1. A list names all versions of a servable that are to be served. Those it leaves out are
 *    unloaded when the policy says so, and their loads are given up; an empty list unloads all.
 *    Only the newest list counts.
 * 2. A version that a list names again while the manager is still getting rid of it is loaded anew
 *    after it is gone, since its content may be another; where its source says that the content is
 *    the same (`revision`) and it is still there, it stays. Until it is gone the list waits: the
 *    other versions that it names are begun, and nothing is given up for it. Where none of them can
 *    be loaded, availability preserving lets the old content serve on.
 * 3. A version that failed ends, and is tried again with growing pauses while it is aspired, and as
 *    soon as its source says that its content has changed.
 *
 * Works when something happens, without a period of its own. Belongs to the control thread.
 *
 * `createManager` makes one with everything that it needs.
 */
export class AspiredVersionsManager<T>
  extends CallbackTarget<Loader<T>>
  implements ServableLookup<T>
{
  /** Tells of every state; `waitUntilDecided` waits for servables. */
  readonly monitor: ServableStateMonitor;
  readonly #basic: BasicManager<T>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #policyOf: AspiredVersionsManagerOptions<T>['policyOf'];
  readonly #retryFailed: FailedVersionRetry | null;
  /** The newest list of each servable that is not applied yet. */
  readonly #pending = new Map<string, readonly ServableData<Loader<T>>[]>();
  /** Failures in a row of each version that is aspired, by its id's text, and the wait that follows. */
  readonly #failures = new Map<string, { count: number; wait: AbortController }>();
  /** Loads and unloads that this manager has begun. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** Servables to look at, and whether somebody is looking. */
  readonly #dirty = new Set<string>();
  #isDeciding = false;

  constructor(options: AspiredVersionsManagerOptions<T>) {
    super();
    this.monitor = options.monitor;
    this.#basic = new BasicManager(options);
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#policyOf = options.policyOf;
    this.#retryFailed = options.retryFailed;
  }

  /** Loads under way at once from now on. */
  set maxConcurrentLoads(count: number) {
    this.#basic.maxConcurrentLoads = count;
  }

  acquire(request: ServableRequest): ServableHandle<T> {
    return this.#basic.acquire(request);
  }

  statuses(name: string): readonly ServableStatus[] {
    return this.#basic.statuses(name);
  }

  names(): readonly string[] {
    return this.#basic.names();
  }

  /** Whether a version is aspired and could not be loaded. */
  hasFailed(id: ServableId): boolean {
    const known = this.#basic.managedVersion(id);
    return known?.isAspired === true && known.state === 'error';
  }

  /** The policy of a servable may answer otherwise now: decides anew. */
  reconsider(servableName: string): void {
    this.#decide(servableName);
  }

  /**
   * Listens to no source any more and unloads everything, once no request uses it. Loads that have
   * begun are waited for and undone. Never rejects.
   */
  async stop(): Promise<void> {
    this.detach();
    for (const name of new Set([...this.#pending.keys(), ...this.#basic.managedNames()])) {
      this.setAspiredVersions(name, []);
    }
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  protected override setAspiredVersions(
    name: string,
    versions: readonly ServableData<Loader<T>>[],
  ): void {
    this.#pending.set(name, this.#checked(name, versions));
    this.#decide(name);
  }

  /** Without versions of other servables and without repeats: of one version the first counts. */
  #checked(
    name: string,
    versions: readonly ServableData<Loader<T>>[],
  ): readonly ServableData<Loader<T>>[] {
    const seen = new Set<bigint>();
    return versions.filter(({ id }) => {
      if (id.name !== name) {
        this.#logger.error(
          `A source named ${servableIdText(id)} among the versions of ${name}: it is ignored`,
        );
        return false;
      }
      const isFirst = !seen.has(id.version);
      seen.add(id.version);
      return isFirst;
    });
  }

  /** Looks at a servable, now or after those that are being looked at. */
  #decide(name: string): void {
    this.#dirty.add(name);
    if (this.#isDeciding) return;
    this.#isDeciding = true;
    try {
      for (const next of this.#dirty) {
        this.#dirty.delete(next);
        this.#lookAt(next);
      }
    } finally {
      this.#isDeciding = false;
    }
  }

  #lookAt(name: string): void {
    this.#forgetEnded(name);
    this.#applyPending(name);
    const policy = this.#policyOf(name);
    for (;;) {
      const versions = this.#basic
        .managed(name)
        .map(({ id, state, isAspired }) => ({ version: id.version, state, isAspired }));
      const action = policy(versions);
      if (action === null) {
        if (this.#keepReplaced(name)) continue;
        return;
      }
      const id = { name, version: action.version };
      if (!isPossible(action, versions)) {
        this.#logger.error(
          `The policy of ${name} wants to ${action.kind} ${servableIdText(id)}, which cannot be done`,
        );
        return;
      }
      this.#begin(id, action.kind === 'load' ? this.#load(id) : this.#basic.unload(id));
    }
  }

  #forgetEnded(name: string): void {
    for (const { id, state, isAspired } of this.#basic.managed(name)) {
      const isOver = state === 'new' || state === 'disabled' || state === 'error';
      if (!isAspired && isOver) this.#basic.forget(id);
    }
  }

  #applyPending(name: string): void {
    const list = this.#pending.get(name);
    if (list === undefined) return;
    const managed = new Map(this.#basic.managed(name).map((one) => [one.id.version, one]));
    const mustWait = ({ id, revision }: ServableData<Loader<T>>) => {
      const known = managed.get(id.version);
      return known !== undefined && !known.isAspired && !canStay(known, revision);
    };
    const ready = list.filter((data) => !mustWait(data));
    if (ready.length < list.length) {
      // These may be what the others wait for: an old version goes only once one is ready.
      for (const data of ready) this.#aspire(data, managed.get(data.id.version));
      return;
    }
    this.#pending.delete(name);
    const wanted = new Set(list.map(({ id }) => id.version));
    for (const { id, isAspired } of managed.values()) {
      if (!isAspired || wanted.has(id.version)) continue;
      this.#basic.setAspired(id, false);
      this.#forgetFailures(id);
    }
    for (const data of list) this.#aspire(data, managed.get(data.id.version));
    this.#forgetEnded(name);
  }

  /**
   * Ends a wait that has no end: a list names only versions that are still there with another
   * content, and nothing is left that could take over from them. They stay as they are.
   */
  #keepReplaced(name: string): boolean {
    const list = this.#pending.get(name);
    if (list === undefined || list.length === 0) return false;
    const managed = this.#basic.managed(name);
    const isAtRest = managed.every(({ state }) => state === 'ready' || state === 'error');
    const replaced = new Set(list.map(({ id }) => id.version));
    const old = managed.filter(({ id, state }) => state === 'ready' && replaced.has(id.version));
    if (!isAtRest || old.length < list.length) return false;
    this.#pending.delete(name);
    for (const { id } of managed) {
      if (replaced.has(id.version)) {
        this.#basic.setAspired(id, true);
        this.#logger.warn(
          `Servable ${servableIdText(id)} was replaced while it is served: its old content stays ` +
            'until another version takes over or it is taken away',
        );
      } else {
        this.#basic.setAspired(id, false);
        this.#forgetFailures(id);
      }
    }
    this.#forgetEnded(name);
    return true;
  }

  #aspire(data: ServableData<Loader<T>>, known: ManagedVersion | undefined): void {
    if (known === undefined) {
      this.#basic.manage(data);
    } else if (!known.isAspired) {
      this.#basic.setAspired(data.id, true);
    } else if (known.state === 'error' && isOther(data, known)) {
      this.#forgetFailures(data.id);
      this.#basic.forget(data.id);
      this.#basic.manage(data);
    }
  }

  async #load(id: ServableId): Promise<void> {
    const loaded = this.#basic.managedVersion(id);
    const error = await this.#basic.load(id);
    if (error === null) this.#forgetFailures(id);
    // Whoever heard of its end may have replaced it already.
    else if (loaded?.isAspired && this.#basic.managedVersion(id) === loaded) this.#retryLater(id);
  }

  /** Lets a failed version wait for its next try. */
  #retryLater(id: ServableId): void {
    if (this.#retryFailed === null) return;
    const key = servableIdText(id);
    const count = this.#failures.get(key)?.count ?? 0;
    const wait = new AbortController();
    this.#failures.set(key, { count: count + 1, wait });
    const { initialMs, maxMs } = this.#retryFailed;
    const pauseMs = Math.min(initialMs * 2 ** count, maxMs);
    this.#logger.warn(`Servable ${key} is tried again in ${pauseMs / 1000} s while it is aspired`);
    this.#clock
      .sleep(pauseMs, wait.signal)
      .then(
        () => {
          // It was given up too late for the clock.
          if (wait.signal.aborted) return;
          this.#basic.retry(id);
          this.#decide(id.name);
        },
        () => {
          // Only `#forgetFailures` ends the wait early.
        },
      )
      .catch((error: unknown) => this.#undecided(id.name, error));
  }

  #forgetFailures(id: ServableId): void {
    const key = servableIdText(id);
    this.#failures.get(key)?.wait.abort();
    this.#failures.delete(key);
  }

  /** Follows a load or an unload, and decides again when it has ended. */
  #begin({ name }: ServableId, work: Promise<void>): void {
    const followed: Promise<void> = work
      .then(() => this.#decide(name))
      .catch((error: unknown) => this.#undecided(name, error))
      .finally(() => {
        this.#underWay.delete(followed);
      });
    this.#underWay.add(followed);
  }

  /** What happens next to the servable decides about it anew. */
  #undecided(name: string, error: unknown): void {
    this.#logger.error(`Deciding about the versions of ${name} failed`, { error });
  }
}

/** Whether a policy's action follows from what it was told. */
function isPossible(
  { kind, version }: PolicyAction,
  versions: readonly VersionSnapshot[],
): boolean {
  const known = versions.find((one) => one.version === version);
  return known?.state === (kind === 'load' ? 'new' : 'ready');
}

/** Whether a version that is on its way out may simply stay: its content is known to be the same. */
function canStay({ state, revision }: ManagedVersion, wanted: string): boolean {
  return state === 'ready' && revision !== '' && revision === wanted;
}

/** Whether a source says of a failed version that there is something else to try. */
function isOther(data: ServableData<unknown>, known: ManagedVersion): boolean {
  return data.revision !== known.revision || (data.data !== null && !known.hasLoader);
}
