import { invalidArgument, notFound, type StatusError, unavailable } from '../status/index.ts';
import type { HandleCounts } from './handle-counts.ts';
import type { ServableHandle } from './servable-handle.ts';
import { CountedHandle } from './servable-handle.ts';
import type { ServableRequest } from './servable-lookup.ts';
import type { TableChange, TableEntry } from './servable-table.ts';
import type { LabelMap } from './version-labels.ts';

/** The loaded versions of one servable. */
interface Versions<T> {
  readonly byVersion: ReadonlyMap<bigint, CountedHandle<T>>;
  readonly newest: CountedHandle<T>;
  readonly oldest: CountedHandle<T>;
}

/** One whole table: never changed, only replaced. */
interface Snapshot<T> {
  readonly generation: number;
  readonly servables: ReadonlyMap<string, Versions<T>>;
  readonly labels: ReadonlyMap<string, LabelMap> | null;
}

/**
 * Looks servables up on one thread. A lookup sees one table from its begin to its end, takes no
 * lock, sends no message and allocates nothing.
 */
export class TableReader<T> {
  readonly #counts: HandleCounts;
  readonly #row: number;
  #snapshot: Snapshot<T> = { generation: 0, servables: new Map(), labels: null };

  /** @param row of this thread, from `ServableTable.openRow`. */
  constructor(counts: HandleCounts, row: number) {
    this.#counts = counts;
    this.#row = row;
  }

  /** The generation of the table in use. */
  get generation(): number {
    return this.#snapshot.generation;
  }

  /** Replaces the table by the next one, and acknowledges it. Changes are applied in their order. */
  apply({ generation, servables, labels }: TableChange<T>): void {
    const before = this.#snapshot;
    const next = new Map(before.servables);
    for (const [name, entries] of servables) {
      if (entries.length === 0) next.delete(name);
      else next.set(name, this.#versions(entries, before.servables.get(name)));
    }
    this.#snapshot = { generation, servables: next, labels: labels ?? before.labels };
    this.#counts.acknowledge(this.#row, generation);
  }

  /** @throws StatusError with the texts of spec 4.8. */
  acquire(request: ServableRequest): ServableHandle<T> {
    const { servables, labels } = this.#snapshot;
    const { name, label } = request;
    const versions = servables.get(name);
    if (label !== null) {
      const version = resolveLabel(labels, name, label);
      return (versions?.byVersion.get(version) ?? throwNotFound(name, version)).acquire();
    }
    const { version } = request;
    if (version === null) return (versions?.newest ?? throwNotFound(name, 'Latest')).acquire();
    return (versions?.byVersion.get(version) ?? throwNotFound(name, version)).acquire();
  }

  /** The handle of the lowest version that is loaded. @throws StatusError NOT_FOUND */
  acquireEarliest(name: string): ServableHandle<T> {
    const versions = this.#snapshot.servables.get(name);
    return (versions?.oldest ?? throwNotFound(name, 'Earliest')).acquire();
  }

  /** Handles of versions that stay are kept: a thread has one object for each version. */
  #versions(entries: readonly TableEntry<T>[], before: Versions<T> | undefined): Versions<T> {
    const byVersion = new Map<bigint, CountedHandle<T>>();
    let newest: CountedHandle<T> | null = null;
    let oldest: CountedHandle<T> | null = null;
    for (const { id, servable, slot } of entries) {
      const known = before?.byVersion.get(id.version);
      const handle =
        known !== undefined && known.slot === slot
          ? known
          : new CountedHandle(id, servable, this.#counts, this.#row, slot);
      byVersion.set(id.version, handle);
      if (newest === null || id.version > newest.id.version) newest = handle;
      if (oldest === null || id.version < oldest.id.version) oldest = handle;
    }
    return { byVersion, newest: newest!, oldest: oldest! };
  }
}

function resolveLabel(
  labels: ReadonlyMap<string, LabelMap> | null,
  name: string,
  label: string,
): bigint {
  if (labels === null) throw unavailable(`Model labels does not init yet.${label}`);
  const version = labels.get(name)?.get(label);
  if (version === undefined) {
    throw invalidArgument(`Unrecognized servable version label: ${label}`);
  }
  return version;
}

function throwNotFound(name: string, version: bigint | 'Latest' | 'Earliest'): never {
  throw servableNotFound(
    typeof version === 'bigint' ? `Specific(${name}, ${version})` : `${version}(${name})`,
  );
}

function servableNotFound(asked: string): StatusError {
  return notFound(`Servable not found for request: ${asked}`);
}
