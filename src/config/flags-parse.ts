import type { FlagSpec, FlagType, FlagValue } from './flag.ts';
import { flagByName, flags } from './flags.ts';
import { parseFlagValue } from './flags-value.ts';

/** A command line, read. */
export interface ParsedFlags {
  /** As given, without the program. */
  readonly args: readonly string[];
  /** The value of every flag of the table; an alias has none of its own. */
  readonly values: ReadonlyMap<string, FlagValue>;
  /** A line for each value that cannot be interpreted. The start fails if there is one. */
  readonly errors: readonly string[];
  /** Indices into `args` of what no flag matched: `--` and everything behind it included. */
  readonly unknown: readonly number[];
  /** `--help` stands first among what no flag matched. */
  readonly help: boolean;
}

/**
 * Reads a command line to the letter of spec 1.1: only `--name=value`, or `--name` for booleans;
 * the last occurrence wins; `--` ends the flags; what no flag matches is collected, not refused.
 */
export function parseFlags(args: readonly string[]): ParsedFlags {
  const values = new Map<string, FlagValue>();
  const errors: string[] = [];
  const unknown: number[] = [];
  for (const flag of flags) {
    if (flag.effect.kind !== 'alias') values.set(flag.name, flag.default);
  }
  for (const [index, arg] of args.entries()) {
    if (arg === '--') {
      for (let rest = index; rest < args.length; rest++) unknown.push(rest);
      break;
    }
    const match = matchFlag(arg);
    if (match === null) {
      unknown.push(index);
      continue;
    }
    const { flag, text } = match;
    const value = parseFlagValue(flag, text);
    if (value === null) errors.push(badValueText(flag, text));
    else values.set(flag.effect.kind === 'alias' ? flag.effect.of : flag.name, value);
  }
  return { args, values, errors, unknown, help: args[unknown[0] ?? -1] === '--help' };
}

function matchFlag(arg: string): { flag: FlagSpec; text: string } | null {
  if (!arg.startsWith('--')) return null;
  const equals = arg.indexOf('=');
  const flag = flagByName.get(arg.slice(2, equals < 0 ? undefined : equals));
  if (flag === undefined) return null;
  if (equals >= 0) return { flag, text: arg.slice(equals + 1) };
  return flag.type === 'bool' ? { flag, text: 'true' } : null;
}

const kinds = {
  int32: 'a whole number of 32 bits',
  int64: 'a whole number of 64 bits',
  float: 'a number',
  bool: 'true or false',
  string: 'text',
} as const satisfies Readonly<Record<FlagType, string>>;

function badValueText(flag: FlagSpec, text: string): string {
  const allowed = flag.choices === null ? kinds[flag.type] : `one of: ${flag.choices.join(', ')}`;
  return `Couldn't interpret value ${text} for flag ${flag.name}. It must be ${allowed}.`;
}
