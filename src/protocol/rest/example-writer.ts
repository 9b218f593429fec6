import { invalidArgument, type StatusError } from '../../status/index.ts';
import type { Steps } from '../../util/index.ts';
import { base64Start, isBase64Object } from './base64-object.ts';
import { ExampleBytes, fieldRoom, fieldSize, firstTag, shortCopy } from './example-bytes.ts';
import { Base64Decoder } from './json/base64.ts';
import { Char, skipSpace } from './json/chars.ts';
import { typeText } from './json/debug-text.ts';
import { DecimalReader, numberText } from './json/decimal.ts';
import { decodeEscape, decodeString, decodeText, stringEnd } from './json/strings.ts';
import { stepBytes } from './step-bytes.ts';

/** The kinds of a Feature, by the number of their field in it. */
const Kind = { NONE: 0, BYTES: 1, FLOAT: 2, INT64: 3 } as const;
type Kind = (typeof Kind)[keyof typeof Kind];

const kindNames = ['UNKNOWN', 'bytes', 'float', 'int64'] as const;

/** How far {@link ExampleWriter} has come with an object. */
const Progress = { DONE: 0, PAUSE: 1, LONG_ELEMENT: 2 } as const;
type Progress = (typeof Progress)[keyof typeof Progress];

/** The value of an entry: field 2. */
const valueTag = 0x12;

/** What stands in front of the values of a feature, but for its name. */
const featureRoom = 5 * fieldRoom;

/** An integer of this many digits is exact as a double. */
const exactDigits = 15;
/** Characters of the longest integer that is not taken for a double. */
const longestInteger = 20;

const [minLong, maxLong, maxUnsigned] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n];

const nothing = new Uint8Array();

/**
 * Writes objects of valid JSON as serialized `tensorflow.Example`s, one behind the other (spec 5.8):
 * a member is a feature, in the order of the text. Of features of one name the last counts for
 * whoever reads the message.
 *
 * What is usual is one loop, {@link #run}; only long texts are written in steps of their own.
 */
export class ExampleWriter {
  readonly #json: Buffer;
  readonly #out: ExampleBytes;
  readonly #decimal = new DecimalReader();
  readonly #base64 = new Base64Decoder();
  #context: Uint8Array = nothing;
  #pause = stepBytes;
  /** Where the next element is, or the end of the object. */
  #pos = 0;
  /** The feature that is being written: its key in the text, what was written of it, its values. */
  #keyStart = 0;
  #keyEnd = 0;
  #begin = 0;
  #valuesStart = 0;
  #kind: Kind = Kind.NONE;
  #isList = false;
  /** The key where it is not written as it is to be read; null: it is. */
  #key: Uint8Array | null = null;

  /**
   * @param capacity bytes expected, which are accounted for
   * @param reserve told of more memory before it is taken; may throw
   */
  constructor(json: Buffer, capacity: number, reserve: (bytes: number) => void) {
    this.#json = json;
    this.#out = new ExampleBytes(capacity, reserve);
  }

  /** Bytes written. */
  get length(): number {
    return this.#out.length;
  }

  /** What was written. The writer is not to be used any more. */
  finish(): Uint8Array {
    return this.#out.bytes.subarray(0, this.#out.length);
  }

  /** Takes away what was written; it stands in front of every Example from now on. */
  keepAsContext(): void {
    this.#context = Uint8Array.from(this.finish());
    this.#out.length = 0;
  }

