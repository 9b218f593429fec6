import { type StatusError, unavailable } from '../../status/index.ts';
import { randomFrom } from '../../util/testing/random.ts';
import { availabilityPreserving, resourcePreserving } from '../aspired-version-policy.ts';
import type { Loader } from '../loader.ts';
import { mainMemory, type ResourceAllocation } from '../resources.ts';
import type { ServableHandle } from '../servable-handle.ts';
import { AspiredKit, type Told } from './aspired-kit.ts';

const names = ['a', 'b', 'c'];
const versions = [1n, 2n, 3n, 4n];
const policies = [availabilityPreserving, resourcePreserving];

/** More than the longest pause of a manager here, in ms. */
const longPauseMs = 300_000;

type ToldVersion = Exclude<Told, bigint>;

/** A load that waits for its end. */
interface Loading {
  readonly key: string;
  /** @param error why it fails; null: it succeeds. */
  end(error: StatusError | null): void;
}

/**
 * A manager, and everything around it that chance decides: what its source says, how loads end, who
 * holds which handle. It knows what must hold at every moment, and keeps what did not:
 *
 * 1. A servable that had a version, and of which one is aspired without a break, has one under the
 *    availability preserving policy.
 * 2. Nothing is freed while it is held, nothing is freed twice, and what is looked up is alive.
 * 3. Resources are taken for all that is in memory.
 */
export class RandomWorld {
  readonly kit: AspiredKit;
  readonly violations: string[] = [];
  readonly #random: () => number;
  readonly #contentChanges: boolean;
  readonly #loading = new Set<Loading>();
  /** What is in memory: `a/1`, by the servable. */
  readonly #live = new Map<string, string>();
  readonly #held: ServableHandle<string>[] = [];
  /** The newest list of each servable. */
  readonly #told = new Map<string, readonly ToldVersion[]>();
  /** Versions whose loads all fail, as `a/1`. */
  readonly #broken = new Set<string>();
  readonly #mustServe = new Set<string>();
  readonly #limited: boolean;
  #loads = 0;
  #revisions = 0;

