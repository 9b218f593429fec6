import type { NumericTensor } from '../../tensor/index.ts';

/** Where the elements of a list go, as the bytes of a typed array. */
export interface ElementTarget {
  /** Whether more came than there is room for: then what is held is of no use. */
  readonly isOver: boolean;
  /** @param bytes are copied */
  put(bytes: Uint8Array): void;
}

/** A part of a tensor. */
export class TensorTarget implements ElementTarget {
  isOver = false;
  readonly #bytes: Uint8Array;
  readonly #size: number;
  #at = 0;
  #end = 0;

  /** @param count elements of one value; the tensor holds one or more of them */
  constructor(data: NumericTensor['data'], count: number) {
    this.#bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#size = count * data.BYTES_PER_ELEMENT;
  }

  begin(slot: number): void {
    this.isOver = false;
    this.#at = slot * this.#size;
    this.#end = this.#at + this.#size;
  }

  put(bytes: Uint8Array): void {
    const end = this.#at + bytes.length;
    if (end > this.#end) {
      this.isOver = true;
    } else {
      this.#bytes.set(bytes, this.#at);
      this.#at = end;
    }
  }
}
