import { countedRows, type Piece } from './batch-task.ts';

/** Pieces that are to be run together, in the order in which they came. */
export class Batch<Task> {
  readonly #pieces = new Set<Piece<Task>>();
  #size = 0;
  #began = 0;

  /** Its rows as {@link countedRows} counts those of each piece. */
  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#pieces.size === 0;
  }

  get pieces(): Iterable<Piece<Task>> {
    return this.#pieces;
  }

  /** When the first of its pieces came. */
  get began(): number {
    return this.#began;
  }

  add(piece: Piece<Task>): void {
    if (this.isEmpty) this.#began = piece.since;
    this.#pieces.add(piece);
    this.#size += sizeOf(piece);
  }

  delete(piece: Piece<Task>): void {
    if (this.#pieces.delete(piece)) this.#size -= sizeOf(piece);
  }
}

function sizeOf({ from, to }: Piece<unknown>): number {
  return countedRows(to - from);
}