  /** @param contentChanges a source may say of a version that its content is another, or unknown. */
  constructor(seed: number, contentChanges: boolean) {
    this.#random = randomFrom(seed);
    this.#contentChanges = contentChanges;
    this.#limited = this.#chance(0.3);
    this.kit = new AspiredKit(
      { maxConcurrentLoads: 1 + this.#below(4) },
      this.#limited ? 14 : null,
    );
    this.kit.monitor.subscribe(({ id, state }) => {
      if (state === 'AVAILABLE' && this.#isPreserving(id.name)) this.#mustServe.add(id.name);
      this.#look(`at ${id.name}/${id.version} ${state}`);
    });
  }

  /** Something happens, and perhaps some time passes. */
  async step(): Promise<void> {
    const actions: (() => void)[] = [
      ...[() => this.#tell(), () => this.#tell()],
      ...[() => this.#endLoad(), () => this.#endLoad()],
      () => this.#endLoad(unavailable('by chance')),
      ...[() => this.#hold(), () => this.#hold(), () => this.#release(), () => this.#release()],
      () => this.#breakOrMend(),
      () => this.#changePolicy(),
      () => {
        this.kit.manager.maxConcurrentLoads = 1 + this.#below(4);
      },
    ];
    this.#pick(actions)();
    const pauseMs = this.#chance(0.2) ? this.#pick([1000, 60_000, longPauseMs]) : 0;
    if (this.#chance(0.8)) await this.kit.clock.advance(pauseMs);
    this.#look('after a step');
  }

  /**
   * Lets everything come to its end: afterwards exactly the versions that are aspired and can be
   * loaded are there. Where resources are limited, what fits of them is.
   */
  async settle(): Promise<void> {
    while (this.#held.length > 0) this.#release();
    for (let round = 0; round < 40 && this.#unsettled().length > 0; round++) await this.#rest();
    // What is as it should be stays so.
    await this.#rest();
    for (const name of this.#unsettled()) {
      this.violations.push(`${name} is ${this.#description(name)} in the end`);
    }
    const used = this.kit.resources.used(mainMemory);
    if (used !== this.#liveBytes()) {
      this.violations.push(`${used} bytes are taken by ${[...this.#live.keys()]}`);
    }
  }

  /** Stops the manager, in the middle of whatever goes on. */
  async stop(): Promise<void> {
    this.#mustServe.clear();
    let isStopped = false;
    const stopped = this.kit.manager.stop().then(() => {
      isStopped = true;
    });
    while (this.#held.length > 0) this.#release();
    await this.kit.until(() => {
      while (this.#loading.size > 0) this.#endLoad();
      return isStopped;
    });
    await stopped;
    const used = this.kit.resources.used(mainMemory);
    const { sleeping } = this.kit.clock;
    if (this.#live.size > 0 || used > 0 || sleeping > 0) {
      this.violations.push(`${[...this.#live.keys()]}, ${used} bytes, ${sleeping} pauses are left`);
    }
  }

  #tell(): void {
    const name = this.#pick(names);
    const list: ToldVersion[] = [];
    while (list.length < 3 && this.#chance(0.7)) list.push(this.#version(name));
    if (list.length === 0) this.#mustServe.delete(name);
    this.#told.set(name, list);
    this.kit.tellNow(name, ...list);
  }

  #version(name: string): ToldVersion {
    const version = this.#pick(versions);
    const revision = this.#contentChanges
      ? this.#pick(['', 'same', `${++this.#revisions}`])
      : 'same';
    if (this.#chance(0.1)) return { version, revision, error: unavailable('no data') };
    return { version, revision, loader: this.#loader(`${name}/${version}`, Number(version)) };
  }

  #loader(key: string, quantity: number): Loader<string> {
    let servable = '';
    return {
      estimateResources: (): ResourceAllocation => [{ resource: mainMemory, quantity }],
      isTransient: () => this.#chance(0.5),
      load: async () => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const loading: Loading = { key, end: (error) => (error ? reject(error) : resolve()) };
        this.#loading.add(loading);
        await promise;
        servable = `${key}#${++this.#loads}`;
        this.#live.set(servable, key);
        return servable;
      },
      unload: async () => {
        const isHeld = this.#held.some((handle) => handle.servable === servable);
        if (isHeld) this.violations.push(`${servable} is freed while it is held`);
        if (!this.#live.delete(servable)) this.violations.push(`${servable} is freed twice`);
      },
    };
  }

  #endLoad(failure: StatusError | null = null): void {
    if (this.#loading.size === 0) return;
    const loading = this.#pick([...this.#loading]);
    this.#loading.delete(loading);
    loading.end(this.#broken.has(loading.key) ? unavailable('broken') : failure);
  }

  #hold(): void {
    const name = this.#pick(names);
    const version = this.#chance(0.5) ? null : this.#pick(versions);
    let handle: ServableHandle<string>;
    try {
      handle = this.kit.manager.acquire({ name, version, label: null });
    } catch {
      return;
    }
    this.#held.push(handle);
  }

  #release(): void {
    const [handle] = this.#held.splice(this.#below(this.#held.length), 1);
    handle?.release();
  }

  #breakOrMend(): void {
    const key = `${this.#pick(names)}/${this.#pick(versions)}`;
    if (!this.#broken.delete(key)) this.#broken.add(key);
  }

  #changePolicy(): void {
    const name = this.#pick(names);
    this.kit.policies.set(name, this.#pick(policies));
    if (!this.#isPreserving(name)) this.#mustServe.delete(name);
    this.kit.manager.reconsider(name);
  }

  /** What must hold at every moment. */
  #look(moment: string): void {
    for (const name of this.#mustServe) {
      const found = this.kit.latest(name);
      if (!this.#live.has(found)) this.violations.push(`${moment}: ${found} of ${name}`);
    }
    for (const { servable } of this.#held) {
      if (!this.#live.has(servable)) this.violations.push(`${moment}: ${servable} is dead`);
    }
    const used = this.kit.resources.used(mainMemory);
    if (used < this.#liveBytes()) this.violations.push(`${moment}: only ${used} bytes are taken`);
  }

  /** Time for another try of everything, all of which end. */
  async #rest(): Promise<void> {
    await this.kit.clock.advance(longPauseMs);
    while (this.#loading.size > 0) {
      this.#endLoad();
      await this.kit.settle();
    }
  }

  /** The servables whose versions are not those that they should be. */
  #unsettled(): string[] {
    return [...this.#told].flatMap(([name, list]) => {
      const may = new Set(list.map(({ version }) => version));
      const must = this.#limited
        ? []
        : list.filter(
            ({ version, error }) => error === undefined && !this.#broken.has(`${name}/${version}`),
          );
      const there = this.#available(name);
      const isRight =
        (there.every((version) => may.has(version)) || this.#isKept(name, may)) &&
        firstOfEach(must, list).every(({ version }) => there.includes(version)) &&
        this.#liveVersions(name) === there.length;
      return isRight ? [] : [name];
    });
  }

  /** Whether an old version is all that there is, since none that is wanted could be loaded. */
  #isKept(name: string, wanted: ReadonlySet<bigint>): boolean {
    return wanted.size > 0 && this.#isPreserving(name) && this.#available(name).length === 1;
  }

  #description(name: string): string {
    const told = this.#told
      .get(name)!
      .map(
        ({ version, revision, error }) =>
          `${version} ${revision}${error === undefined ? '' : ' without data'}`,
      );
    return `${this.kit.states(name)}, told ${told}, with broken ${[...this.#broken]}`;
  }

  #available(name: string): bigint[] {
    return this.kit.manager
      .statuses(name)
      .filter(({ state }) => state === 'AVAILABLE')
      .map(({ id }) => id.version);
  }

  #liveVersions(name: string): number {
    return [...this.#live.values()].filter((key) => key.startsWith(`${name}/`)).length;
  }

  #liveBytes(): number {
    return [...this.#live.values()].reduce((sum, key) => sum + Number(key.split('/')[1]), 0);
  }

  #isPreserving(name: string): boolean {
    return this.kit.policies.get(name) !== resourcePreserving;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }
}

/** Those of `some` that are the first of their number in the list. */
function firstOfEach(
  some: readonly ToldVersion[],
  list: readonly ToldVersion[],
): readonly ToldVersion[] {
  return some.filter((one) => list.find(({ version }) => version === one.version) === one);
}
