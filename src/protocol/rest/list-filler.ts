import { elementCount, type NumericTensor, type Shape } from '../../tensor/index.ts';
import type { ElementFormat } from './element-format.ts';
import type { ElementTarget } from './element-target.ts';
import type { KernelSource } from './number-kernel.ts';
import { NumberListReader } from './number-list-reader.ts';
import { Outcome } from './outcome.ts';
import type { ReadList, ReadLists } from './read-lists.ts';

/** Where the numbers of a document come from, beside its text. */
export interface NumberSource {
  readonly kernelSource: KernelSource;
  /** What the first pass has read already; null: nothing. */
  readonly lists: ReadLists | null;
}

/**
 * Fills values of a tensor from lists of many numbers: with what the first pass has read of them,
 * or by a {@link NumberListReader}. As with that, FAILED says only that there is anything unusual.
 *
 * Resumable: after {@link begin} call {@link run} until it is no longer MORE.
 */
export class ListFiller implements ElementTarget {
  /** Behind the list after DONE. */
  pos = 0;

  readonly #json: Buffer;
  readonly #format: ElementFormat;
  readonly #shape: Shape;
  readonly #numbers: NumberSource;
  readonly #bytes: Uint8Array;
  /** Bytes of one value. */
  readonly #size: number;
  /** Null: not needed yet. */
  #reader: NumberListReader | null = null;

  #list: ReadList | null = null;
  /** Where the next element goes, and the end of the value. */
  #at = 0;
  #end = 0;
  #isOver = false;

  /** @param shape of one value; `data` holds one or more of them */
  constructor(
    json: Buffer,
    format: ElementFormat,
    shape: Shape,
    data: NumericTensor['data'],
    numbers: NumberSource,
  ) {
    this.#json = json;
    this.#format = format;
    this.#shape = shape;
    this.#numbers = numbers;
    this.#bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#size = elementCount(shape) * data.BYTES_PER_ELEMENT;
  }

  /**
   * @param slot which of the values of the tensor the one at `pos` is
   * @returns false: there is no kernel, and nothing is begun
   */
  begin(pos: number, slot: number): boolean {
    this.pos = pos;
    this.#at = slot * this.#size;
    this.#end = this.#at + this.#size;
    this.#isOver = false;
    this.#list = this.#numbers.lists?.find(pos, this.#format.dtype, this.#shape) ?? null;
    if (this.#list !== null) return true;
    if (this.#reader === null) {
      const kernel = this.#numbers.kernelSource();
      if (kernel === null) return false;
      this.#reader = new NumberListReader(this.#json, kernel, this.#format);
    }
    this.#reader.begin(pos, this.#size, this.#shape, this.#shape.length, this);
    return true;
  }

  run(): Outcome {
    if (this.#list !== null) return this.#copy(this.#list);
    const outcome = this.#reader!.run();
    this.pos = this.#reader!.pos;
    return outcome === Outcome.DONE && this.#isOver ? Outcome.FAILED : outcome;
  }

  #copy({ end, from, length }: ReadList): Outcome {
    const done = length - (this.#end - this.#at);
    const { scratch } = this.#numbers.lists!;
    this.#at += scratch.copy(from + done, length - done, this.#bytes, this.#at);
    if (this.#at < this.#end) return Outcome.MORE;
    this.pos = end;
    return Outcome.DONE;
  }

  put(bytes: Uint8Array): void {
    if (this.#at + bytes.length > this.#end) {
      this.#isOver = true;
    } else {
      this.#bytes.set(bytes, this.#at);
      this.#at += bytes.length;
    }
  }
}
