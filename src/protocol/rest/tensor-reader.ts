import { DType, elementCount, type NumericTensor, type Shape } from '../../tensor/index.ts';
import { base64End, base64Start, isBase64Object } from './base64-object.ts';
import { Char, skipSpace } from './json/chars.ts';
import { DecimalReader, numberText } from './json/decimal.ts';
import { StringSink } from './string-sink.ts';

/** How a call of `run` ended. */
export const Outcome = { MORE: 0, DONE: 1, FAILED: 2 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** What is wrong with a value; the first in the order of the text. */
export type FailureKind =
  /** A list where the shape has no more levels. */
  | 'list-too-deep'
  /** A value that is no list, where the shape has more levels. */
  | 'value-too-high'
  /** A list that is too long, seen at its first surplus element. */
  | 'list-too-long'
  /** A list that is too short, seen at its end. */
  | 'list-too-short'
  | 'type'
  | 'base64-format'
  | 'base64-text';

export interface Failure {
  readonly kind: FailureKind;
  /** The first byte of the value or list that is wrong; for a short list behind its end. */
  readonly pos: number;
  /**
   * For each list that is open there, outermost first, the elements before the one that is wrong.
   */
  readonly before: readonly number[];
  /** The elements of the list that is too short. */
  readonly size: number;
}

/** What may come next. */
const Expect = { VALUE: 0, FIRST: 1, LEAVES: 2, DELIMITER: 3, STRING: 4 } as const;
type Expect = (typeof Expect)[keyof typeof Expect];

/** The parts of a long string that may be left for the next call. */
const Part = { NONE: 0, ESCAPED: 1, ESCAPED_BASE64: 2, BASE64: 3, BASE64_IN_PLACE: 4 } as const;
type Part = (typeof Part)[keyof typeof Part];

/** A string is looked at byte by byte this far before its end is searched for. */
const nearBytes = 48;

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
 *
 * Resumable: after {@link begin} call {@link run} with growing limits until it is no longer MORE.
 * The reader only notes what is wrong and where; `explain.ts` finds the words.
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
  readonly #data: NumericTensor['data'] | null;
  readonly #words: Uint32Array | null;
  readonly #strings: StringSink | null;
  readonly #checkOnly: boolean;
  readonly #decimal = new DecimalReader();

  #pos = 0;
  #expect: Expect = Expect.VALUE;
  /** Elements read of each open list. */
  readonly #counts: number[];
  #level = 0;
  /** Where the next element goes, and where the innermost list began and must end. */
  #index = 0;
  #leafStart = 0;
  #leafEnd = 0;
  /** In LEAVES: whether an element was read and its delimiter comes next. */
  #afterLeaf = false;
  #part: Part = Part.NONE;
  #partEnd = 0;
  /** The string or base64 object that the part belongs to. */
  #partOwner = 0;

  /**
   * @param shape of one value; the target holds one or more of them, one behind the other
   * @param target where elements go; null: only check
   */
  constructor(
    json: Buffer,
    dtype: DType,
    shape: Shape,
    target: NumericTensor['data'] | StringSink | null,
  ) {
    this.#json = json;
    this.dtype = dtype;
    this.shape = shape;
    this.#rank = shape.length;
    this.#size = elementCount(shape);
    this.#leafSize = shape.length === 0 ? 1 : shape[shape.length - 1]!;
    this.#counts = new Array<number>(shape.length).fill(0);
    this.#checkOnly = target === null;
    if (dtype === DType.STRING) {
      this.#strings = target === null ? new StringSink(0, 0) : (target as StringSink);
      this.#data = null;
      this.#words = null;
    } else {
      this.#strings = null;
      this.#data = target as NumericTensor['data'] | null;
      this.#words =
        this.#data !== null && (dtype === DType.INT64 || dtype === DType.UINT64)
          ? new Uint32Array(this.#data.buffer, this.#data.byteOffset, this.#data.length * 2)
          : null;
    }
  }

  /** Behind the value after DONE. */
  get pos(): number {
    return this.#pos;
  }

  /** @param slot which of the values of the target the one at `pos` is */
  begin(pos: number, slot: number): void {
    this.#pos = pos;
    this.#index = this.#checkOnly ? 0 : slot * this.#size;
    this.#expect = Expect.VALUE;
    this.#level = 0;
    this.#part = Part.NONE;
    this.failure = null;
  }

  run(limit: number): Outcome {
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
      switch (this.#expect) {
        case Expect.VALUE:
          if (!this.#value(c, p)) return Outcome.FAILED;
          break;
        case Expect.FIRST:
          if (c === Char.CLOSE_LIST) {
            this.#pos = p + 1;
            if (!this.#closeList()) return Outcome.FAILED;
            if (this.#level === 0) return Outcome.DONE;
          } else if (this.#level === this.#rank) {
            this.#beginLeaves();
          } else {
            this.#expect = Expect.VALUE;
          }
          break;
        default:
          this.#pos = p + 1;
          if (c === Char.CLOSE_LIST) {
            if (!this.#closeList()) return Outcome.FAILED;
            if (this.#level === 0) return Outcome.DONE;
          } else {
            this.#expect = Expect.VALUE;
          }
      }
    }
  }

  #fail(kind: FailureKind, pos: number): false {
    const before = this.#counts.slice(0, this.#level);
    this.failure = { kind, pos, before, size: this.#counts[this.#level] ?? 0 };
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

  /** The elements of an innermost list up to its bracket, or one scalar. */
  #leaves(limit: number): Outcome {
    switch (this.dtype) {
      case DType.FLOAT:
      case DType.DOUBLE:
        return this.#floats(limit);
      default:
        return this.#others(limit);
    }
  }

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
        const isNumber = c <= Char.NINE ? c !== Char.QUOTE : c === 0x4e || c === 0x49;
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
    return p;
  }

  /** As {@link #floats}, for the types where an element costs more than the turn of a loop. */
  #others(limit: number): Outcome {
    const json = this.#json;
    const isList = this.#rank > 0;
    for (;;) {
      if (this.#part !== Part.NONE) {
        const outcome = this.#stringPart(limit);
        if (outcome !== Outcome.DONE) return outcome;
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
        continue;
      }
      if (this.#index === this.#leafEnd) return this.#failLeaf('list-too-long', p, this.#index);
      const kind = this.dtype === DType.STRING ? this.#string(p) : this.#scalar(p);
      if (kind !== null) return this.#failLeaf(kind, p, this.#index);
      if (this.#part === Part.NONE) {
        this.#index++;
        this.#afterLeaf = true;
      }
    }
  }

  #failLeaf(kind: FailureKind, pos: number, index: number): Outcome {
    if (this.#level > 0) this.#counts[this.#level - 1] = index - this.#leafStart;
    const isList = kind === 'type' && this.#json[pos] === Char.OPEN_LIST;
    this.#fail(isList ? 'list-too-deep' : kind, pos);
    return Outcome.FAILED;
  }

  /** Reads an integer or a truth value. @returns what is wrong */
  #scalar(p: number): FailureKind | null {
    const c = this.#json[p]!;
    if (this.dtype === DType.BOOL) {
      if (c !== Char.LOWER_T && c !== Char.LOWER_F) return 'type';
      const truth = c === Char.LOWER_T;
      if (this.#data !== null) this.#data[this.#index] = truth ? 1 : 0;
      this.#pos = p + (truth ? 4 : 5);
      return null;
    }
    if (c > Char.NINE || c === Char.QUOTE) return 'type';
    const decimal = this.#decimal;
    const end = decimal.read(this.#json, p, false);
    if (!decimal.isInteger) return 'type';
    const { value } = decimal;
    const data = this.#data;
    switch (this.dtype) {
      case DType.INT32:
      case DType.INT16:
      case DType.INT8:
      case DType.UINT8:
        if (value < -0x80000000 || value > 0x7fffffff) return 'type';
        if (data !== null) data[this.#index] = value;
        break;
      case DType.UINT32:
        if (value < 0 || value > 0xffffffff) return 'type';
        if (data !== null) data[this.#index] = value;
        break;
      case DType.INT64:
      case DType.UINT64:
        if (!this.#long(value, p, end)) return 'type';
        break;
      default:
        return 'type';
    }
    this.#pos = end;
    return null;
  }

  /** Stores a 64-bit integer. @returns whether it is in range */
  #long(value: number, start: number, end: number): boolean {
    const signed = this.dtype === DType.INT64;
    if (!Number.isSafeInteger(value)) {
      if (end - start > 20) {
        // No leading zeros: more digits than any 64-bit integer has.
        return false;
      }
      const exact = BigInt(numberText(this.#json, start, end));
      if (exact !== (signed ? BigInt.asIntN(64, exact) : BigInt.asUintN(64, exact))) return false;
      const data = this.#data as BigInt64Array | BigUint64Array | null;
      if (data !== null) data[this.#index] = exact;
      return true;
    }
    if (value < 0 && !signed) return false;
    const words = this.#words;
    if (words !== null) {
      const high = Math.floor(value / 0x100000000);
      words[this.#index * 2] = value - high * 0x100000000;
      words[this.#index * 2 + 1] = high;
    }
    return true;
  }

  /** Reads a string, or begins a long one. @returns what is wrong */
  #string(p: number): FailureKind | null {
    const json = this.#json;
    this.#partOwner = p;
    if (json[p] === Char.OPEN_OBJECT) return this.#base64Object(p);
    if (json[p] !== Char.QUOTE) return 'type';
    const start = p + 1;
    // A quote and a bracket or comma follow at least: the text does not end here.
    const near = Math.min(start + nearBytes, json.length);
    for (let q = start; q < near; q++) {
      const c = json[q];
      if (c === Char.QUOTE) {
        this.#strings!.addPlain(json, start, q);
        this.#pos = q + 1;
        return null;
      }
      if (c === Char.BACKSLASH) return this.#beginEscaped(start, Part.ESCAPED);
    }
    const quote = json.indexOf(Char.QUOTE, near);
    if (json.subarray(near, quote).includes(Char.BACKSLASH)) {
      return this.#beginEscaped(start, Part.ESCAPED);
    }
    this.#strings!.addPlain(json, start, quote);
    this.#pos = quote + 1;
    return null;
  }

  #beginEscaped(start: number, part: Part): null {
    this.#strings!.restartString();
    this.#part = part;
    this.#pos = start;
    return null;
  }

  /** `{"b64": "…"}` and nothing else (spec 5.6). */
  #base64Object(p: number): FailureKind | null {
    const json = this.#json;
    const start = base64Start(json, p);
    if (start < 0) return 'base64-format';
    const end = json.indexOf(Char.QUOTE, start);
    this.#strings!.beginBase64(start, end);
    this.#part = Part.BASE64;
    this.#partEnd = end;
    this.#pos = start;
    return null;
  }

  /** Goes on with a long string. DONE: it is complete. */
  #stringPart(limit: number): Outcome {
    const json = this.#json;
    const strings = this.#strings!;
    switch (this.#part) {
      case Part.ESCAPED:
      case Part.ESCAPED_BASE64:
        this.#pos = strings.unescape(json, this.#pos, limit);
        if (this.#pos >= limit) return Outcome.MORE;
        if (this.#part === Part.ESCAPED) break;
        this.#part = Part.BASE64_IN_PLACE;
        this.#partEnd = strings.beginBase64InPlace();
        return Outcome.MORE;
      case Part.BASE64: {
        const stop = Math.min(this.#partEnd, limit);
        if (!strings.base64(json, stop)) {
          // Escapes are rare in base64: only now begin again with what they stand for.
          if (!json.subarray(this.#pos, this.#partEnd).includes(Char.BACKSLASH)) {
            return this.#failBase64();
          }
          this.#beginEscaped(this.#pos, Part.ESCAPED_BASE64);
          return Outcome.MORE;
        }
        if (stop < this.#partEnd) return Outcome.MORE;
        this.#pos = stop;
        if (!strings.endBase64()) return this.#failBase64();
        break;
      }
      default: {
        const stop = Math.min(this.#partEnd, strings.base64Pos + Math.max(limit - this.#pos, 4096));
        if (!strings.base64(null, stop)) return this.#failBase64();
        if (stop < this.#partEnd) return Outcome.MORE;
        if (!strings.endBase64()) return this.#failBase64();
      }
    }
    strings.endString();
    // At the closing quote of the string.
    if (this.#part === Part.ESCAPED) {
      this.#pos++;
    } else {
      const end = base64End(json, this.#pos);
      if (end < 0) return this.#failLeaf('base64-format', this.#partOwner, this.#index);
      this.#pos = end;
    }
    this.#part = Part.NONE;
    return Outcome.DONE;
  }

  #failBase64(): Outcome {
    const wellFormed = isBase64Object(this.#json, this.#partOwner);
    const kind = wellFormed ? 'base64-text' : 'base64-format';
    return this.#failLeaf(kind, this.#partOwner, this.#index);
  }
}

/** The limit for the next call of a `run`: it grows even where the position stays. */
export function nextLimit(limit: number, pos: number, step: number): number {
  return Math.max(limit, pos) + step;
}