  /**
   * Adds the object at `start`.
   *
   * @returns the position behind it
   * @throws StatusError INVALID_ARGUMENT
   */
  *add(start: number): Steps<number> {
    const out = this.#out;
    out.makeRoom(this.#context.length + fieldRoom);
    out.copy(this.#context, 0, this.#context.length);
    const first = this.#skip(start + 1);
    if (this.#json[first] === Char.CLOSE_OBJECT) return first + 1;
    const begin = out.length;
    out.length += fieldRoom;
    this.#beginFeature(first);
    for (let progress = this.#run(); progress !== Progress.DONE; ) {
      if (progress === Progress.PAUSE) {
        this.#pause = this.#pos + stepBytes;
        yield;
        progress = this.#run();
      } else {
        const end = yield* this.#longElement(this.#pos);
        progress = this.#endElement(end) ? this.#run() : Progress.DONE;
      }
    }
    out.closeField(begin);
    return this.#pos + 1;
  }

  /**
   * Writes elements and features from {@link #pos} on, until the object is complete, time is up or a
   * long text comes.
   */
  #run(): Progress {
    for (;;) {
      const p = this.#pos;
      if (p >= this.#pause) return Progress.PAUSE;
      if (this.#json[p] === Char.CLOSE_LIST) {
        // An empty list: elements are followed to what comes behind them.
        if (!this.#endFeature(p + 1)) return Progress.DONE;
        continue;
      }
      const end = this.#shortElement(p);
      if (end < 0) return Progress.LONG_ELEMENT;
      if (!this.#endElement(end)) return Progress.DONE;
    }
  }

  /** @param keyQuote the quote before the key of the feature */
  #beginFeature(keyQuote: number): void {
    const json = this.#json;
    const start = keyQuote + 1;
    const shortEnd = shortStringEnd(json, start);
    const end = shortEnd < 0 ? stringEnd(json, start) : shortEnd;
    this.#keyStart = start;
    this.#keyEnd = end;
    this.#key = shortEnd < 0 ? decodeString(json, start, end) : null;
    const room = featureRoom + (this.#key?.length ?? end - start);
    const out = this.#out;
    out.makeRoom(room);
    this.#begin = out.length;
    out.length += room;
    this.#valuesStart = out.length;
    this.#kind = Kind.NONE;
    // Behind the colon.
    const value = this.#skip(this.#skip(end + 1) + 1);
    this.#isList = json[value] === Char.OPEN_LIST;
    this.#pos = this.#isList ? this.#skip(value + 1) : value;
  }

  /** @param end of an element. @returns whether there is something left of the object */
  #endElement(end: number): boolean {
    if (!this.#isList) return this.#endFeature(end);
    const p = this.#skip(end);
    if (this.#json[p] !== Char.COMMA) return this.#endFeature(p + 1);
    this.#pos = this.#skip(p + 1);
    return true;
  }

  /** @param end of a value. @returns whether another feature was begun */
  #endFeature(end: number): boolean {
    this.#closeFeature();
    this.#pos = this.#skip(end);
    if (this.#json[this.#pos] !== Char.COMMA) return false;
    this.#beginFeature(this.#skip(this.#pos + 1));
    return true;
  }

  /** Writes what stands in front of the values, and moves these there. */
  #closeFeature(): void {
    const out = this.#out;
    const values = out.length - this.#valuesStart;
    const isPacked = this.#kind > Kind.BYTES;
    const list = isPacked ? fieldSize(values) : values;
    const feature = this.#kind === Kind.NONE ? 0 : fieldSize(list);
    const keyLength = this.#key?.length ?? this.#keyEnd - this.#keyStart;
    out.length = this.#begin;
    out.header(firstTag, fieldSize(keyLength) + fieldSize(feature));
    out.header(firstTag, keyLength);
    if (this.#key === null) out.copy(this.#json, this.#keyStart, keyLength);
    else out.copy(this.#key, 0, keyLength);
    out.header(valueTag, feature);
    if (this.#kind !== Kind.NONE) out.header((this.#kind << 3) | 2, list);
    if (isPacked) out.header(firstTag, values);
    out.moveDown(this.#valuesStart, values);
  }

  /**
   * Writes the value at `p`, unless it is a text that is long or not plain: then its type is checked,
   * and {@link #longElement} writes it.
   *
   * @returns the position behind the value, −1 if it is not written
   */
  #shortElement(p: number): number {
    const json = this.#json;
    switch (json[p]) {
      case Char.QUOTE: {
        this.#expect(Kind.BYTES);
        const end = shortStringEnd(json, p + 1);
        if (end < 0) return -1;
        this.#plainString(p + 1, end);
        return end + 1;
      }
      case Char.OPEN_OBJECT:
        if (!isBase64Object(json, p)) throw this.#wrongType(p);
        this.#expect(Kind.BYTES);
        return -1;
      case Char.LOWER_T:
        this.#expect(Kind.INT64);
        this.#out.varint(1, 0);
        return p + 4;
      case Char.LOWER_F:
        this.#expect(Kind.INT64);
        this.#out.varint(0, 0);
        return p + 5;
      case Char.LOWER_N:
      case Char.OPEN_LIST:
        throw this.#wrongType(p);
      default:
        return this.#number(p);
    }
  }

  #expect(kind: Kind): void {
    if (this.#kind === Kind.NONE) this.#kind = kind;
    if (this.#kind === kind) return;
    const name = this.#keyText();
    throw invalidArgument(
      `Unexpected element type in feature: ${name} expecting type: ${kindNames[this.#kind]}`,
    );
  }

  #wrongType(p: number): StatusError {
    const name = this.#keyText();
    const type = typeText(this.#json, p);
    return invalidArgument(`Feature: ${name} has element with unexpected JSON type: ${type}`);
  }

  /** The name of the feature, for errors. */
  #keyText(): string {
    return decodeText(this.#json, this.#keyStart, this.#keyEnd);
  }

  #number(p: number): number {
    const json = this.#json;
    const decimal = this.#decimal;
    const end = decimal.read(json, p, true);
    if (!decimal.isInteger) {
      this.#floatValue();
    } else if (end - p <= exactDigits) {
      this.#expect(Kind.INT64);
      const high = Math.floor(decimal.value / 2 ** 32);
      this.#out.varint(decimal.value - high * 2 ** 32, high >>> 0);
    } else {
      this.#longInteger(p, end);
    }
    return end;
  }

  /** One beyond the integers is a floating-point number. */
  #longInteger(p: number, end: number): void {
    const exact = end - p > longestInteger ? null : BigInt(numberText(this.#json, p, end));
    if (exact === null || exact < minLong || exact > maxUnsigned) {
      this.#floatValue();
      return;
    }
    this.#expect(Kind.INT64);
    if (exact > maxLong) {
      const name = this.#keyText();
      throw invalidArgument(`Feature: ${name} has uint64_t element. Only int64_t is supported.`);
    }
    this.#out.varint(Number(BigInt.asUintN(32, exact)), Number(BigInt.asUintN(32, exact >> 32n)));
  }

  #floatValue(): void {
    this.#expect(Kind.FLOAT);
    this.#out.float32(this.#decimal.value);
  }

  /** Writes the text at `p`, a string or a base64 object. @returns the position behind it */
  *#longElement(p: number): Steps<number> {
    const json = this.#json;
    if (json[p] === Char.OPEN_OBJECT) {
      const end = yield* this.#base64Text(base64Start(json, p));
      return this.#skip(end) + 1;
    }
    const start = p + 1;
    const end = stringEnd(json, start);
    if (json.subarray(start, end).includes(Char.BACKSLASH)) {
      this.#out.makeRoom(fieldRoom + end - start);
      const begin = this.#out.length;
      this.#out.length += fieldRoom;
      yield* this.#unescape(start, end);
      this.#out.closeField(begin);
    } else {
      this.#plainString(start, end);
    }
    return end + 1;
  }

  #plainString(start: number, end: number): void {
    const size = end - start;
    this.#out.makeRoom(fieldRoom + size);
    this.#out.header(firstTag, size);
    this.#out.copy(this.#json, start, size);
  }

  /** What a string with escapes stands for is never longer than it is. */
  *#unescape(start: number, end: number): Steps<void> {
    const json = this.#json;
    const bytes = this.#out.bytes;
    let at = this.#out.length;
    let pause = start + stepBytes;
    for (let p = start; p < end; ) {
      if (json[p] === Char.BACKSLASH) {
        const step = decodeEscape(json, p, bytes, at);
        p += step >> 3;
        at += step & 7;
      } else bytes[at++] = json[p++]!;
      if (p < pause) continue;
      pause = p + stepBytes;
      yield;
    }
    this.#out.length = at;
  }

  /** @returns the position behind the quote that ends the text */
  *#base64Text(start: number): Steps<number> {
    const json = this.#json;
    const decoder = this.#base64;
    const end = stringEnd(json, start);
    // The decoder writes up to 3 bytes at a time.
    this.#out.makeRoom(fieldRoom + end - start + 4);
    const begin = this.#out.length;
    const at = begin + fieldRoom;
    this.#out.length = at;
    let source: Buffer = json;
    let stop = end;
    decoder.begin(start, at);
    if (json.subarray(start, end).includes(Char.BACKSLASH)) {
      yield* this.#unescape(start, end);
      source = this.#out.bytes;
      stop = this.#out.length;
      decoder.begin(at, at);
    }
    while (decoder.pos < stop) {
      const limit = Math.min(decoder.pos + stepBytes, stop);
      if (!decoder.run(source, limit, this.#out.bytes) || decoder.pos < limit) throw notBase64();
      if (decoder.pos < stop) yield;
    }
    if (!decoder.finish(this.#out.bytes)) throw notBase64();
    this.#out.length = decoder.at;
    this.#out.closeField(begin);
    return end + 1;
  }

  #skip(p: number): number {
    return skipSpace(this.#json, p, this.#json.length);
  }
}

/** Where the quote is that ends a short string without escapes; −1 for any other. */
function shortStringEnd(json: Buffer, start: number): number {
  const stop = start + shortCopy;
  for (let p = start; p < stop; p++) {
    const c = json[p];
    if (c === Char.QUOTE) return p;
    if (c === Char.BACKSLASH) return -1;
  }
  return -1;
}

function notBase64(): StatusError {
  return invalidArgument('Unable to base64 decode');
}
