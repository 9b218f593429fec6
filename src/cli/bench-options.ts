import type { ApiProtocol, LoadKind, ModelChoice } from '../load-test/index.ts';
import { readArguments } from './arguments.ts';
import { type InputOptions, inputHelp, inputOptionNames, readInput } from './model-question.ts';
import { type Address, OptionValues } from './option-values.ts';
import { readTls, type TlsFiles, tlsHelp, tlsOptionNames, tlsSwitch } from './tls-options.ts';
import { UsageError } from './usage-error.ts';

/** What `serval bench` is to do. Times in ms. */
export interface BenchOptions extends InputOptions {
  readonly protocol: ApiProtocol;
  readonly server: Address;
  /** What is known for addresses that are `isTls`; null: nothing. */
  readonly tls: TlsFiles | null;
  readonly model: ModelChoice;
  readonly load: LoadKind;
  readonly levels: readonly number[];
  readonly connections: number | null;
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly patienceMs: number;
  readonly metrics: (Address & { readonly path: string }) | null;
  readonly jsonFile: string | null;
  readonly htmlFile: string | null;
}

const names = [
  ...['rest', 'grpc', 'model', 'version', 'label'],
  ...['concurrency', 'rate', 'connections', 'duration', 'warmup', 'timeout'],
  ...inputOptionNames,
  ...tlsOptionNames,
  ...['monitoring', 'monitoring_path', 'json', 'html'],
];

const usualMetricsPath = '/monitoring/prometheus/metrics';

/** @throws UsageError */
export function readBenchOptions(args: readonly string[]): BenchOptions | 'help' {
  const { operands, values, switches } = readArguments(args, {
    withValue: names,
    switches: ['help', tlsSwitch],
  });
  if (switches.has('help')) return 'help';
  if (operands.length > 0) throw new UsageError(`bench takes options only, not ${operands[0]}.`);
  const options = new OptionValues(values);
  const rest = options.address('rest');
  const grpc = options.address('grpc');
  const address = rest ?? grpc;
  if (address === null || (rest !== null && grpc !== null)) {
    throw new UsageError(
      'Say which server is loaded: --rest=<host>:<port> or --grpc=<host>:<port>.',
    );
  }
  const input = readInput(options);
  const tls = readTls(options, address.isTls || switches.has(tlsSwitch));
  const server = { ...address, isTls: tls !== null };
  const metrics = options.address('monitoring') ?? (rest === null ? null : server);
  const path = options.text('monitoring_path') ?? usualMetricsPath;
  return {
    protocol: rest === null ? 'grpc' : 'rest',
    server,
    tls,
    model: readModel(options, input.signatures[0]!),
    ...readLoad(options),
    connections: options.integer('connections', 1),
    durationMs: options.milliseconds('duration') ?? 10_000,
    warmupMs: options.milliseconds('warmup', true) ?? 2000,
    patienceMs: options.milliseconds('timeout') ?? 30_000,
    ...input,
    metrics: metrics === null ? null : { ...metrics, path },
    jsonFile: options.text('json'),
    htmlFile: options.text('html'),
  };
}

function readModel(options: OptionValues, signature: string): ModelChoice {
  const name = options.text('model');
  if (name === null || name === '') {
    throw new UsageError('Say which model is asked: --model=<name>.');
  }
  const version = options.integer('version', 0);
  const label = options.text('label');
  if (version !== null && label !== null) {
    throw new UsageError('Give --version or --label, not both.');
  }
  return { name, version: version === null ? null : BigInt(version), label, signature };
}

function readLoad(options: OptionValues): Pick<BenchOptions, 'load' | 'levels'> {
  const concurrency = options.levels('concurrency', true);
  const rate = options.levels('rate', false);
  if (concurrency !== null && rate !== null) {
    throw new UsageError('Give --concurrency (closed loop) or --rate (open loop), not both.');
  }
  if (rate !== null) return { load: 'open', levels: rate };
  return { load: 'closed', levels: concurrency ?? [8] };
}

/** The text of `serval bench --help`. */
export function benchHelp(program: string): string {
  return `Loads a running model server and measures it: any that has TensorFlow Serving's API.

  ${program} bench --rest=<host>:<port> --model=<name> [options]
  ${program} bench --grpc=<host>:<port> --model=<name> [options]

What is asked
  --model=<name> [--version=<number> | --label=<label>]
${inputHelp}
${tlsHelp}
How it is asked
  --concurrency=<n>,<n>,…   Closed loop: so many requests under way all the time (8). A step for each.
  --rate=<r>,<r>,…          Open loop: so many requests a second at random times, whether or not answers
                            come; latency counts from when a request was due. A step for each.
  --connections=<n>         Connections. REST has one for each request under way in a closed loop.
  --duration=<time>         Of each step: 500ms, 10s, 2m (10s).
  --warmup=<time>           Before each step, not measured (2s).
  --timeout=<time>          How long after a step its last answers are waited for (30s).

What is shown
  --json=<file>             Writes all figures, with the histogram of latencies.
  --html=<file>             Writes a page with plots that needs nothing else.
  --monitoring=<host>:<port>
                            The REST address of the server, whose metrics tell how full batches were
                            (with --rest the same by default; https:// for TLS); --monitoring_path=<path> if not the usual.

Ctrl+C ends it and shows what was measured so far.
`;
}
