import { readdir } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { fileError } from '../status/index.ts';
import {
  batchingText,
  outcomeText,
  type ParametersFor,
  parametersFile,
  type TuneResult,
  tune,
  tuneComment,
  tuneTable,
  tuneVerdict,
} from '../tuning/index.ts';
import type { CommandContext } from './command-context.ts';
import { ExitCode } from './exit-code.ts';
import { interruptible } from './interruptible.ts';
import { prepareRequests } from './model-question.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { readTuneOptions, type TuneCommandOptions, tuneHelp } from './tune-options.ts';
import { checkReport, writeReports } from './write-report.ts';

/**
 * `tune`: finds the best way to batch a model on this machine. Fails where a server does not start or
 * ends, where it refuses the request, and where no parameters were measured.
 */
export async function tuneCommand(
  args: readonly string[],
  { program, terminal }: CommandContext,
): Promise<number> {
  const options = readTuneOptions(args);
  if (options === 'help') {
    terminal.out(tuneHelp(program));
    return ExitCode.OK;
  }
  await checkBasePath(options.modelBasePath);
  const { output, jsonFile } = options;
  for (const file of [output, versionFile(options), jsonFile]) await checkReport(file);
  return interruptible(async (signal) => {
    const startedAt = new Date();
    const result = await run(options, terminal, signal);
    await show({ options, result, terminal, startedAt, isInterrupted: signal.aborted });
    return result.best === null || result.failure !== null ? ExitCode.FAILED : ExitCode.OK;
  });
}

/** A server would wait for a folder that is not there. @throws StatusError NOT_FOUND and others */
async function checkBasePath(folder: string): Promise<void> {
  try {
    await readdir(folder);
  } catch (error) {
    throw fileError(folder, error);
  }
}

/** Where TensorFlow Serving looks for the parameters of a version. */
function versionFile({ versionOutput }: TuneCommandOptions): string | null {
  return versionOutput === null ? null : path.join(versionOutput, 'batching_params.pbtxt');
}

function run(
  options: TuneCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<TuneResult> {
  const { modelName: name, signatures, protocol, budgetMs } = options;
  const signature = signatures[0]!;
  const question = { protocol, model: { name, version: null, label: null, signature } };
  const modelBasePath = path.resolve(options.modelBasePath);
  const began = performance.now();
  let count = 0;
  return tune({
    ...{ ...options, ...question, modelBasePath },
    ...{ program: process.argv[1]!, nodeOptions: process.execArgv },
    flags: [`--model_name=${name}`, `--model_base_path=${modelBasePath}`, ...options.flags],
    requests: (server) => prepareRequests(question, server, options),
    cpus: availableParallelism(),
    signal,
    onOutcome: (batching, outcome, stage) => {
      if (terminal.errors.isTTY !== true) return;
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      terminal.error(
        `${++count}, ${stage}, ${seconds} s of ${budgetMs / 1000} s: ${batchingText(batching)}: ${outcomeText(outcome)}\n`,
      );
    },
  });
}

/** What is shown at the end. */
interface Shown {
  readonly options: TuneCommandOptions;
  readonly result: TuneResult;
  readonly terminal: Terminal;
  readonly startedAt: Date;
  readonly isInterrupted: boolean;
}

async function show({ options, result, terminal, startedAt, isInterrupted }: Shown): Promise<void> {
  const { best, failure, maxEnqueuedBatches } = result;
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} CPUs`;
  terminal.out(table(tuneTable(result), ''));
  terminal.out(`\n${tuneVerdict(result).join('\n')}\n`);
  if (isInterrupted) terminal.out('Ended before its time.\n');
  if (failure !== null) terminal.error(`serval: Ended early: ${failure}\n`);
  const file = (isFor: ParametersFor): string => {
    const comment = tuneComment(result, machine);
    return parametersFile(best!.batching, maxEnqueuedBatches, comment, isFor);
  };
  if (best !== null) terminal.out(`\n${file('server')}`);
  const { modelName, modelBasePath, signatures, protocol, levels, targetP99Ms } = options;
  const report = {
    ...{ startedAt: startedAt.toISOString(), machine, modelName, modelBasePath, signatures },
    ...{ protocol, levels, targetP99Ms, interrupted: isInterrupted },
    ...{ stepSeconds: options.durationMs / 1000, budgetSeconds: options.budgetMs / 1000 },
    ...result,
  };
  await writeReports([
    [options.jsonFile, () => `${JSON.stringify(report, null, 2)}\n`],
    ...(best === null
      ? []
      : ([
          [options.output, () => file('server')],
          [versionFile(options), () => file('version')],
        ] as const)),
  ]);
}
