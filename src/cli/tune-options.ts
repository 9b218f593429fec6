import type { ApiProtocol } from '../load-test/index.ts';
import { readArguments } from './arguments.ts';
import { type InputOptions, inputHelp, inputOptionNames, readInput } from './model-question.ts';
import { OptionValues } from './option-values.ts';
import { UsageError } from './usage-error.ts';

/** What `serval tune` is to do. Times in ms. */
export interface TuneCommandOptions extends InputOptions {
  readonly modelName: string;
  readonly modelBasePath: string;
  readonly protocol: ApiProtocol;
  readonly levels: readonly number[];
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly targetP99Ms: number | null;
  readonly budgetMs: number;
  readonly startMs: number;
  /** Where the parameters are written; null: nowhere. */
  readonly output: string | null;
  /** The folder of a version that gets parameters of its own; null: none. */
  readonly versionOutput: string | null;
  readonly jsonFile: string | null;
  /** Other flags of the servers. */
  readonly flags: readonly string[];
}

const names = [
  ...['model_name', 'model_base_path', 'protocol', 'target_p99_ms', 'budget'],
  ...['concurrency', 'duration', 'warmup', 'start_timeout', 'output', 'version_output', 'json'],
  ...inputOptionNames,
];

/** Flags that are set for the servers here, or that would keep the load from them. */
const ownFlags =
  /^--(model_name|model_base_path|model_config_file|port|rest_api_port|monitoring_config_file|(rest_api_)?ssl_config_file|platform_config_file|enable_batching|batching|batching_parameters_file|enable_per_model_batching_parameters|target_p99_ms)(=|$)/;

/** @throws UsageError */
export function readTuneOptions(args: readonly string[]): TuneCommandOptions | 'help' {
  const { operands, values, switches } = readArguments(args, {
    withValue: names,
    switches: ['help'],
  });
  if (switches.has('help')) return 'help';
  const options = new OptionValues(values);
  const own = operands.find((flag) => ownFlags.test(flag));
  if (own !== undefined) throw new UsageError(`tune sets this flag itself: ${own}.`);
  const stray = operands.find((flag) => !flag.startsWith('-'));
  if (stray !== undefined) {
    throw new UsageError(`tune takes options, and flags of the server after --, not ${stray}.`);
  }
  return {
    modelName: required(options, 'model_name'),
    modelBasePath: required(options, 'model_base_path'),
    protocol: options.choice('protocol', ['grpc', 'rest']) ?? 'grpc',
    levels: (options.levels('concurrency', true) ?? [8, 32, 128]).toSorted((a, b) => a - b),
    durationMs: options.milliseconds('duration') ?? 2000,
    warmupMs: options.milliseconds('warmup', true) ?? 500,
    targetP99Ms: options.number('target_p99_ms'),
    budgetMs: options.milliseconds('budget') ?? 300_000,
    startMs: options.milliseconds('start_timeout') ?? 120_000,
    output: options.text('output'),
    versionOutput: options.text('version_output'),
    jsonFile: options.text('json'),
    flags: operands,
    ...readInput(options),
  };
}

function required(options: OptionValues, name: string): string {
  const value = options.text(name);
  if (value !== null && value !== '') return value;
  throw new UsageError(`--${name} is missing: tune starts servers of one model.`);
}

/** The text of `serval tune --help`. */
export function tuneHelp(program: string): string {
  return `Looks for the best batching parameters of a model, and compares them with --batching=auto and with no batching:
starts servers on this machine, one after the other, and loads them.

  ${program} tune --model_name=<name> --model_base_path=<folder> [options] [-- <flags of the server>]

What is wanted
  --target_p99_ms=<ms>      The most throughput whose p99 is within this (any).
  --budget=<time>           How long it may take: 90s, 5m (5m).
  --output=<file>           Writes the parameters for --batching_parameters_file; TensorFlow Serving reads them too.
  --version_output=<folder> Writes them as batching_params.pbtxt into the folder of a version, for
                            --enable_per_model_batching_parameters.
  --json=<file>             Writes all that was measured.

What is asked
${inputHelp}
How it is asked
  --protocol=grpc|rest      (grpc)
  --concurrency=<n>,<n>,…   Requests under way; more of them only as long as that brings something (8,32,128).
  --duration=<time>         Of each measurement (2s), after --warmup=<time> (500ms).
  --start_timeout=<time>    How long a server may take to load the model (2m).

Flags after -- are the server's, such as --data_threads=4.
Ctrl+C ends it and shows what was found so far.
`;
}
