/** A countable thing that servables take: `{ device: 'main', instance: 0, kind: 'ram_in_bytes' }`. */
export interface Resource {
  readonly device: string;
  /** Null: any one instance of the device, which is not chosen yet. */
  readonly instance: number | null;
  readonly kind: string;
}

/** So much of each resource; what is not listed is not taken. */
export type ResourceAllocation = readonly {
  readonly resource: Resource;
  /** In the kind's own unit, at least 0. */
  readonly quantity: number;
}[];

/** Main memory in bytes, the one resource that Serval's own loaders estimate (spec 4.5). */
export const mainMemory: Resource = { device: 'main', instance: 0, kind: 'ram_in_bytes' };
