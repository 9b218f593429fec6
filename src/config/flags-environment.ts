import type { FlagSpec, FlagValue } from './flag.ts';
import { flagByName, flags } from './flags.ts';
import { badValueReason, parseFlagValue } from './flags-value.ts';
import { nearestFlag } from './nearest-flag.ts';

/** Environment variables, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A value that a variable gives a flag. */
export interface VariableValue {
  readonly value: FlagValue;
  /** The name of the variable, or of two that make the value together. */
  readonly variable: string;
}

/** What an environment says of flags. */
export interface FlagVariables {
  /** By the name of the flag; of an alias, by the name of its flag. */
  readonly values: ReadonlyMap<string, VariableValue>;
  /** A line for each value that cannot be interpreted. */
  readonly errors: readonly string[];
  /** A line for each variable that looks as if it were one of Serval's. */
  readonly warnings: readonly string[];
}

const prefix = 'SERVAL_';

/** Variables that are no flags: read elsewhere, or by tests and benchmarks. */
const others = new Set([
  'SERVAL_CACHE_DIR',
  'SERVAL_EXHAUSTIVE',
  'SERVAL_FUZZ_SEED',
  'SERVAL_BENCH_LOOP_DELAY',
  'SERVAL_TEST_DATA_THREADS',
]);

/**
 * A Service of Kubernetes named `serval` or `serval-<x>` puts these into each container of its
 * namespace; `SERVAL_PORT=tcp://…` among them.
 */
const serviceLink =
  /^SERVAL_(?:.*_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.*)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const serviceAddress = /^(?:tcp|udp|sctp):\/\//;

const isServiceLink = (variable: string, text: string): boolean =>
  serviceLink.test(variable) || (variable.endsWith('_PORT') && serviceAddress.test(text));

/** The flags that say which models are served: one that is given leaves no room for the image's variables. */
const modelFlags = ['model_name', 'model_base_path', 'model_config_file'] as const;

/** The variable that sets a flag; null for what only a command line asks for. */
export function flagVariable(flag: FlagSpec): string | null {
  return flag.effect.kind === 'command' ? null : prefix + flag.name.toUpperCase();
}

/**
 * Reads the flags that environment variables set: `SERVAL_<FLAG>`, in capitals, with the values that
 * flags have. An empty one counts as not set. A variable of a flag goes before that of its alias.
 */
export function readFlagVariables(environment: Variables): FlagVariables {
  const values = new Map<string, VariableValue>();
  const errors: string[] = [];
  for (const flag of flags) {
    const variable = flagVariable(flag);
    const text = variable === null ? undefined : environment[variable];
    if (variable === null || text === undefined || text === '') continue;
    if (isServiceLink(variable, text)) continue;
    const value = parseFlagValue(flag, text);
    if (value === null) {
      errors.push(
        `Couldn't interpret value ${text} of environment variable ${variable}. ${badValueReason(flag)}`,
      );
      continue;
    }
    const name = flag.effect.kind === 'alias' ? flag.effect.of : flag.name;
    if (!values.has(name)) values.set(name, { value, variable });
  }
  return { values, errors, warnings: unknownVariables(environment) };
}

/**
 * The variables of TFS's image (spec 1.4): `MODEL_NAME` and `MODEL_BASE_PATH`, each with the image's
 * default beside the other, and `MODEL_CONFIG_FILE`, which goes before them. By flag; none where
 * `given` has a flag that says which models are served.
 */
export function readImageVariables(
  environment: Variables,
  given: ReadonlySet<string>,
): ReadonlyMap<string, VariableValue> {
  const values = new Map<string, VariableValue>();
  if (modelFlags.some((name) => given.has(name))) return values;
  const { MODEL_CONFIG_FILE: file, MODEL_NAME: name, MODEL_BASE_PATH: base } = environment;
  if (file) values.set('model_config_file', { value: file, variable: 'MODEL_CONFIG_FILE' });
  else if (name || base) {
    const model = name || 'model';
    const folder = (base || '/models').replace(/\/+$/, '');
    values.set('model_name', { value: model, variable: 'MODEL_NAME' });
    values.set('model_base_path', {
      value: `${folder}/${model}`,
      variable: 'MODEL_BASE_PATH and MODEL_NAME',
    });
  }
  return values;
}

function unknownVariables(environment: Variables): string[] {
  const warnings: string[] = [];
  for (const variable of Object.keys(environment).sort()) {
    if (!variable.startsWith(prefix) || others.has(variable)) continue;
    const name = variable.slice(prefix.length).toLowerCase();
    if (flagByName.has(name) && variable === prefix + name.toUpperCase()) continue;
    if (isServiceLink(variable, environment[variable] ?? '')) continue;
    const meant = nearestFlag(name);
    const hint = meant === null ? '' : ` Did you mean ${prefix}${meant.toUpperCase()}?`;
    warnings.push(`Unknown environment variable ${variable} is ignored.${hint}`);
  }
  return warnings;
}
