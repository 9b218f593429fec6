/**
 * A JSON reader for comparing answers: it keeps what `JSON.parse` loses (`3.0` is not `3`, big
 * integers) or refuses (the bare tokens NaN, Infinity and -Infinity), and reads strings as bytes.
 */
export type TypedJson =
  | null
  | boolean
  | JsonNumber
  | JsonText
  | readonly TypedJson[]
  | { readonly [name: string]: TypedJson };

export class JsonNumber {
  /** As it was written. */
  readonly text: string;
  readonly value: number;
  readonly isInteger: boolean;

  constructor(text: string) {
    this.text = text;
    this.value = Number(text);
    this.isInteger = /^-?[0-9]+$/.test(text);
  }
}

export class JsonText {
  /** The bytes of the string, one character each. */
  readonly latin1: string;

  constructor(latin1: string) {
    this.latin1 = latin1;
  }
}

/** @throws SyntaxError */
export function parseTypedJson(bytes: Uint8Array): TypedJson {
  return new Reader(Buffer.from(bytes).toString('latin1')).document();
}

const numberPattern = /-?(?:[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|Infinity)|NaN/y;
const stringPattern = /"((?:[^"\\]|\\.)*)"/sy;
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): TypedJson {
    const value = this.#value();
    if (this.#peek() !== '') throw this.#unexpected();
    return value;
  }

  #value(): TypedJson {
    switch (this.#peek()) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return new JsonText(this.#string());
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return new JsonNumber(this.#match(numberPattern)[0]);
    }
  }

  #object(): TypedJson {
    const members: Record<string, TypedJson> = {};
    this.#at++;
    while (this.#peek() !== '}') {
      const name = Buffer.from(this.#string(), 'latin1').toString('utf8');
      if (Object.hasOwn(members, name)) throw new SyntaxError(`"${name}" is there twice`);
      if (this.#peek() !== ':') throw this.#unexpected();
      this.#at++;
      members[name] = this.#value();
      if (this.#peek() === ',') this.#at++;
      else if (this.#peek() !== '}') throw this.#unexpected();
    }
    this.#at++;
    return members;
  }

  #array(): TypedJson {
    const elements: TypedJson[] = [];
    this.#at++;
    while (this.#peek() !== ']') {
      elements.push(this.#value());
      if (this.#peek() === ',') this.#at++;
      else if (this.#peek() !== ']') throw this.#unexpected();
    }
    this.#at++;
    return elements;
  }

  #string(): string {
    this.#peek();
    const [, raw = ''] = this.#match(stringPattern);
    return raw.replace(/(?:\\u[0-9a-fA-F]{4})+|\\(.)/gs, (whole, letter: string | undefined) =>
      letter === undefined || letter === 'u'
        ? Buffer.from(JSON.parse(`"${whole}"`) as string, 'utf8').toString('latin1')
        : (escapes[letter] ?? letter),
    );
  }

  #word<Value extends TypedJson>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected();
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) throw this.#unexpected();
    this.#at += found[0].length;
    return found;
  }

  /** The next character that is no white space; empty at the end. */
  #peek(): string {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
    return this.#text[this.#at] ?? '';
  }

  #unexpected(): SyntaxError {
    const near = JSON.stringify(this.#text.slice(this.#at, this.#at + 20));
    return new SyntaxError(`unexpected ${near} at byte ${this.#at}`);
  }
}
