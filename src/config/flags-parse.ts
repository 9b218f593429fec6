import type { FlagSpec, FlagValue } from './flag.ts';
import { flagByName, flags } from './flags.ts';
import {
  readFlagVariables,
  readImageVariables,
  type Variables,
  type VariableValue,
} from './flags-environment.ts';
import { badValueReason, parseFlagValue } from './flags-value.ts';

/** Who gave a flag its value. */
export type FlagSource =
  | { readonly kind: 'flag' }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'default' };

/** A command line and its environment, read. */
export interface ParsedFlags {
  /** As given, without the program. */
  readonly args: readonly string[];
  /** The value of every flag of the table; an alias has none of its own. */
  readonly values: ReadonlyMap<string, FlagValue>;
  /** Where each of the values comes from. */
  readonly sources: ReadonlyMap<string, FlagSource>;
  /** A line for each value that cannot be interpreted. The start fails if there is one. */
  readonly errors: readonly string[];
  /** Indices into `args` of what no flag matched: `--` and everything behind it included. */
  readonly unknown: readonly number[];
  /** A line for each environment variable that looks as if it were meant for Serval. */
  readonly unknownVariables: readonly string[];
  /** `--help` stands first among what no flag matched. */
  readonly help: boolean;
}

/**
 * Reads a command line to the letter of spec 1.1: only `--name=value`, or `--name` for booleans;
 * the last occurrence wins; `--` ends the flags; what no flag matches is collected, not refused.
 * What it does not give comes from `SERVAL_` variables, then from those of TFS's image.
 */
export function parseFlags(args: readonly string[], environment: Variables = {}): ParsedFlags {
  const values = new Map<string, FlagValue>();
  const sources = new Map<string, FlagSource>();
  const fromEnvironment = readFlagVariables(environment);
  const errors: string[] = [];
  const unknown: number[] = [];
  for (const flag of flags) {
    if (flag.effect.kind === 'alias') continue;
    values.set(flag.name, flag.default);
    sources.set(flag.name, { kind: 'default' });
  }
  const setVariables = (given: ReadonlyMap<string, VariableValue>) => {
    for (const [name, { value, variable }] of given) {
      values.set(name, value);
      sources.set(name, { kind: 'environment', variable });
    }
  };
  setVariables(fromEnvironment.values);
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
    if (value === null) {
      errors.push(badValueText(flag, text));
      continue;
    }
    const name = flag.effect.kind === 'alias' ? flag.effect.of : flag.name;
    values.set(name, value);
    sources.set(name, { kind: 'flag' });
  }
  errors.push(...fromEnvironment.errors);
  const given = [...sources].filter(([, source]) => source.kind !== 'default');
  setVariables(readImageVariables(environment, new Set(given.map(([name]) => name))));
  return {
    ...{ args, values, sources, errors, unknown },
    unknownVariables: fromEnvironment.warnings,
    help: args[unknown[0] ?? -1] === '--help',
  };
}

function matchFlag(arg: string): { flag: FlagSpec; text: string } | null {
  if (!arg.startsWith('--')) return null;
  const equals = arg.indexOf('=');
  const flag = flagByName.get(arg.slice(2, equals < 0 ? undefined : equals));
  if (flag === undefined) return null;
  if (equals >= 0) return { flag, text: arg.slice(equals + 1) };
  return flag.type === 'bool' ? { flag, text: 'true' } : null;
}

function badValueText(flag: FlagSpec, text: string): string {
  return `Couldn't interpret value ${text} for flag ${flag.name}. ${badValueReason(flag)}`;
}
