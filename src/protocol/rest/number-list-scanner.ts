import type { ElementFormat } from './element-format.ts';
import type { JsonNode } from './json/json-node.ts';
import type { KernelSource, NumberKernel } from './number-kernel.ts';
import { NumberListReader } from './number-list-reader.ts';
import { Outcome } from './outcome.ts';
import { ReadLists } from './read-lists.ts';

/**
 * What a list is the value of: a wanted member of the document, a member of such a one, a member of
 * the first or of another object in the list of such a one, or anything else.
 */
export const ListRole = { VALUE: 0, COLUMN: 1, FIRST_ROW: 2, ROW: 3, OTHER: 4 } as const;
export type ListRole = (typeof ListRole)[keyof typeof ListRole];

/**
 * The format of the elements that a list is expected to hold which has a role; null if it is not
 * known. It may turn out to be another: nobody has to believe it.
 *
 * @param found what of the document has been found so far
 * @param keyStart the key of the member between its quotes, −1 for a wanted one
 */
export type ExpectedFormat = (
  found: readonly (JsonNode | null)[],
  keyStart: number,
  keyEnd: number,
) => ElementFormat | null;

/** Bytes of a list that are looked at first, where nothing is known of it. */
const minGuess = 4096;

/** Bytes of a list in one row from which on the lists of further rows are worth the calls. */
const longList = 512;

/**
 * The way of the first pass through long lists of numbers: has them checked and measured by a
 * {@link NumberListReader}, and keeps the elements where it is known what they are to be.
 *
 * Resumable: if {@link begin} takes a list, call {@link run} until it is no longer MORE. FAILED says
 * that there is anything unusual: then the list is to be scanned by others.
 */
export class NumberListScanner {
  /** The lists whose elements have been kept. */
  readonly lists: ReadLists;
  /** Where the list begins that was begun last; it is not to be begun again. */
  start = -1;
  /** Where the next step goes on: behind the list after DONE, at its beginning after FAILED. */
  pos = 0;
  /** After DONE. */
  shape: readonly number[] = [];

  readonly #json: Buffer;
  readonly #expectedFormat: ExpectedFormat;
  readonly #kernelSource: KernelSource;
  readonly #readers = new Map<ElementFormat | null, NumberListReader>();
  #reader: NumberListReader | null = null;
  #role: ListRole = ListRole.OTHER;
  #maxLevels = 0;
  /** Bytes of the longest list in a row so far. */
  #longestInRow = 0;

  constructor(json: Buffer, expectedFormat: ExpectedFormat, kernelSource: KernelSource) {
    this.#json = json;
    this.#expectedFormat = expectedFormat;
    this.#kernelSource = kernelSource;
    this.lists = new ReadLists(json.length);
  }

  /**
   * @param pos of the bracket of a list that may be one of many numbers
   * @param maxLevels that may be nested
   * @param found see {@link ExpectedFormat}, as for the key
   * @returns whether the list is taken
   */
  begin(
    pos: number,
    role: ListRole,
    maxLevels: number,
    found: readonly (JsonNode | null)[],
    keyStart: number,
    keyEnd: number,
  ): boolean {
    // The lists of further rows are like those of the first one.
    if (role === ListRole.ROW && this.#longestInRow < longList) return false;
    const kernel = this.#kernelSource();
    if (kernel === null) return false;
    let format: ElementFormat | null = null;
    if (role !== ListRole.OTHER && this.lists.isOpen) {
      format = this.#expectedFormat(found, role === ListRole.VALUE ? -1 : keyStart, keyEnd);
    }
    this.start = pos;
    this.#role = role;
    this.#maxLevels = maxLevels;
    const isInRow = role === ListRole.FIRST_ROW || role === ListRole.ROW;
    const guess = isInRow ? this.#longestInRow || minGuess : this.#json.length - pos;
    this.#open(kernel, format, guess);
    return true;
  }

  #open(kernel: NumberKernel, format: ElementFormat | null, guess: number): void {
    this.lists.begin();
    let reader = this.#readers.get(format);
    if (reader === undefined) {
      reader = new NumberListReader(this.#json, kernel, format);
      this.#readers.set(format, reader);
    }
    const target = format === null ? null : this.lists.scratch;
    reader.begin(this.start, guess, null, this.#maxLevels, target);
    this.#reader = reader;
  }

  run(): Outcome {
    const reader = this.#reader!;
    const { format } = reader;
    const outcome = reader.run();
    this.pos = reader.pos;
    if (outcome === Outcome.FAILED) {
      this.pos = this.start;
      this.lists.drop();
      // Perhaps numbers that are no integers, where others are expected than will be wanted.
      if (format?.read !== 'ints') return Outcome.FAILED;
      this.#open(reader.kernel, null, minGuess);
      return Outcome.MORE;
    }
    if (outcome === Outcome.DONE) {
      const isInRow = this.#role === ListRole.FIRST_ROW || this.#role === ListRole.ROW;
      if (isInRow) this.#longestInRow = Math.max(this.#longestInRow, this.pos - this.start);
      this.shape = reader.shape();
      if (format !== null) this.lists.end(this.start, this.pos, format.dtype, this.shape);
    }
    return outcome;
  }
}
