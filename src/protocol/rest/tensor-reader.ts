import { DType, elementCount, type NumericTensor, type Shape } from '../../tensor/index.ts';
import { elementFormat } from './element-format.ts';
import { Char, skipSpace } from './json/chars.ts';
import { DecimalReader } from './json/decimal.ts';
import { ListFiller, type NumberSource } from './list-filler.ts';
import { type Failure, type FailureKind, Outcome } from './outcome.ts';
import { ScalarReader } from './scalar-reader.ts';
import { StringReader } from './string-reader.ts';
import { StringSink } from './string-sink.ts';

/** What may come next. */
const Expect = { VALUE: 0, FIRST: 1, LEAVES: 2, DELIMITER: 3 } as const;
type Expect = (typeof Expect)[keyof typeof Expect];

/** Fewer elements are read here, without the calls that more are worth. */
const manyElements = 32;

/** Types whose values JSON can express (spec 5.6). */
const readable: ReadonlySet<DType> = new Set<DType>([
  DType.FLOAT,
  DType.DOUBLE,
  DType.INT32,
  DType.INT16,
  DType.INT8,
  DType.UINT8,
  DType.UINT32,
  DType.INT64,
  DType.UINT64,
  DType.BOOL,
  DType.STRING,
]);

export function isReadable(dtype: DType): boolean {
  return readable.has(dtype);
}

/**
 * The second pass over a request: writes the elements of valid JSON lists into a tensor, in the
 * order of the text, and checks that the lists have the shape expected and their values the type.
 * Lists of many numbers are left to a {@link ListFiller}; where that finds anything unusual, they are
 * read anew here.
 *
 * Resumable: after {@link begin} call {@link run} with growing limits until it is no longer MORE.
 * The position goes back at most once a value: then the limit must, too. The reader only notes
 * what is wrong and where; `explain.ts` finds the words.
 *
 * The text is valid JSON and the value lies inside an object, so that a byte follows every token.
 */
export class TensorReader {
  readonly dtype: DType;
  readonly shape: Shape;
  failure: Failure | null = null;

  readonly #json: Buffer;
  readonly #rank: number;
  readonly #size: number;
  readonly #leafSize: number;
  readonly #checkOnly: boolean;
  readonly #data: NumericTensor['data'] | null;
  readonly #decimal = new DecimalReader();
  readonly #scalars: ScalarReader;
  readonly #strings: StringReader | null;
  readonly #filler: ListFiller | null;

  #pos = 0;
  /** Where the value begins if it is being read by `#filler`, else −1. */
  #listStart = -1;
  #expect: Expect = Expect.VALUE;
  /** Elements read of each open list. */
  readonly #counts: number[];
  #level = 0;
  /** Where the open element of the outermost list begins, if it is a list. */
  #element = 0;
  /** Where the next element goes, and where the innermost list began and must end. */
  #index = 0;
  #leafStart = 0;
  #leafEnd = 0;
  /** In LEAVES: whether an element was read and its delimiter comes next. */
  #afterLeaf = false;
  /** In LEAVES: whether a long string is being read. */
  #inString = false;

