import { availableParallelism, totalmem } from 'node:os';
import { invalidArgument } from '../status/index.ts';
import type { FlagSpec } from './flag.ts';
import { flags } from './flags.ts';
import type { ServerOptions, UserServerOptions } from './options.ts';
import { checkBatchingFlags, checkStart } from './start-checks.ts';

/** What the defaults that depend on the machine depend on. */
export interface Machine {
  readonly cpus: number;
  /** Bytes that this process may use: those of its cgroup, else of the machine. */
  readonly memoryBytes: number;
}

/** Beyond this, cores are better left to the engine unless somebody says otherwise. */
const mostAutomaticThreads = 16;

export function thisMachine(): Machine {
  const constrained = process.constrainedMemory();
  const total = totalmem();
  // Without a limit the cgroup reports 0 or a number beyond any memory.
  const limited = constrained > 0 && constrained < total;
  return { cpus: availableParallelism(), memoryBytes: limited ? constrained : total };
}

/**
 * The given options with every default filled in, checked and frozen.
 *
 * @throws StatusError INVALID_ARGUMENT: a value outside its type or range, named by its flag, or
 * what TFS refuses at its start (spec 1.3).
 */
export function compileServerOptions(
  user: UserServerOptions,
  machine: Machine = thisMachine(),
): ServerOptions {
  const compiled: Record<string, unknown> = {};
  for (const flag of flags) {
    if (flag.effect.kind !== 'option') continue;
    const option = flag.effect.option;
    const given: unknown = user[option];
    compiled[option] = option === 'savedModelTags' ? tags(given, flag) : valueFor(given, flag);
  }
  for (const name of Object.keys(user)) {
    if (!(name in compiled)) throw invalidArgument(`There is no server option ${name}.`);
  }
  // The table has a flag for each option, of its type: proved by flags.test.ts.
  const options = compiled as unknown as ServerOptions;
  checkStart({ ...options, useAltsCredentials: false });
  checkBatchingFlags(options);
  return Object.freeze({
    ...options,
    numRequestIterationsForWarmup: Math.max(1, options.numRequestIterationsForWarmup),
    dataThreads: options.dataThreads || Math.min(machine.cpus, mostAutomaticThreads),
    engineThreads: options.engineThreads || Math.max(4, 2 * machine.cpus),
    maxInFlightBytes: options.maxInFlightBytes || Math.floor(machine.memoryBytes / 4),
  });
}

function valueFor(given: unknown, flag: FlagSpec): unknown {
  if (given === undefined) return flag.default;
  const isPort = flag.name === 'port' || flag.name === 'rest_api_port';
  if (isPort && given === 'ephemeral') return given;
  if (typeof given !== typeof flag.default) {
    throw invalidArgument(
      `--${flag.name} must be a ${typeof flag.default}, was ${describe(given)}.`,
    );
  }
  if (typeof given === 'number') checkNumber(given, flag);
  if (flag.choices !== null && !flag.choices.includes(given as string)) {
    throw invalidArgument(
      `--${flag.name} must be one of ${flag.choices.join(', ')}, was ${describe(given)}.`,
    );
  }
  return given;
}

function checkNumber(given: number, flag: FlagSpec): void {
  if (flag.type !== 'float') {
    const isValid = flag.fractions ? Number.isFinite(given) : Number.isInteger(given);
    const what = flag.fractions ? 'a finite number' : 'an integer';
    if (!isValid) throw invalidArgument(`--${flag.name} must be ${what}, was ${given}.`);
  }
  if (flag.range === null) return;
  const [least, greatest] = flag.range;
  if (!(given >= least && given <= greatest)) {
    throw invalidArgument(`--${flag.name} must be between ${least} and ${greatest}, was ${given}.`);
  }
}

function tags(given: unknown, flag: FlagSpec): readonly string[] {
  const list = given ?? String(flag.default).split(',');
  if (!Array.isArray(list) || !list.every((tag) => typeof tag === 'string')) {
    throw invalidArgument(`--${flag.name} must be a list of strings, was ${describe(given)}.`);
  }
  const unique = [...new Set(list.filter((tag) => tag !== ''))];
  return Object.freeze(unique.length > 0 ? unique : [String(flag.default)]);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
