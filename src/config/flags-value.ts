import type { FlagSpec, FlagType, FlagValue } from './flag.ts';

const integer = /^\s*[+-]?\d+$/;
const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const special = /^\s*([+-]?)(inf|infinity|nan)$/i;

/**
 * The text after `=` as a value of the flag, or null where TFS cannot interpret it (spec 1.1):
 * integers are decimal and within their type, the whole text must match; booleans are `true` or
 * `false` to the letter.
 */
export function parseFlagValue(flag: FlagSpec, text: string): FlagValue | null {
  switch (flag.type) {
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : null;
    case 'int32':
      return parseInteger(text, 32);
    case 'int64':
      return parseInteger(text, 64);
    case 'float':
      return parseFloat32(text);
    case 'string':
      return flag.choices === null || flag.choices.includes(text) ? text : null;
    default:
      return flag.type satisfies never;
  }
}

function parseInteger(text: string, bits: number): number | null {
  if (!integer.test(text)) return null;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return BigInt.asIntN(bits, value) === value ? Number(value) : null;
}

function parseFloat32(text: string): number | null {
  const match = special.exec(text);
  if (match !== null) {
    const size = match[2]!.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return match[1] === '-' ? -size : size;
  }
  return decimal.test(text) ? Math.fround(Number(text)) : null;
}

const kinds = {
  int32: 'a whole number of 32 bits',
  int64: 'a whole number of 64 bits',
  float: 'a number',
  bool: 'true or false',
  string: 'text',
} as const satisfies Readonly<Record<FlagType, string>>;

/** What a value that could not be interpreted has to be, as a sentence. */
export function badValueReason(flag: FlagSpec): string {
  const allowed = flag.choices === null ? kinds[flag.type] : `one of: ${flag.choices.join(', ')}`;
  return `It must be ${allowed}.`;
}
