import { base64End, base64Start, isBase64Object } from './base64-object.ts';
import { Char } from './json/chars.ts';
import { type FailureKind, Outcome } from './outcome.ts';
import type { StringSink } from './string-sink.ts';

/** How the current string is read. */
const Mode = { ESCAPED: 0, ESCAPED_BASE64: 1, BASE64: 2, BASE64_IN_PLACE: 3 } as const;
type Mode = (typeof Mode)[keyof typeof Mode];

/** A string is looked at byte by byte this far before its end is searched for. */
const nearBytes = 48;

/** A longer string is read in pieces, even if nothing in it is escaped. */
const longBytes = 64 * 1024;

/** Bytes of base64 decoded in place at once, when the text no longer counts as progress. */
const pieceBytes = 16 * 1024;

/**
 * Reads the elements of string tensors, `"text"` and `{"b64": "…"}` (spec 5.6), from valid JSON
 * into a {@link StringSink}. A long one is begun with {@link begin} and completed by {@link run}.
 */
export class StringReader {
  /** Behind the element after DONE. */
  pos = 0;
  /** After FAILED. */
  problem: FailureKind = 'type';

  readonly #json: Buffer;
  readonly #sink: StringSink;
  #mode: Mode = Mode.ESCAPED;
  #start = 0;

  constructor(json: Buffer, sink: StringSink) {
    this.#json = json;
    this.#sink = sink;
  }

  /** Begins the element at `p`. DONE: it was short. */
  begin(p: number): Outcome {
    const json = this.#json;
    this.#start = p;
    if (json[p] === Char.OPEN_OBJECT) return this.#beginBase64(p);
    if (json[p] !== Char.QUOTE) return this.#fail('type');
    const start = p + 1;
    const near = Math.min(start + nearBytes, json.length);
    for (let q = start; q < near; q++) {
      const c = json[q];
      if (c === Char.QUOTE) return this.#plain(start, q);
      if (c === Char.BACKSLASH) return this.#escaped(start, Mode.ESCAPED);
    }
    const window = json.subarray(near, near + longBytes);
    const length = window.indexOf(Char.QUOTE);
    const isPlain = length >= 0 && !window.subarray(0, length).includes(Char.BACKSLASH);
    return isPlain ? this.#plain(start, near + length) : this.#escaped(start, Mode.ESCAPED);
  }

  #plain(start: number, end: number): Outcome {
    this.#sink.addPlain(this.#json, start, end);
    this.pos = end + 1;
    return Outcome.DONE;
  }

  #escaped(start: number, mode: Mode): Outcome {
    this.#sink.restartString();
    this.#mode = mode;
    this.pos = start;
    return Outcome.MORE;
  }

  #beginBase64(p: number): Outcome {
    const start = base64Start(this.#json, p);
    if (start < 0) return this.#fail('base64-format');
    this.#sink.beginBase64(start);
    this.#mode = Mode.BASE64;
    this.pos = start;
    return Outcome.MORE;
  }

  /** Goes on with the element that was begun, about up to `limit`. */
  run(limit: number): Outcome {
    const json = this.#json;
    const sink = this.#sink;
    // A quote comes before the end of the text.
    limit = Math.min(limit, json.length);
    switch (this.#mode) {
      case Mode.ESCAPED:
      case Mode.ESCAPED_BASE64:
        this.pos = sink.unescape(json, this.pos, limit);
        if (this.pos >= limit) return Outcome.MORE;
        if (this.#mode === Mode.ESCAPED) {
          sink.endString();
          this.pos++;
          return Outcome.DONE;
        }
        sink.beginBase64InPlace();
        this.#mode = Mode.BASE64_IN_PLACE;
        return Outcome.MORE;
      case Mode.BASE64:
        if (!sink.base64(json, limit)) {
          // Escapes are rare in base64: only now begin again with what they stand for.
          if (json[sink.base64Pos] !== Char.BACKSLASH) return this.#failBase64();
          return this.#escaped(base64Start(json, this.#start), Mode.ESCAPED_BASE64);
        }
        this.pos = sink.base64Pos;
        if (this.pos >= limit) return Outcome.MORE;
        break;
      default:
        if (!sink.base64InPlace(pieceBytes)) return this.#failBase64();
        if (!sink.isBase64Complete) return Outcome.MORE;
    }
    // At the quote that closes base64 text.
    if (!sink.endBase64()) return this.#failBase64();
    sink.endString();
    const end = base64End(json, this.pos);
    if (end < 0) return this.#fail('base64-format');
    this.pos = end;
    return Outcome.DONE;
  }

  #failBase64(): Outcome {
    return this.#fail(isBase64Object(this.#json, this.#start) ? 'base64-text' : 'base64-format');
  }

  #fail(kind: FailureKind): Outcome {
    this.problem = kind;
    this.pos = this.#start;
    return Outcome.FAILED;
  }
}
