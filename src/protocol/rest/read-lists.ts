import type { DType, Shape } from '../../tensor/index.ts';
import { ElementScratch } from './element-scratch.ts';

/** Lists of less text are read again: to note them takes more than it saves. */
const minText = 1024;

/** Elements of this many bytes are kept of any document, and as many as its text has of a large one. */
const minScratch = 2 ** 20;

/** A list of numbers whose elements the first pass over a document has read. */
export interface ReadList {
  /** Behind the list in the text. */
  readonly end: number;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Where the elements are in the scratch, in bytes. */
  readonly from: number;
  readonly length: number;
}

/** The lists of numbers that the first pass over a document has read, by where they begin. */
export class ReadLists {
  readonly scratch: ElementScratch;
  readonly #lists = new Map<number, ReadList>();
  #mark = 0;

  /** @param textLength bytes of the document */
  constructor(textLength: number) {
    this.scratch = new ElementScratch(Math.max(textLength, minScratch));
  }

  /** Whether there is room for more. */
  get isOpen(): boolean {
    return !this.scratch.isOver;
  }

  /** The elements put from now on are those of one list. */
  begin(): void {
    this.#mark = this.scratch.length;
  }

  /** Forgets the list that was begun. */
  drop(): void {
    this.scratch.cutTo(this.#mark);
  }

  /** Notes the list that was begun, if it is worth it and all of it has found room. */
  end(start: number, end: number, dtype: DType, shape: Shape): void {
    if (this.scratch.isOver || end - start < minText) {
      this.drop();
      return;
    }
    const from = this.#mark;
    this.#lists.set(start, { end, dtype, shape, from, length: this.scratch.length - from });
  }

  /** Forgets all lists and gives their memory back. */
  clear(): void {
    this.#lists.clear();
    this.scratch.giveBack();
  }

  /** The list that begins at `start`, if it has this type and shape. */
  find(start: number, dtype: DType, shape: Shape): ReadList | null {
    const list = this.#lists.get(start);
    if (list === undefined || list.dtype !== dtype || list.shape.length !== shape.length) {
      return null;
    }
    return list.shape.every((size, i) => size === shape[i]) ? list : null;
  }
}
