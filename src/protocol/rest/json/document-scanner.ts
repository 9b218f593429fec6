import type { KernelSource } from '../number-kernel.ts';
import { mayBeNumbers } from '../number-list-reader.ts';
import { type ExpectedFormat, ListRole, NumberListScanner } from '../number-list-scanner.ts';
import { Outcome } from '../outcome.ts';
import type { ReadLists } from '../read-lists.ts';
import { Char, isDigit, isSpace, skipSpace } from './chars.ts';
import { checkEscape, checkNumber, checkWord } from './check-token.ts';
import type { JsonMember, JsonNode } from './json-node.ts';
import { keyEquals } from './strings.ts';
import { SyntaxReason, syntaxError } from './syntax-error.ts';

/** Members of an object that are listed; no signature has so many inputs. */
const maxMembers = 64 * 1024;

/** What may come next. */
const Expect = {
  ROOT: 0,
  MEMBER_VALUE: 1,
  FIRST_ELEMENT: 2,
  ELEMENT: 3,
  FIRST_KEY: 4,
  KEY: 5,
  COLON: 6,
  DELIMITER: 7,
  STRING: 8,
  NUMBERS: 9,
} as const;
type Expect = (typeof Expect)[keyof typeof Expect];

/** Room for so many levels at first: arrays so small lie in the heap, which costs next to nothing. */
const usualDepth = 15;

/** Containers on the stack. */
const LIST = 1;
const OBJECT = 0;

/**
 * The first pass over a request: checks the whole text against the grammar of spec 5.4 and finds
 * where the wanted members of the document are and how large the lists are with which their values
 * begin, so that the second pass can write numbers straight into memory of the right size.
 *
 * Long lists of numbers are left to a {@link NumberListScanner}, which reads the elements, too, where
 * their format is known: then the list needs no second pass. Where it finds anything unusual, the
 * scanner goes back to the beginning of the list.
 *
 * Resumable: call {@link run} with limits ahead of {@link pos} until it returns true. What follows
 * the first complete value is ignored. Of repeated members of the document the first is found.
 */
export class DocumentScanner {
  /** By index of the wanted keys; null: no such member. Complete when `run` has returned true. */
  readonly found: (JsonNode | null)[];
  /** Where the document's value begins and ends. */
  start = 0;
  end = 0;

  readonly #json: Buffer;
  readonly #wanted: readonly Uint8Array[];
  /** Then a number ends in front of the end, and reading one needs no look at the length. */
  readonly #endsInBracket: boolean;
  #pos = 0;
  #expect: Expect = Expect.ROOT;
  readonly #maxDepth: number;
  /** The kinds of the open containers, by depth. */
  #stack = new Uint8Array(usualDepth + 1);
  /** Delimiters seen in each open container. */
  #commas = new Int32Array(usualDepth + 1);
  #depth = 0;

  #stringIsKey = false;
  #keyStart = 0;
  #keyEnd = 0;

  /** The wanted member that the last key of the document names, −1 for none. */
  #pending = -1;
  /** The node being scanned. */
  #node: JsonNode | null = null;
  /** The depth of the object whose members are listed, 0 for none. */
  #membersDepth = 0;
  #member: JsonMember | null = null;
  /** The shape that is being found, and the depth at which its value began. */
  #shape: number[] | null = null;
  #shapeDepth = 0;
  /** Whether a list that opens now is the first thing in the innermost list of the shape. */
  #shapeOpen = false;

  /** Made for the first list that looks like one of many numbers. */
  #numberLists: NumberListScanner | null = null;
  readonly #expectedFormat: ExpectedFormat;
  readonly #kernelSource: KernelSource;
  readonly #listsMembers: boolean;

