import type { WireReader } from '../util/index.ts';
import type { PendingFill } from './repeat-last.ts';

/** A piece: memory that was never touched before costs most of the time. */
const pieceBytes = 128 << 10;

/** Copies a tensor_content, at whose begin `reader` is, to `out`. The reader is its own from then on. */
export class CopyContent implements PendingFill {
  readonly #reader: WireReader;
  readonly #out: Uint8Array;
  #filled = 0;

  /** @param out as long as the content */
  constructor(reader: WireReader, out: Uint8Array) {
    this.#reader = reader;
    this.#out = out;
  }

  step(): boolean {
    const count = Math.min(pieceBytes, this.#out.length - this.#filled);
    this.#reader.copy(count, this.#out, this.#filled);
    this.#filled += count;
    return this.#filled === this.#out.length;
  }
}
