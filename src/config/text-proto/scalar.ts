import { type DescEnum, ScalarType } from '@bufbuild/protobuf';
import { nearestName } from '../nearest-name.ts';
import { type Lexer, shorten } from './lexer.ts';
import { decodeLiteral } from './string-literal.ts';

/** What a scalar field can hold, in protobuf-es's own representation. */
export type ScalarValue = number | bigint | boolean | string | Uint8Array;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The longest integer worth reading: every longer one is out of every range. */
const maxIntegerLength = 64;

const ranges = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;

/** Reads one scalar of the given type; `fieldName` is for errors. */
export function scalarValue(lexer: Lexer, type: ScalarType, fieldName: string): ScalarValue {
  switch (type) {
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return Number(integer(lexer, ranges.int32));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return Number(integer(lexer, ranges.uint32));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return integer(lexer, ranges.int64);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return integer(lexer, ranges.uint64);
    case ScalarType.FLOAT:
      return Math.fround(float(lexer));
    case ScalarType.DOUBLE:
      return float(lexer);
    case ScalarType.BOOL:
      return bool(lexer, fieldName);
    case ScalarType.STRING:
      return string(lexer, fieldName);
    case ScalarType.BYTES:
      return bytes(lexer);
  }
}

/** The numbers of each enum by name. */
const enumTables = new WeakMap<DescEnum, ReadonlyMap<string, number>>();

function enumTable(type: DescEnum): ReadonlyMap<string, number> {
  let table = enumTables.get(type);
  if (table === undefined) {
    table = new Map(type.values.map((value) => [value.name, value.number]));
    enumTables.set(type, table);
  }
  return table;
}

/** Reads an enum value by its name or number. Enums are open in proto3: any int32 is a value. */
export function enumValue(lexer: Lexer, type: DescEnum, fieldName: string): number {
  if (lexer.kind !== 'identifier') {
    if (lexer.kind !== 'integer' && !lexer.is('-')) {
      lexer.fail(`Expected integer or identifier, got: ${lexer.shown}`);
    }
    const { start } = lexer;
    const number = Number(integer(lexer, ranges.int32));
    if (!type.open && type.value[number] === undefined) {
      lexer.fail(`Unknown enumeration value of "${number}" for field "${fieldName}".`, start);
    }
    return number;
  }
  const name = lexer.text;
  const value = enumTable(type).get(name);
  if (value === undefined) {
    const meant = nearestName(name, enumTable(type).keys());
    const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
    lexer.fail(`Unknown enumeration value of "${shorten(name)}" for field "${fieldName}".${hint}`);
  }
  lexer.next();
  return value;
}

function integer(lexer: Lexer, [least, greatest]: readonly [bigint, bigint]): bigint {
  const negative = least < 0n && lexer.skip('-');
  if (lexer.kind !== 'integer') lexer.fail(`Expected integer, got: ${lexer.shown}`);
  const { text } = lexer;
  const isOctal = text[0] === '0' && text.length > 1 && text[1] !== 'x' && text[1] !== 'X';
  const magnitude =
    text.length > maxIntegerLength ? greatest + 2n : BigInt(isOctal ? `0o${text.slice(1)}` : text);
  const value = negative ? -magnitude : magnitude;
  if (value < least || value > greatest) lexer.fail(`Integer out of range (${lexer.shown})`);
  lexer.next();
  return value;
}

function float(lexer: Lexer): number {
  const negative = lexer.skip('-');
  const magnitude = unsignedFloat(lexer);
  lexer.next();
  return negative ? -magnitude : magnitude;
}

function unsignedFloat(lexer: Lexer): number {
  const { kind, text } = lexer;
  if (kind === 'integer') {
    if (/^0./.test(text)) lexer.fail(`Expect a decimal number, got: ${lexer.shown}`);
    return Number(text);
  }
  if (kind === 'float') return Number(text.replace(/f$/i, ''));
  if (kind === 'identifier') {
    const name = text.toLowerCase();
    if (name === 'inf' || name === 'infinity') return Number.POSITIVE_INFINITY;
    if (name === 'nan') return Number.NaN;
  }
  lexer.fail(`Expected double, got: ${lexer.shown}`);
}

function bool(lexer: Lexer, fieldName: string): boolean {
  if (lexer.kind === 'integer') return integer(lexer, [0n, 1n]) === 1n;
  const { text } = lexer;
  if (lexer.kind === 'identifier') {
    if (text === 'true' || text === 'True' || text === 't') {
      lexer.next();
      return true;
    }
    if (text === 'false' || text === 'False' || text === 'f') {
      lexer.next();
      return false;
    }
  }
  lexer.fail(`Invalid value for boolean field "${fieldName}". Value: "${lexer.shown}".`);
}

function string(lexer: Lexer, fieldName: string): string {
  const { start, end, escaped, highBytes, source } = lexer;
  if (lexer.kind === 'string' && !escaped && !highBytes) {
    lexer.next();
    // `kind` is the next token's by now: a single plain literal needs no decoding.
    if (!isString(lexer)) return source.text.slice(start + 1, end - 1);
    return text(concatenated(lexer, [[start + 1, end - 1]]), lexer, fieldName, start);
  }
  return text(bytes(lexer), lexer, fieldName, start);
}

const isString = (lexer: Lexer): boolean => lexer.kind === 'string';

function text(encoded: Uint8Array, lexer: Lexer, fieldName: string, start: number): string {
  try {
    return utf8.decode(encoded);
  } catch {
    lexer.fail(`String field "${fieldName}" is not valid UTF-8.`, start);
  }
}

function bytes(lexer: Lexer): Uint8Array {
  if (lexer.kind !== 'string') lexer.fail(`Expected string, got: ${lexer.shown}`);
  return concatenated(lexer, []);
}

/** Reads adjacent literals on from the current token and joins them to those given. */
function concatenated(lexer: Lexer, literals: (readonly [number, number])[]): Uint8Array {
  for (; isString(lexer); lexer.next()) literals.push([lexer.start + 1, lexer.end - 1]);
  let room = 0;
  for (const [start, end] of literals) room += end - start;
  const out = new Uint8Array(room);
  let position = 0;
  for (const [start, end] of literals) {
    position = decodeLiteral(lexer.source, start, end, out, position);
  }
  return position === room ? out : out.slice(0, position);
}
