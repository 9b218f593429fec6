/** Memory that is still to be filled. It must not be read, or fed to an engine, before it is. */
export interface PendingFill {
  /** Fills a piece, in about 50 µs. @returns whether all is filled @throws StatusError why it cannot be */
  step(): boolean;
}

/** A piece: memory that was never touched before costs most of the time. */
const pieceBytes = 128 << 10;

/** Steps that are made at once: well under 1 ms. */
const stepsAtOnce = 4;

export function fillNow(fill: PendingFill): void {
  while (!fill.step());
}

/** Fills at once where that takes a moment, else leaves the rest to `fillLater`. */
export function fillNowOrLater(fill: PendingFill, fillLater: (fill: PendingFill) => void): void {
  for (let steps = 0; steps < stepsAtOnce; steps++) if (fill.step()) return;
  fillLater(fill);
}

/**
 * Fills `out` from `filled` to its end with the `size` bytes before `filled`, over and over, bit
 * for bit. What is filled already is copied in turn, so that the copies grow.
 */
export class RepeatLast implements PendingFill {
  readonly #out: Uint8Array;
  readonly #start: number;
  readonly #size: number;
  #end: number;

  /** @param filled at least `size` */
  constructor(out: Uint8Array, filled: number, size: number) {
    this.#out = out;
    this.#start = filled - size;
    this.#size = size;
    this.#end = filled;
  }

  step(): boolean {
    const out = this.#out;
    for (let room = pieceBytes; room > 0 && this.#end < out.length; ) {
      const end = this.#end;
      const repeats = Math.min(end - this.#start, Math.max(pieceBytes, this.#size));
      const source = end - (repeats - (repeats % this.#size));
      const copied = Math.min(end - source, out.length - end, room);
      out.copyWithin(end, source, source + copied);
      this.#end += copied;
      room -= copied;
    }
    return this.#end >= out.length;
  }
}
