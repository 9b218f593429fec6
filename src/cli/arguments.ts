import { nearestName } from '../config/index.ts';
import { UsageError } from './usage-error.ts';

/** What a command takes besides its operands: names of options, with or without a value. */
export interface OptionNames {
  readonly withValue: readonly string[];
  readonly switches: readonly string[];
}

export interface Arguments {
  readonly operands: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
}

/**
 * Reads the arguments of a command other than `serve`: `--name=value`, `--name value`, switches
 * and operands in any order; `--` ends the options.
 *
 * @throws UsageError an option that the command does not have, or one without its value.
 */
export function readArguments(args: readonly string[], names: OptionNames): Arguments {
  const operands: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift()!;
    if (arg === '--') {
      operands.push(...rest);
      break;
    }
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) {
      if (arg.startsWith('-') && arg !== '-') throw unknownOption(arg, names);
      operands.push(arg);
    } else if (names.switches.includes(name) && value === undefined) switches.add(name);
    else if (names.withValue.includes(name)) values.set(name, value ?? takeValue(name, rest));
    else throw unknownOption(arg, names);
  }
  return { operands, values, switches };
}

function takeValue(name: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw new UsageError(`--${name} needs a value.`);
  return value;
}

function unknownOption(arg: string, names: OptionNames): UsageError {
  const [name = ''] = arg.replace(/^-+/, '').split('=');
  if (names.switches.includes(name) && arg.includes('=')) {
    return new UsageError(`--${name} takes no value.`);
  }
  const meant = nearestName(name, [...names.switches, ...names.withValue]);
  const hint = meant === null ? '' : ` Did you mean --${meant}?`;
  return new UsageError(`There is no option ${arg}.${hint}`);
}