  /**
   * @param json must not change while it is scanned
   * @param wanted keys, in UTF-8
   * @param maxDepth how deep lists and objects may nest; a few bytes are taken for each level
   * @param expectedFormat called when a list is reached that is worth it
   * @param kernelSource likewise
   * @param listsMembers whether {@link JsonNode.members} is filled: objects may then have no more
   * members than any signature has inputs
   */
  constructor(
    json: Buffer,
    wanted: readonly Uint8Array[],
    maxDepth: number,
    expectedFormat: ExpectedFormat,
    kernelSource: KernelSource,
    listsMembers = true,
  ) {
    this.#json = json;
    this.#listsMembers = listsMembers;
    this.#wanted = wanted;
    this.#maxDepth = maxDepth;
    this.found = wanted.map(() => null);
    this.#expectedFormat = expectedFormat;
    this.#kernelSource = kernelSource;
    const last = json.at(-1);
    this.#endsInBracket = last === Char.CLOSE_OBJECT || last === Char.LF;
    // A byte order mark, or a part of one.
    for (const mark of [0xef, 0xbb, 0xbf]) if (json[this.#pos] === mark) this.#pos++;
  }

  /** Where the next call goes on. */
  get pos(): number {
    return this.#pos;
  }

  /** The lists of numbers whose elements have been read; null: none. */
  get lists(): ReadLists | null {
    return this.#numberLists?.lists ?? null;
  }

  /** Whether the document is an object. Known when `run` has returned true. */
  get isObject(): boolean {
    return this.#json[this.start] === Char.OPEN_OBJECT;
  }

  /**
   * Goes on until the document is complete or `limit` bytes are read; a token may end behind it.
   *
   * @throws StatusError INVALID_ARGUMENT
   */
  run(limit: number): boolean {
    const json = this.#json;
    const length = json.length;
    const stop = limit < length ? limit : length;
    let p = this.#pos;
    for (;;) {
      if (this.#expect === Expect.NUMBERS) {
        if (!this.#runNumbers()) return false;
        p = this.#pos;
      }
      if (this.#expect === Expect.STRING) {
        p = this.#scanString(p, stop);
        if (this.#expect === Expect.STRING) break;
        if (this.#isComplete()) return this.#finish(p);
      }
      while (p < stop && isSpace(json[p]!)) p++;
      if (p >= stop && p < length) break;
      const c = p < length ? json[p]! : 0;
      if (c === 0) throw this.#unexpected(p);
      switch (this.#expect) {
        case Expect.DELIMITER:
          p = this.#delimiter(c, p);
          break;
        case Expect.FIRST_KEY:
        case Expect.KEY:
          if (c === Char.CLOSE_OBJECT && this.#expect === Expect.FIRST_KEY) {
            p = this.#close(p, 0);
          } else if (c === Char.QUOTE) {
            p = this.#openString(p, true);
          } else {
            throw syntaxError(SyntaxReason.NAME, p);
          }
          break;
        case Expect.COLON:
          if (c !== Char.COLON) throw syntaxError(SyntaxReason.COLON, p);
          p++;
          this.#expect = Expect.MEMBER_VALUE;
          break;
        default:
          p = this.#value(c, p, stop);
      }
      if (this.#isComplete()) return this.#finish(p);
    }
    this.#pos = p;
    return false;
  }

  #isComplete(): boolean {
    return this.#depth === 0 && this.#expect === Expect.DELIMITER;
  }

  #finish(p: number): true {
    this.#pos = p;
    this.end = p;
    return true;
  }

  #value(c: number, p: number, stop: number): number {
    const expect = this.#expect;
    if (expect === Expect.ROOT) this.start = p;
    else if (expect === Expect.MEMBER_VALUE) {
      // At the start of a list that was tried the value has begun already.
      if (p !== this.#numberLists?.start) this.#beginMemberValue(p);
    } else if (expect === Expect.FIRST_ELEMENT && this.#depth === 2 && c !== Char.CLOSE_LIST) {
      if (this.#node !== null) this.#node.first = p;
    }
    switch (c) {
      case Char.OPEN_LIST:
        if (
          expect === Expect.MEMBER_VALUE &&
          p !== this.#numberLists?.start &&
          this.#beginNumbers(p)
        ) {
          return p;
        }
        return this.#openList(p);
      case Char.OPEN_OBJECT:
        return this.#openObject(p);
      case Char.QUOTE:
        return this.#openString(p, false);
      case Char.CLOSE_LIST:
        if (expect === Expect.FIRST_ELEMENT) return this.#close(p, 0);
        throw this.#unexpected(p);
      case Char.CLOSE_OBJECT:
      case Char.COMMA:
      case Char.COLON:
        throw this.#unexpected(p);
      case Char.LOWER_T:
        p = checkWord(this.#json, p, 'true');
        break;
      case Char.LOWER_F:
        p = checkWord(this.#json, p, 'false');
        break;
      case Char.LOWER_N:
        p = checkWord(this.#json, p, 'null');
        break;
      default:
        this.#shapeOpen = false;
        if (expect >= Expect.FIRST_ELEMENT) return this.#numbers(p, stop);
        p = checkNumber(this.#json, p);
    }
    this.#shapeOpen = false;
    this.#expect = Expect.DELIMITER;
    return p;
  }

  /** Leaves the list at `p` to the scanner of lists of numbers, if it looks like one for it. */
  #beginNumbers(p: number): boolean {
    if (!mayBeNumbers(this.#json, p)) return false;
    this.#numberLists ??= new NumberListScanner(
      this.#json,
      this.#expectedFormat,
      this.#kernelSource,
    );
    const levels = this.#maxDepth - this.#depth;
    const [keyStart, keyEnd] = [this.#keyStart, this.#keyEnd];
    const role = this.#listRole();
    if (!this.#numberLists.begin(p, role, levels, this.found, keyStart, keyEnd)) return false;
    this.#expect = Expect.NUMBERS;
    return true;
  }

  /** The role of the value of the member whose key was read last. */
  #listRole(): ListRole {
    const depth = this.#depth;
    if (this.#node === null) return ListRole.OTHER;
    if (depth === 1) return ListRole.VALUE;
    if (depth === 2) return ListRole.COLUMN;
    if (depth > 3 || this.#stack[2] !== LIST) return ListRole.OTHER;
    return this.#membersDepth === depth ? ListRole.FIRST_ROW : ListRole.ROW;
  }

  /** @returns whether the scanner itself goes on behind the list */
  #runNumbers(): boolean {
    const numbers = this.#numberLists!;
    const outcome = numbers.run();
    this.#pos = numbers.pos;
    if (outcome === Outcome.MORE) return false;
    if (outcome === Outcome.FAILED) {
      this.#expect = Expect.MEMBER_VALUE;
      return false;
    }
    this.#expect = Expect.DELIMITER;
    if (!this.#shapeOpen) return true;
    this.#shapeOpen = false;
    this.#shape!.push(...numbers.shape);
    if (this.#depth === 1 && numbers.shape[0]! > 0) {
      this.#node!.first = skipSpace(this.#json, numbers.start + 1, numbers.pos);
    }
    return true;
  }

  /**
   * Numbers of a list, and of further lists like `],[`, without a turn of the state machine for
   * each. What is not plain is left to {@link checkNumber} and to the state machine.
   */
  #numbers(p: number, stop: number): number {
    const json = this.#json;
    const depth = this.#depth;
    let commas = this.#commas[depth]!;
    this.#expect = Expect.DELIMITER;
    if (!this.#endsInBracket) return checkNumber(json, p);
    for (;;) {
      const start = p;
      let c = json[p]!;
      if (c === Char.MINUS) c = json[++p]!;
      if (c === Char.ZERO) {
        c = json[++p]!;
      } else {
        while (isDigit(c)) c = json[++p]!;
      }
      if (c === Char.DOT) {
        do c = json[++p]!;
        while (isDigit(c));
      }
      // Not only digits, no digits next to a dot, or too many of them.
      if ((c !== Char.COMMA && c !== Char.CLOSE_LIST) || !isPlain(json, start, p)) {
        p = checkNumber(json, start);
        c = json[p]!;
      }
      if (p >= stop) break;
      if (c === Char.COMMA) {
        commas++;
        c = json[++p]!;
        if (c === Char.SPACE) c = json[++p]!;
      } else {
        const next = c === Char.CLOSE_LIST ? this.#nextList(p, stop) : 0;
        if (next === 0) break;
        this.#commas[depth - 1]! += 1;
        commas = 0;
        p = next;
        c = json[p]!;
      }
      if (p >= stop || !(isDigit(c) || c === Char.MINUS)) {
        this.#expect = commas === 0 ? Expect.FIRST_ELEMENT : Expect.ELEMENT;
        break;
      }
    }
    this.#commas[depth] = commas;
    return p;
  }

  /**
   * Where the elements of the next list begin if the bracket at `p` is followed by `,[` and the
   * list is not one whose size is wanted; else 0.
   */
  #nextList(p: number, stop: number): number {
    const json = this.#json;
    const depth = this.#depth;
    if (p + 4 >= stop || this.#stack[depth - 1] !== LIST) return 0;
    if (this.#shape !== null && this.#shape[depth - 1 - this.#shapeDepth] === -1) return 0;
    if (json[++p] !== Char.COMMA) return 0;
    if (json[++p] === Char.SPACE) p++;
    return json[p] === Char.OPEN_LIST ? p + 1 : 0;
  }

  #delimiter(c: number, p: number): number {
    const depth = this.#depth;
    if (this.#stack[depth] === LIST) {
      if (c === Char.COMMA) {
        this.#commas[depth]! += 1;
        this.#expect = Expect.ELEMENT;
        return p + 1;
      }
      if (c === Char.CLOSE_LIST) return this.#close(p, this.#commas[depth]! + 1);
      throw syntaxError(SyntaxReason.ARRAY_DELIMITER, p);
    }
    if (c !== Char.COMMA && c !== Char.CLOSE_OBJECT) {
      throw syntaxError(SyntaxReason.OBJECT_DELIMITER, p);
    }
    if (depth === 1) this.#endNode(p);
    else if (depth === this.#membersDepth) this.#endMember(p);
    if (c === Char.CLOSE_OBJECT) return this.#close(p, 0);
    this.#expect = Expect.KEY;
    return p + 1;
  }

  #push(kind: number, p: number): void {
    if (this.#depth === this.#maxDepth) throw syntaxError(SyntaxReason.DEPTH, p);
    this.#depth++;
    if (this.#depth === this.#stack.length) this.#deepen();
    this.#stack[this.#depth] = kind;
    this.#commas[this.#depth] = 0;
  }

  #deepen(): void {
    const levels = Math.min(this.#stack.length * 2, this.#maxDepth + 1);
    const [stack, commas] = [this.#stack, this.#commas];
    this.#stack = new Uint8Array(levels);
    this.#stack.set(stack);
    this.#commas = new Int32Array(levels);
    this.#commas.set(commas);
  }

  #openList(p: number): number {
    if (this.#shapeOpen) this.#shape!.push(-1);
    this.#push(LIST, p);
    this.#expect = Expect.FIRST_ELEMENT;
    return p + 1;
  }

  #openObject(p: number): number {
    const isFirstElement = this.#shapeOpen && this.#shape === this.#node?.shape;
    this.#shapeOpen = false;
    this.#push(OBJECT, p);
    this.#expect = Expect.FIRST_KEY;
    if (isFirstElement && this.#depth <= 3) {
      this.#membersDepth = this.#depth;
      if (this.#listsMembers) this.#node!.members = [];
    }
    return p + 1;
  }

  /** @param size the elements of a list */
  #close(p: number, size: number): number {
    this.#shapeOpen = false;
    if (this.#stack[this.#depth] === LIST) {
      const level = this.#depth - 1 - this.#shapeDepth;
      const shape = this.#shape;
      if (shape !== null && level >= 0 && shape[level] === -1) shape[level] = size;
      const node = this.#node;
      if (this.#depth === 2 && node !== null) node.shape[0] = size;
    } else if (this.#depth === this.#membersDepth) {
      this.#membersDepth = 0;
      this.#shape = null;
    }
    this.#depth--;
    this.#expect = Expect.DELIMITER;
    return p + 1;
  }

  #openString(p: number, isKey: boolean): number {
    this.#shapeOpen = false;
    this.#stringIsKey = isKey;
    this.#keyStart = p + 1;
    this.#expect = Expect.STRING;
    return p + 1;
  }

  #scanString(p: number, stop: number): number {
    const json = this.#json;
    while (p < stop) {
      const c = json[p]!;
      if (c === Char.QUOTE) {
        if (this.#stringIsKey) this.#endKey(p);
        else this.#expect = Expect.DELIMITER;
        return p + 1;
      }
      if (c === Char.BACKSLASH) {
        p = checkEscape(json, p);
      } else if (c < Char.SPACE) {
        throw syntaxError(c === 0 ? SyntaxReason.QUOTE : SyntaxReason.ESCAPE, p);
      } else {
        p++;
      }
    }
    if (p >= json.length) throw syntaxError(SyntaxReason.QUOTE, json.length);
    return p;
  }

  #endKey(p: number): void {
    this.#expect = Expect.COLON;
    this.#keyEnd = p;
    if (this.#depth !== 1) return;
    this.#pending = -1;
    for (let i = 0; i < this.#wanted.length; i++) {
      if (
        this.found[i] === null &&
        keyEquals(this.#json, this.#keyStart, this.#keyEnd, this.#wanted[i]!)
      ) {
        this.#pending = i;
        return;
      }
    }
  }

  #beginMemberValue(p: number): void {
    let shape: number[];
    if (this.#depth === 1) {
      if (this.#pending < 0) return;
      shape = [];
      this.#node = { start: p, first: -1, end: p, shape, members: null };
      this.found[this.#pending] = this.#node;
    } else if (this.#depth === this.#membersDepth && this.#listsMembers) {
      shape = [];
      const [keyStart, keyEnd] = [this.#keyStart, this.#keyEnd];
      this.#member = { keyStart, keyEnd, start: p, end: p, shape };
      if (this.#node!.members!.push(this.#member) > maxMembers) {
        throw syntaxError(SyntaxReason.MEMBERS, p);
      }
    } else {
      return;
    }
    this.#shape = shape;
    this.#shapeDepth = this.#depth;
    this.#shapeOpen = true;
  }

  #endNode(p: number): void {
    if (this.#node === null) return;
    this.#node.end = p;
    this.#node = null;
    this.#shape = null;
  }

  #endMember(p: number): void {
    if (this.#member === null) return;
    this.#member.end = p;
    this.#member = null;
    this.#shape = null;
  }

  /** What is wrong where no token that may come next is found, or the text ends. */
  #unexpected(p: number) {
    switch (this.#expect) {
      case Expect.ROOT:
        return syntaxError(SyntaxReason.EMPTY, p);
      case Expect.FIRST_KEY:
      case Expect.KEY:
        return syntaxError(SyntaxReason.NAME, p);
      case Expect.COLON:
        return syntaxError(SyntaxReason.COLON, p);
      case Expect.DELIMITER: {
        const isList = this.#stack[this.#depth] === LIST;
        return syntaxError(
          isList ? SyntaxReason.ARRAY_DELIMITER : SyntaxReason.OBJECT_DELIMITER,
          p,
        );
      }
      default:
        return syntaxError(SyntaxReason.VALUE, p);
    }
  }
}

/**
 * Whether the digits, with a dot between them at most, that stand between are a number: there is a
 * digit at each end, and there are not so many that it may be too big.
 */
function isPlain(json: Buffer, start: number, end: number): boolean {
  const first = json[start] === Char.MINUS ? start + 1 : start;
  return isDigit(json[first]!) && isDigit(json[end - 1]!) && end - start < 100;
}
