import { resourceExhausted } from '../status/index.ts';
import { HandleCounts } from './handle-counts.ts';
import type { ServableId } from './servable-id.ts';
import type { LabelMap } from './version-labels.ts';

/** A loaded version as threads are told of it. */
export interface TableEntry<T> {
  readonly id: ServableId;
  readonly servable: T;
  /** Its column in the {@link HandleCounts}. */
  readonly slot: number;
}

/**
 * What is different in a new table. Whoever applies it makes the next table of the one before, as a
 * whole, so that a lookup sees all of it or nothing. Structured-cloneable where `T` is.
 */
export interface TableChange<T> {
  readonly generation: number;
  /** The servables that changed, each with all of its loaded versions; none: it is gone. */
  readonly servables: ReadonlyMap<string, readonly TableEntry<T>[]>;
  /** All version labels by servable name; undefined: as before. */
  readonly labels?: ReadonlyMap<string, LabelMap>;
}

/** One edit of the table: everything in it becomes visible at once. */
export interface TableEdit<T> {
  /** Versions that can be looked up from now on, each in a slot from `reserveSlot`. */
  readonly list?: readonly TableEntry<T>[];
  readonly delist?: readonly ServableId[];
  readonly labels?: ReadonlyMap<string, LabelMap>;
}

export interface ServableTableOptions {
  /** Threads that may look servables up at once. */
  readonly maxThreads: number;
  /** Versions that may be loaded at once. */
  readonly maxVersions: number;
}

/** A row that a thread has opened. */
interface OpenRow<T> {
  readonly told: TableListener<T>;
  readonly forget: ForgetListener;
  /** Whether its thread answers nobody any more. */
  isSilent: boolean;
}

/**
 * Tells one thread that no thread holds or can look up a version any more, and resolves when it has
 * given up whatever it keeps of it: only then is the version freed. Must not reject.
 */
export type ForgetListener = (id: ServableId) => void | Promise<void>;

/** Tells one thread of a change; must see to it that the thread applies changes in their order. */
export type TableListener<T> = (change: TableChange<T>) => void;

/**
 * The table of loaded versions and of labels, kept by the control thread and published to every
 * thread that serves as a sequence of immutable tables.
 *
 * Each thread opens a row, applies every change to its own `TableReader`, and thereby acknowledges
 * it. A version may be freed once {@link drained} has told that every thread has a table without it
 * and no thread holds a handle of it.
 */
export class ServableTable<T> {
  readonly counts: HandleCounts;
  readonly #entries = new Map<string, Map<bigint, TableEntry<T>>>();
  #labels: ReadonlyMap<string, LabelMap> | null = null;
  #generation = 0;
  /** By row; null: free. */
  readonly #rows: (OpenRow<T> | null)[];
  readonly #freeSlots: number[];

  constructor({ maxThreads, maxVersions }: ServableTableOptions) {
    this.counts = HandleCounts.create(maxThreads, maxVersions);
    this.#rows = new Array<null>(maxThreads).fill(null);
    this.#freeSlots = Array.from({ length: maxVersions }, (_, i) => maxVersions - 1 - i);
  }

  get generation(): number {
    return this.#generation;
  }

  get labels(): ReadonlyMap<string, LabelMap> | null {
    return this.#labels;
  }

  has({ name, version }: ServableId): boolean {
    return this.#entries.get(name)?.has(version) ?? false;
  }

  /**
   * Opens a row for a thread; `listener` is told of the whole table at once and of every change,
   * `forget` of every version that was withdrawn, before it is freed.
   * @throws StatusError RESOURCE_EXHAUSTED where all rows are taken.
   */
  openRow(listener: (row: number) => TableListener<T>, forget: ForgetListener = () => {}): number {
    const row = this.#rows.indexOf(null);
    if (row < 0) throw resourceExhausted('No more threads can look servables up');
    const told = listener(row);
    this.#rows[row] = { told, forget, isSilent: false };
    told({
      generation: this.#generation,
      servables: new Map([...this.#entries].map(([name, all]) => [name, [...all.values()]])),
      ...(this.#labels !== null && { labels: this.#labels }),
    });
    return row;
  }

  /**
   * The thread of this row answers nobody any more, though it has not ended: {@link settled} does not wait
   * for it. What it holds is held until its row is closed.
   */
  silenceRow(row: number): void {
    const open = this.#rows[row];
    if (open) open.isSilent = true;
  }

  /** Closes the row of a thread that has ended and whose runs have ended: its handles are given up. */
  closeRow(row: number): void {
    this.#rows[row] = null;
    this.counts.clearRow(row, this.#generation);
  }

  /**
   * A slot for a version that is about to be loaded: given back by `giveBackSlot`, or once the
   * version was listed, by `withdraw`.
   * @throws StatusError RESOURCE_EXHAUSTED where too many versions are loaded.
   */
  reserveSlot(): number {
    const slot = this.#freeSlots.pop();
    if (slot !== undefined) return slot;
    throw resourceExhausted(`No more than ${this.counts.slots} versions can be loaded at once`);
  }

  giveBackSlot(slot: number): void {
    this.#freeSlots.push(slot);
  }

  /** Publishes one edit as the next table. */
  edit({ list = [], delist = [], labels }: TableEdit<T>): void {
    const changed = new Set<string>();
    for (const entry of list) {
      const { id } = entry;
      let versions = this.#entries.get(id.name);
      if (versions === undefined) this.#entries.set(id.name, (versions = new Map()));
      versions.set(id.version, entry);
      changed.add(id.name);
    }
    for (const { name, version } of delist) {
      const versions = this.#entries.get(name);
      if (versions?.delete(version) !== true) continue;
      if (versions.size === 0) this.#entries.delete(name);
      changed.add(name);
    }
    if (labels !== undefined) this.#labels = labels;
    this.#generation = (this.#generation + 1) | 0;
    const change: TableChange<T> = {
      generation: this.#generation,
      servables: new Map(
        [...changed].map((name) => [name, [...(this.#entries.get(name)?.values() ?? [])]]),
      ),
      ...(labels !== undefined && { labels }),
    };
    for (const row of this.#rows) row?.told(change);
  }

  /**
   * Resolves when every thread that answers looks servables up in the present table or a later one: at
   * once where they do already.
   */
  async settled(): Promise<void> {
    await this.#acknowledged(this.#generation, ({ isSilent }) => !isSilent);
  }

  /**
   * Takes a version off the table, and resolves when no thread can look it up, holds a handle of it
   * or keeps anything else of it. The version is off the table when this returns its promise.
   */
  async withdraw(id: ServableId): Promise<void> {
    const entry = this.#entries.get(id.name)?.get(id.version);
    if (entry === undefined) return;
    this.edit({ delist: [id] });
    await this.#acknowledged(this.#generation, () => true);
    await this.counts.drained(entry.slot);
    await Promise.all(this.#rows.map((row) => row?.forget(id)));
    this.giveBackSlot(entry.slot);
  }

  async #acknowledged(generation: number, by: (row: OpenRow<T>) => boolean): Promise<void> {
    await Promise.all(
      this.#rows.map((open, row) =>
        open !== null && by(open) ? this.counts.acknowledged(row, generation) : null,
      ),
    );
  }
}
