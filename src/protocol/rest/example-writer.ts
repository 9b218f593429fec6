import { invalidArgument, type StatusError } from '../../status/index.ts';
import { base64Start, isBase64Object } from './base64-object.ts';
import { Base64Decoder } from './json/base64.ts';
import { Char, skipSpace } from './json/chars.ts';
import { typeText } from './json/debug-text.ts';
import { DecimalReader, numberText } from './json/decimal.ts';
import { decodeEscape, decodeString, decodeText, stringEnd } from './json/strings.ts';
import { type Steps, stepBytes } from './paced.ts';

/** The kinds of a Feature, by the number of their field in it. */
const Kind = { NONE: 0, BYTES: 1, FLOAT: 2, INT64: 3 } as const;
type Kind = (typeof Kind)[keyof typeof Kind];

const kindNames = ['UNKNOWN', 'bytes', 'float', 'int64'] as const;

/** The only field of a list, of Features and of Example, and the key of an entry: field 1. */
const firstTag = 0x0a;
/** The value of an entry: field 2. */
const valueTag = 0x12;

/** A tag of one byte and the longest length. */
const fieldRoom = 6;
/** What stands in front of the values of a feature, but for its name. */
const featureRoom = 5 * fieldRoom;
/** The longest varint. */
const varintRoom = 10;

/** Strings this short are copied byte by byte: it is faster than a call. */
const shortString = 64;

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
 */
export class ExampleWriter {
  readonly #json: Buffer;
  readonly #reserve: (bytes: number) => void;
  readonly #decimal = new DecimalReader();
  readonly #base64 = new Base64Decoder();
  readonly #float = new Float32Array(1);
  readonly #floatBytes = new Uint8Array(this.#float.buffer);
  #context: Uint8Array = nothing;
  #bytes: Buffer;
  #length = 0;
  /** Memory that is accounted for. */
  #granted: number;
  #pause = stepBytes;
  /** The kind of the feature that is being written. */
  #kind: Kind = Kind.NONE;
  #isPlain = false;

  /**
   * @param capacity bytes expected, which are accounted for
   * @param reserve told of more memory before it is taken; may throw
   */
  constructor(json: Buffer, capacity: number, reserve: (bytes: number) => void) {
    this.#json = json;
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#granted = capacity;
    this.#reserve = reserve;
  }

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  /** What was written. The writer is not to be used any more. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes away what was written; it stands in front of every Example from now on. */
  keepAsContext(): void {
    this.#context = Uint8Array.from(this.finish());
    this.#length = 0;
  }

  /**
   * Adds the object at `start`.
   *
   * @returns the position behind it
   * @throws StatusError INVALID_ARGUMENT
   */
  *add(start: number): Steps<number> {
    const json = this.#json;
    this.#makeRoom(this.#context.length + fieldRoom);
    this.#bytes.set(this.#context, this.#length);
    this.#length += this.#context.length;
    let p = this.#skip(start + 1);
    if (json[p] === Char.CLOSE_OBJECT) return p + 1;
    const begin = this.#length;
    this.#length += fieldRoom;
    for (;;) {
      const keyEnd = this.#stringEnd(p + 1);
      const value = this.#skip(this.#skip(keyEnd + 1) + 1);
      p = this.#skip(yield* this.#feature(p + 1, keyEnd, value));
      if (json[p] !== Char.COMMA) break;
      p = this.#skip(p + 1);
      if (p >= this.#pause) {
        this.#pause = p + stepBytes;
        yield;
      }
    }
    this.#closeField(begin, begin + fieldRoom);
    return p + 1;
  }

