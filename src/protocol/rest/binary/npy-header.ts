import { invalidArgument, type StatusError } from '../../../status/index.ts';

/** What comes before the elements of a .npy file. */
export interface NpyHeader {
  /** The dtype in NumPy's words: `<f4`. */
  readonly descr: string;
  /** Whether the first index runs fastest. */
  readonly fortranOrder: boolean;
  /** Each size a whole number ≥ 0. */
  readonly shape: readonly number[];
}

/** TensorFlow's limit, far beyond NumPy's. */
const maxRank = 254;

/** The literals of Python that a header is made of; `L` stands after integers of Python 2. */
const token = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(\d+)L?|(True|False)|([{}()[\],:]))/y;

/**
 * Reads the text of a header, a dictionary of Python:
 * `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. Order and white space are free.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function readNpyHeader(text: string): NpyHeader {
  const reader = new LiteralReader(text);
  let descr: string | null = null;
  let fortranOrder: boolean | null = null;
  let shape: readonly number[] | null = null;
  reader.expect('{');
  while (!reader.skip('}')) {
    const key = reader.string();
    reader.expect(':');
    if (key === 'descr' && descr === null) descr = readDescr(reader);
    else if (key === 'fortran_order' && fortranOrder === null) fortranOrder = reader.bool();
    else if (key === 'shape' && shape === null) shape = readShape(reader);
    else throw malformed();
    if (!reader.skip(',') && !reader.isAt('}')) throw malformed();
  }
  if (!reader.isAtEnd || descr === null || fortranOrder === null || shape === null) {
    throw malformed();
  }
  return { descr, fortranOrder, shape };
}

function readDescr(reader: LiteralReader): string {
  if (reader.isAt('[') || reader.isAt('(')) {
    throw invalidArgument('The .npy body holds records, which no input has');
  }
  return reader.string();
}

function readShape(reader: LiteralReader): readonly number[] {
  const shape: number[] = [];
  reader.expect('(');
  while (!reader.skip(')')) {
    const size = reader.integer();
    if (!Number.isSafeInteger(size)) {
      throw invalidArgument(`The shape of the .npy body has a dimension of ${size} elements`);
    }
    if (shape.length === maxRank) {
      throw invalidArgument(`The shape of the .npy body has more than ${maxRank} dimensions`);
    }
    shape.push(size);
    if (!reader.skip(',') && !reader.isAt(')')) throw malformed();
  }
  return shape;
}

/** Reads Python's literals one after the other. */
class LiteralReader {
  readonly #text: string;
  #position = 0;
  /** What comes next; null where nothing readable does. */
  #next: RegExpExecArray | null = null;

  constructor(text: string) {
    this.#text = text;
    this.#advance();
  }

  get isAtEnd(): boolean {
    return this.#next === null && this.#text.slice(this.#position).trim() === '';
  }

  isAt(mark: string): boolean {
    return this.#next?.[5] === mark;
  }

  skip(mark: string): boolean {
    if (!this.isAt(mark)) return false;
    this.#advance();
    return true;
  }

  expect(mark: string): void {
    if (!this.skip(mark)) throw malformed();
  }

  string(): string {
    return this.#take(this.#next?.[1] ?? this.#next?.[2]);
  }

  integer(): number {
    return Number(this.#take(this.#next?.[3]));
  }

  bool(): boolean {
    return this.#take(this.#next?.[4]) === 'True';
  }

  #take(value: string | undefined): string {
    if (value === undefined) throw malformed();
    this.#advance();
    return value;
  }

  #advance(): void {
    token.lastIndex = this.#position;
    this.#next = token.exec(this.#text);
    if (this.#next !== null) this.#position = token.lastIndex;
  }
}

function malformed(): StatusError {
  return invalidArgument(
    "The header of the .npy body is not a dictionary of 'descr', 'fortran_order' and 'shape'",
  );
}