  /**
   * @param shape of one value; the target holds one or more of them, one behind the other
   * @param target where elements go, of the kind that the dtype needs; null: only check
   * @param numbers of the document; null: none are known, and there is no kernel
   */
  constructor(
    json: Buffer,
    dtype: DType,
    shape: Shape,
    target: NumericTensor['data'] | StringSink | null,
    numbers: NumberSource | null,
  ) {
    this.#json = json;
    this.dtype = dtype;
    this.shape = shape;
    this.#rank = shape.length;
    this.#size = elementCount(shape);
    this.#leafSize = shape.length === 0 ? 1 : shape[shape.length - 1]!;
    this.#counts = new Array<number>(shape.length).fill(0);
    this.#checkOnly = target === null;
    const isSink = target instanceof StringSink;
    this.#data = isSink ? null : target;
    this.#scalars = new ScalarReader(json, dtype, this.#data);
    this.#strings =
      dtype === DType.STRING
        ? new StringReader(json, isSink ? target : new StringSink(0, 0))
        : null;
    const format = elementFormat(dtype);
    const hasMany = shape.length > 0 && this.#size >= manyElements;
    this.#filler =
      numbers !== null && hasMany && format !== null && this.#data !== null
        ? new ListFiller(json, format, shape, this.#data, numbers)
        : null;
  }

  /** Behind the value after DONE. */
  get pos(): number {
    return this.#inString ? this.#strings!.pos : this.#pos;
  }

  /** @param slot which of the values of the target the one at `pos` is */
  begin(pos: number, slot: number): void {
    this.#pos = pos;
    this.#index = this.#checkOnly ? 0 : slot * this.#size;
    this.#expect = Expect.VALUE;
    this.#level = 0;
    this.failure = null;
    this.#listStart = this.#filler?.begin(pos, slot) ? pos : -1;
  }

  run(limit: number): Outcome {
    if (this.#listStart >= 0) return this.#fill();
    const json = this.#json;
    for (;;) {
      if (this.#expect === Expect.LEAVES) {
        const outcome = this.#leaves(limit);
        if (outcome !== Outcome.DONE) return outcome;
        if (this.#level === 0) return Outcome.DONE;
        this.#counts[this.#level - 1] = this.#index - this.#leafStart;
        if (!this.#closeList()) return Outcome.FAILED;
        if (this.#level === 0) return Outcome.DONE;
      }
      const p = skipSpace(json, this.#pos, limit);
      this.#pos = p;
      if (p >= limit) return Outcome.MORE;
      const c = json[p]!;
      if (this.#expect === Expect.VALUE) {
        if (!this.#value(c, p)) return Outcome.FAILED;
      } else if (c === Char.CLOSE_LIST) {
        this.#pos = p + 1;
        if (!this.#closeList()) return Outcome.FAILED;
        if (this.#level === 0) return Outcome.DONE;
      } else if (this.#expect === Expect.DELIMITER) {
        this.#pos = p + 1;
        this.#expect = Expect.VALUE;
      } else if (this.#level === this.#rank) {
        this.#beginLeaves();
      } else {
        this.#expect = Expect.VALUE;
      }
    }
  }

  #fill(): Outcome {
    const outcome = this.#filler!.run();
    this.#pos = this.#filler!.pos;
    if (outcome === Outcome.MORE) return Outcome.MORE;
    const start = this.#listStart;
    this.#listStart = -1;
    if (outcome === Outcome.DONE) return Outcome.DONE;
    this.#pos = start;
    return Outcome.MORE;
  }

  #fail(kind: FailureKind, pos: number): false {
    const before = this.#counts.slice(0, this.#level);
    const isElement = before.length === 1 && kind !== 'list-too-short';
    const element = isElement ? pos : this.#element;
    this.failure = { kind, pos, before, element, size: this.#counts[this.#level] ?? 0 };
    return false;
  }

  /** A value where the innermost list is not reached yet, or a scalar. */
  #value(c: number, p: number): boolean {
    const level = this.#level;
    if (level > 0 && this.#counts[level - 1] === this.shape[level - 1]) {
      return this.#fail('list-too-long', p);
    }
    if (c === Char.OPEN_LIST) {
      if (level === this.#rank) return this.#fail('list-too-deep', p);
      if (level === 1) this.#element = p;
      this.#counts[level] = 0;
      this.#level = level + 1;
      this.#expect = Expect.FIRST;
      this.#pos = p + 1;
      return true;
    }
    if (level !== this.#rank) return this.#fail('value-too-high', p);
    this.#beginLeaves();
    return true;
  }

  #closeList(): boolean {
    const level = --this.#level;
    if (this.#counts[level] !== this.shape[level]) return this.#fail('list-too-short', this.#pos);
    if (level > 0) this.#counts[level - 1]! += 1;
    this.#expect = Expect.DELIMITER;
    return true;
  }

  #beginLeaves(): void {
    this.#expect = Expect.LEAVES;
    this.#afterLeaf = false;
    if (this.#checkOnly) this.#index = 0;
    this.#leafStart = this.#index;
    this.#leafEnd = this.#index + this.#leafSize;
  }

  #failLeaf(kind: FailureKind, pos: number, index: number): Outcome {
    if (this.#level > 0) this.#counts[this.#level - 1] = index - this.#leafStart;
    const isList = kind === 'type' && this.#json[pos] === Char.OPEN_LIST;
    this.#fail(isList ? 'list-too-deep' : kind, pos);
    return Outcome.FAILED;
  }

  /** The elements of an innermost list up to its bracket, or one scalar. */
  #leaves(limit: number): Outcome {
    const isFloat = this.dtype === DType.FLOAT || this.dtype === DType.DOUBLE;
    return isFloat ? this.#floats(limit) : this.#others(limit);
  }

  /** Also goes on to further lists like `],[`, without a turn of `run` for each. */
  #floats(limit: number): Outcome {
    const json = this.#json;
    const decimal = this.#decimal;
    const data = this.#data as Float32Array | Float64Array | null;
    const single = this.dtype === DType.FLOAT;
    const isList = this.#rank > 0;
    let end = this.#leafEnd;
    let i = this.#index;
    let p = this.#pos;
    let afterLeaf = this.#afterLeaf;
    for (;;) {
      if (!afterLeaf) {
        if (json[p]! <= Char.SPACE) p = skipSpace(json, p, limit);
        if (p >= limit) break;
        const c = json[p]!;
        if (i === end) return this.#failLeaf('list-too-long', p, i);
        const isNumber =
          c <= Char.NINE ? c !== Char.QUOTE : c === Char.UPPER_N || c === Char.UPPER_I;
        if (!isNumber) return this.#failLeaf('type', p, i);
        p = decimal.read(json, p, single);
        if (data !== null) data[i] = decimal.value;
        i++;
        afterLeaf = true;
        if (!isList) break;
      }
      if (json[p]! <= Char.SPACE) p = skipSpace(json, p, limit);
      if (p >= limit) break;
      if (json[p] === Char.CLOSE_LIST) {
        const next = i === end ? this.#nextList(p) : 0;
        if (next === 0) {
          this.#pos = p + 1;
          this.#index = i;
          return Outcome.DONE;
        }
        p = next;
        if (this.#checkOnly) i = 0;
        this.#leafStart = i;
        end = i + this.#leafSize;
        this.#leafEnd = end;
      } else {
        p++;
      }
      afterLeaf = false;
    }
    this.#pos = p;
    this.#index = i;
    this.#afterLeaf = afterLeaf;
    return afterLeaf && !isList ? Outcome.DONE : Outcome.MORE;
  }

  /**
   * Where the elements of the next innermost list begin if the bracket at `p`, which closes one of
   * the right size, is followed by `,[` and a number, and there is to be another; else 0.
   */
  #nextList(p: number): number {
    const json = this.#json;
    const parent = this.#level - 2;
    if (parent < 0 || this.#counts[parent]! + 1 >= this.shape[parent]!) return 0;
    if (json[++p] !== Char.COMMA) return 0;
    if (json[++p] === Char.SPACE) p++;
    if (json[p++] !== Char.OPEN_LIST) return 0;
    const c = json[p]!;
    if (c > Char.NINE || c < Char.MINUS) return 0;
    this.#counts[parent]! += 1;
    if (parent === 0) this.#element = p - 1;
    return p;
  }

  /** As {@link #floats}, for the types where an element costs more than the turn of a loop. */
  #others(limit: number): Outcome {
    const json = this.#json;
    const isList = this.#rank > 0;
    for (;;) {
      if (this.#inString) {
        const outcome = this.#strings!.run(limit);
        if (outcome === Outcome.MORE) return outcome;
        this.#inString = false;
        this.#pos = this.#strings!.pos;
        if (outcome === Outcome.FAILED) {
          return this.#failLeaf(this.#strings!.problem, this.#pos, this.#index);
        }
        this.#index++;
        this.#afterLeaf = true;
      }
      if (this.#afterLeaf && !isList) return Outcome.DONE;
      const p = skipSpace(json, this.#pos, limit);
      this.#pos = p;
      if (p >= limit) return Outcome.MORE;
      if (this.#afterLeaf) {
        this.#afterLeaf = false;
        this.#pos = p + 1;
        if (json[p] === Char.CLOSE_LIST) return Outcome.DONE;
      } else {
        if (this.#index === this.#leafEnd) return this.#failLeaf('list-too-long', p, this.#index);
        const problem = this.#strings === null ? this.#scalar(p) : this.#string(p);
        if (problem !== null) return this.#failLeaf(problem, p, this.#index);
      }
    }
  }

  #scalar(p: number): FailureKind | null {
    const end = this.#scalars.read(p, this.#index);
    if (end < 0) return 'type';
    this.#pos = end;
    this.#index++;
    this.#afterLeaf = true;
    return null;
  }

  #string(p: number): FailureKind | null {
    const strings = this.#strings!;
    const outcome = strings.begin(p);
    if (outcome === Outcome.FAILED) return strings.problem;
    if (outcome === Outcome.MORE) {
      this.#inString = true;
      return null;
    }
    this.#pos = strings.pos;
    this.#index++;
    this.#afterLeaf = true;
    return null;
  }
}
