/** One version of one servable. Versions are ≥ 0 and may use all of int64 (spec 12). */
export interface ServableId {
  readonly name: string;
  readonly version: bigint;
}

/** `{name: N version: V}`, as in TFS's logs and errors. */
export function servableIdText(id: ServableId): string {
  return `{name: ${id.name} version: ${id.version}}`;
}

/** Sorts versions from the newest on; equal ones keep their order. */
export function newestFirst(a: ServableId, b: ServableId): number {
  return a.version === b.version ? 0 : a.version < b.version ? 1 : -1;
}