  /** @returns the position behind its value */
  *#feature(keyStart: number, keyEnd: number, value: number): Steps<number> {
    const json = this.#json;
    const isPlainKey = this.#isPlain;
    const key = isPlainKey ? nothing : decodeString(json, keyStart, keyEnd);
    const keyLength = isPlainKey ? keyEnd - keyStart : key.length;
    const begin = this.#length;
    const valuesStart = begin + featureRoom + keyLength;
    this.#makeRoom(valuesStart - begin + varintRoom);
    this.#length = valuesStart;
    this.#kind = Kind.NONE;
    let p = value;
    if (json[p] !== Char.OPEN_LIST) {
      const end = this.#shortElement(p, keyStart, keyEnd);
      p = end >= 0 ? end : yield* this.#longElement(p);
    } else {
      p = this.#skip(p + 1);
      while (json[p] !== Char.CLOSE_LIST) {
        const end = this.#shortElement(p, keyStart, keyEnd);
        p = this.#skip(end >= 0 ? end : yield* this.#longElement(p));
        if (json[p] === Char.COMMA) p = this.#skip(p + 1);
        if (p < this.#pause) continue;
        this.#pause = p + stepBytes;
        yield;
      }
      p++;
    }
    this.#closeFeature(
      isPlainKey ? json : key,
      isPlainKey ? keyStart : 0,
      keyLength,
      begin,
      valuesStart,
    );
    return p;
  }

  /** Writes what stands in front of the values, and moves these there. */
  #closeFeature(
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    begin: number,
    valuesStart: number,
  ): void {
    const values = this.#length - valuesStart;
    const isPacked = this.#kind > Kind.BYTES;
    const list = isPacked ? fieldSize(values) : values;
    const feature = this.#kind === Kind.NONE ? 0 : fieldSize(list);
    this.#length = begin;
    this.#header(firstTag, fieldSize(keyLength) + fieldSize(feature));
    this.#header(firstTag, keyLength);
    this.#copy(key, keyStart, keyLength);
    this.#header(valueTag, feature);
    if (this.#kind !== Kind.NONE) this.#header((this.#kind << 3) | 2, list);
    if (isPacked) this.#header(firstTag, values);
    this.#moveDown(valuesStart, values);
  }

  /** The same for a field that is alone, between `begin` and the begin of its value. */
  #closeField(begin: number, valueStart: number): void {
    const size = this.#length - valueStart;
    this.#length = begin;
    this.#header(firstTag, size);
    this.#moveDown(valueStart, size);
  }

  #moveDown(from: number, count: number): void {
    const bytes = this.#bytes;
    const to = this.#length;
    if (from !== to) {
      if (count > shortString) bytes.copyWithin(to, from, from + count);
      else for (let i = 0; i < count; i++) bytes[to + i] = bytes[from + i]!;
    }
    this.#length = to + count;
  }

  /**
   * Writes the value at `p`, unless it is a text that is long or not plain: then its type is checked,
   * and {@link #longElement} writes it.
   *
   * @returns the position behind the value, −1 if it is not written
   */
  #shortElement(p: number, keyStart: number, keyEnd: number): number {
    const json = this.#json;
    switch (json[p]) {
      case Char.QUOTE: {
        this.#expect(Kind.BYTES, keyStart, keyEnd);
        const end = shortStringEnd(json, p + 1);
        if (end < 0) return -1;
        this.#plainString(p + 1, end);
        return end + 1;
      }
      case Char.OPEN_OBJECT:
        if (!isBase64Object(json, p)) throw this.#wrongType(p, keyStart, keyEnd);
        this.#expect(Kind.BYTES, keyStart, keyEnd);
        return -1;
      case Char.LOWER_T:
        this.#expect(Kind.INT64, keyStart, keyEnd);
        this.#varint(1, 0);
        return p + 4;
      case Char.LOWER_F:
        this.#expect(Kind.INT64, keyStart, keyEnd);
        this.#varint(0, 0);
        return p + 5;
      case Char.LOWER_N:
      case Char.OPEN_LIST:
        throw this.#wrongType(p, keyStart, keyEnd);
      default:
        return this.#number(p, keyStart, keyEnd);
    }
  }

  #expect(kind: Kind, keyStart: number, keyEnd: number): void {
    if (this.#kind === Kind.NONE) this.#kind = kind;
    if (this.#kind === kind) return;
    const name = decodeText(this.#json, keyStart, keyEnd);
    throw invalidArgument(
      `Unexpected element type in feature: ${name} expecting type: ${kindNames[this.#kind]}`,
    );
  }

  #wrongType(p: number, keyStart: number, keyEnd: number): StatusError {
    const name = decodeText(this.#json, keyStart, keyEnd);
    const type = typeText(this.#json, p);
    return invalidArgument(`Feature: ${name} has element with unexpected JSON type: ${type}`);
  }

  #number(p: number, keyStart: number, keyEnd: number): number {
    const json = this.#json;
    const decimal = this.#decimal;
    const end = decimal.read(json, p, true);
    if (!decimal.isInteger) {
      this.#floatValue(keyStart, keyEnd);
    } else if (end - p <= exactDigits) {
      this.#expect(Kind.INT64, keyStart, keyEnd);
      const high = Math.floor(decimal.value / 2 ** 32);
      this.#varint(decimal.value - high * 2 ** 32, high >>> 0);
    } else {
      this.#longInteger(p, end, keyStart, keyEnd);
    }
    return end;
  }

  /** One beyond the integers is a floating-point number. */
  #longInteger(p: number, end: number, keyStart: number, keyEnd: number): void {
    const exact = end - p > longestInteger ? null : BigInt(numberText(this.#json, p, end));
    if (exact === null || exact < minLong || exact > maxUnsigned) {
      this.#floatValue(keyStart, keyEnd);
      return;
    }
    this.#expect(Kind.INT64, keyStart, keyEnd);
    if (exact > maxLong) {
      const name = decodeText(this.#json, keyStart, keyEnd);
      throw invalidArgument(`Feature: ${name} has uint64_t element. Only int64_t is supported.`);
    }
    this.#varint(Number(BigInt.asUintN(32, exact)), Number(BigInt.asUintN(32, exact >> 32n)));
  }

  #floatValue(keyStart: number, keyEnd: number): void {
    this.#expect(Kind.FLOAT, keyStart, keyEnd);
    this.#makeRoom(4);
    this.#float[0] = this.#decimal.value;
    const [bytes, at, from] = [this.#bytes, this.#length, this.#floatBytes];
    for (let i = 0; i < 4; i++) bytes[at + i] = from[i]!;
    this.#length = at + 4;
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
      this.#makeRoom(fieldRoom + end - start);
      const begin = this.#length;
      this.#length += fieldRoom;
      yield* this.#unescape(start, end);
      this.#closeField(begin, begin + fieldRoom);
    } else {
      this.#plainString(start, end);
    }
    return end + 1;
  }

  #plainString(start: number, end: number): void {
    const size = end - start;
    this.#makeRoom(fieldRoom + size);
    this.#header(firstTag, size);
    this.#copy(this.#json, start, size);
  }

  /** The caller has made room. */
  #copy(source: Uint8Array, start: number, count: number): void {
    const [bytes, at] = [this.#bytes, this.#length];
    if (count > shortString) bytes.set(source.subarray(start, start + count), at);
    else for (let i = 0; i < count; i++) bytes[at + i] = source[start + i]!;
    this.#length = at + count;
  }

  /** Where the string ends that begins at `start`; {@link #isPlain} says whether it has no escapes. */
  #stringEnd(start: number): number {
    const end = shortStringEnd(this.#json, start);
    this.#isPlain = end >= 0;
    return end >= 0 ? end : stringEnd(this.#json, start);
  }

  /** What a string with escapes stands for is never longer than it is. */
  *#unescape(start: number, end: number): Steps<void> {
    const json = this.#json;
    const bytes = this.#bytes;
    let at = this.#length;
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
    this.#length = at;
  }

  /** @returns the position behind the quote that ends the text */
  *#base64Text(start: number): Steps<number> {
    const json = this.#json;
    const decoder = this.#base64;
    const end = stringEnd(json, start);
    // The decoder writes up to 3 bytes at a time.
    this.#makeRoom(fieldRoom + end - start + 4);
    const begin = this.#length;
    const at = begin + fieldRoom;
    this.#length = at;
    let source: Buffer = json;
    let stop = end;
    decoder.begin(start, at);
    if (json.subarray(start, end).includes(Char.BACKSLASH)) {
      yield* this.#unescape(start, end);
      source = this.#bytes;
      stop = this.#length;
      decoder.begin(at, at);
    }
    while (decoder.pos < stop) {
      const limit = Math.min(decoder.pos + stepBytes, stop);
      if (!decoder.run(source, limit, this.#bytes) || decoder.pos < limit) throw notBase64();
      if (decoder.pos < stop) yield;
    }
    if (!decoder.finish(this.#bytes)) throw notBase64();
    this.#length = decoder.at;
    this.#closeField(begin, at);
    return end + 1;
  }

  #skip(p: number): number {
    return skipSpace(this.#json, p, this.#json.length);
  }

  /** A tag of one byte and a length. The caller has made room. */
  #header(tag: number, length: number): void {
    this.#bytes[this.#length++] = tag;
    let rest = length;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  /** A 64-bit number as its halves. */
  #varint(low: number, high: number): void {
    this.#makeRoom(varintRoom);
    const bytes = this.#bytes;
    let at = this.#length;
    while (high !== 0 || low > 0x7f) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[at++] = low;
    this.#length = at;
  }

  #makeRoom(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = Math.max(needed, this.#bytes.length * 2);
    if (grown > this.#granted) {
      this.#reserve(grown - this.#granted);
      this.#granted = grown;
    }
    const bytes = Buffer.allocUnsafeSlow(grown);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}

/** Where the quote is that ends a short string without escapes; −1 for any other. */
function shortStringEnd(json: Buffer, start: number): number {
  const stop = start + shortString;
  for (let p = start; p < stop; p++) {
    const c = json[p];
    if (c === Char.QUOTE) return p;
    if (c === Char.BACKSLASH) return -1;
  }
  return -1;
}

/** Bytes of a field with a tag of one byte. @param length of its value, below 2^31 */
function fieldSize(length: number): number {
  let size = length + 2;
  for (let rest = length; rest > 0x7f; rest >>>= 7) size++;
  return size;
}

function notBase64(): StatusError {
  return invalidArgument('Unable to base64 decode');
}
