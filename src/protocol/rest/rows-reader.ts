import { Char, skipSpace } from './json/chars.ts';
import { keyEquals, stringEnd } from './json/strings.ts';
import { Outcome } from './outcome.ts';
import type { TensorReader } from './tensor-reader.ts';

/** What may come next. */
const Expect = { ROW: 0, FIRST_KEY: 1, KEY: 2, COLON: 3, VALUE: 4, MEMBER_END: 5, ROW_END: 6 };

/**
 * Reads a list of objects `[{"a": …, "b": …}, …]` of valid JSON into one tensor for each key, row
 * by row. Every row must have exactly the keys given; of a repeated one the first counts.
 *
 * Resumable, as {@link TensorReader} is. After FAILED {@link row} and {@link rowStart} tell where;
 * the words are found by `explain.ts`.
 */
export class RowsReader {
  /** The row that is being read and where it begins. */
  row = 0;
  rowStart = 0;
  /** After MORE: the start of a repeated key's value, to be passed over by `skipTo`; else −1. */
  repeated = -1;

  readonly #json: Buffer;
  readonly #keys: readonly Uint8Array[];
  readonly #readers: readonly TensorReader[];
  /** The row in which each key was last seen. */
  readonly #seen: Int32Array;
  #pos: number;
  #expect = Expect.ROW;
  /** Keys seen in this row, and the one that is being read. */
  #keyCount = 0;
  #key = 0;
  #reading = false;

  /**
   * @param start of the list
   * @param readers for the value of each key
   */
  constructor(
    json: Buffer,
    start: number,
    keys: readonly Uint8Array[],
    readers: readonly TensorReader[],
  ) {
    this.#json = json;
    this.#pos = start + 1;
    this.#keys = keys;
    this.#readers = readers;
    this.#seen = new Int32Array(keys.length).fill(-1);
  }

  get pos(): number {
    return this.#reading ? this.#readers[this.#key]!.pos : this.#pos;
  }

  skipTo(pos: number): void {
    this.#pos = pos;
    this.repeated = -1;
    this.#expect = Expect.MEMBER_END;
  }

  run(limit: number): Outcome {
    const json = this.#json;
    for (;;) {
      if (this.#reading) {
        const reader = this.#readers[this.#key]!;
        const outcome = reader.run(limit);
        if (outcome !== Outcome.DONE) return outcome;
        this.#reading = false;
        this.#pos = reader.pos;
        this.#expect = Expect.MEMBER_END;
      }
      const p = skipSpace(json, this.#pos, limit);
      this.#pos = p;
      if (p >= limit) return Outcome.MORE;
      const c = json[p]!;
      switch (this.#expect) {
        case Expect.ROW:
          this.rowStart = p;
          if (c !== Char.OPEN_OBJECT) return Outcome.FAILED;
          this.#keyCount = 0;
          this.#next(p, Expect.FIRST_KEY);
          break;
        case Expect.FIRST_KEY:
        case Expect.KEY:
          if (c === Char.CLOSE_OBJECT) {
            if (!this.#endRow(p)) return Outcome.FAILED;
          } else if (!this.#readKey(p)) {
            return Outcome.FAILED;
          }
          break;
        case Expect.COLON:
          this.#next(p, Expect.VALUE);
          break;
        case Expect.VALUE:
          if (this.#seen[this.#key] === this.row) {
            this.repeated = p;
            return Outcome.MORE;
          }
          this.#seen[this.#key] = this.row;
          this.#keyCount++;
          this.#readers[this.#key]!.begin(p, this.row);
          this.#reading = true;
          break;
        case Expect.MEMBER_END:
          if (c === Char.COMMA) this.#next(p, Expect.KEY);
          else if (!this.#endRow(p)) return Outcome.FAILED;
          break;
        default:
          this.#pos = p + 1;
          if (c === Char.CLOSE_LIST) return Outcome.DONE;
          this.#expect = Expect.ROW;
          this.row++;
      }
    }
  }

  #next(p: number, expect: number): void {
    this.#pos = p + 1;
    this.#expect = expect;
  }

  #readKey(p: number): boolean {
    const json = this.#json;
    const start = p + 1;
    const end = stringEnd(json, start);
    const keys = this.#keys;
    // Rows nearly always have their keys in the same order.
    for (let i = 0, key = this.#keyCount === 0 ? 0 : this.#key + 1; i < keys.length; i++, key++) {
      if (key >= keys.length) key = 0;
      if (keyEquals(json, start, end, keys[key]!)) {
        this.#key = key;
        this.#next(end, Expect.COLON);
        return true;
      }
    }
    return false;
  }

  #endRow(p: number): boolean {
    this.#next(p, Expect.ROW_END);
    return this.#keyCount === this.#keys.length;
  }
}
