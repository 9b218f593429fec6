/** One version of one servable. Versions are ≥ 0 and may use all of int64 (spec 12). */
export interface ServableId {
  readonly name: string;
  readonly version: bigint;
}

/** `{name: N version: V}`, as in TFS's logs and errors. */
export function servableIdText(id: ServableId): string {
  return `{name: ${id.name} version: ${id.version}}`;
}
