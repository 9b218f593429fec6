/** Memory of this thread that is kept for its next use. */
export interface IdleMemory {
  /** Frees what has not been used for a while, in little time: called about once a second. */
  sweep(): void;
}

const all: IdleMemory[] = [];

/** Has {@link sweepIdleMemory} look at `memory` from now on. */
export function sweptMemory<M extends IdleMemory>(memory: M): M {
  all.push(memory);
  return memory;
}

/** Sweeps all that this thread keeps: to be called about once a second by whoever serves. */
export function sweepIdleMemory(): void {
  for (const memory of all) memory.sweep();
}
