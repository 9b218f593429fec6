import { readdir } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileError } from '../status/index.ts';
import {
  parametersFile,
  type Trial,
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
import { writeReports } from './write-report.ts';

/**
 * `tune`: finds the best batching parameters of a model on this machine. Fails where a server does
 * not start, where it refuses the request, and where nothing was found.
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
  return interruptible(async (signal) => {
    const result = await run(options, terminal, signal);
    await show(result, options, terminal);
    return result.best === null ? ExitCode.FAILED : ExitCode.OK;
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

function run(
  options: TuneCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<TuneResult> {
  const { modelName: name, modelBasePath, signature, protocol } = options;
  const question = { protocol, model: { name, version: null, label: null, signature } };
  return tune({
    ...options,
    ...question,
    command: [process.execPath, ...process.execArgv, process.argv[1]!],
    flags: [...[`--model_name=${name}`, `--model_base_path=${modelBasePath}`], ...options.flags],
    requests: (server) => prepareRequests(question, server, options),
    cpus: availableParallelism(),
    signal,
    onTrial: (trial) => {
      if (terminal.isScreen) terminal.error(progressLine(trial));
    },
  });
}

function progressLine({ settings, outcome }: Trial): string {
  const text =
    settings === null
      ? 'no batching'
      : `max_batch_size ${settings.maxBatchSize}, batch_timeout_micros ${settings.batchTimeoutMicros}, num_batch_threads ${settings.numBatchThreads}`;
  return `${text}: ${outcome.requestsPerSecond.toFixed(0)} requests/s, p99 ${outcome.p99Ms.toFixed(2)} ms\n`;
}

async function show(
  result: TuneResult,
  { output }: TuneCommandOptions,
  terminal: Terminal,
): Promise<void> {
  terminal.out(table(tuneTable(result), ''));
  for (const line of tuneVerdict(result)) terminal.out(`\n${line}\n`);
  const { best, maxEnqueuedBatches } = result;
  if (best?.settings == null) return;
  const comment = tuneComment(
    best,
    `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} CPUs`,
  );
  const text = parametersFile(best.settings, maxEnqueuedBatches, comment);
  terminal.out(`\n${text}`);
  await writeReports([[output, () => text]]);
}
