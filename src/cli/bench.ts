import {
  type LoadReport,
  type LoadStep,
  loadHeadline,
  loadHtml,
  loadRemarks,
  loadTable,
  type RequestSet,
  runLoadTest,
} from '../load-test/index.ts';
import { type BenchOptions, benchHelp, readBenchOptions } from './bench-options.ts';
import type { CommandContext } from './command-context.ts';
import { ExitCode } from './exit-code.ts';
import { interruptible } from './interruptible.ts';
import { prepareRequests } from './model-question.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { writeReport } from './write-report.ts';

/**
 * `bench`: loads a running server and shows what it did. Fails where there is no such server or
 * model, where it refuses the request, where a step cannot be made, and where no request was
 * answered. SIGINT shows what there is.
 */
export async function benchCommand(
  args: readonly string[],
  { program, terminal }: CommandContext,
): Promise<number> {
  const options = readBenchOptions(args);
  if (options === 'help') {
    terminal.out(benchHelp(program));
    return ExitCode.OK;
  }
  const requests = await prepareRequests(options, options.server, options);
  return interruptible(async (signal) => {
    const report = await measure(options, requests, terminal, signal);
    await show(report, options, terminal);
    const hasAnswers = report.steps.some(({ answered }) => answered > 0);
    return hasAnswers && report.failure === null ? ExitCode.OK : ExitCode.FAILED;
  });
}

async function show(
  report: LoadReport,
  { jsonFile, htmlFile }: BenchOptions,
  terminal: Terminal,
): Promise<void> {
  terminal.out(`${loadHeadline(report).join('\n')}\n\n${table(loadTable(report), '')}`);
  const remarks = loadRemarks(report);
  if (remarks.length > 0) terminal.out(`\n${remarks.join('\n')}\n`);
  if (jsonFile !== null) await writeReport(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  if (htmlFile !== null) await writeReport(htmlFile, loadHtml(report));
}

function measure(
  options: BenchOptions,
  requests: RequestSet,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LoadReport> {
  const onStep = ({ level, requestsPerSecond }: LoadStep): void => {
    if (!terminal.isScreen) return;
    terminal.error(`${level}: ${requestsPerSecond.toFixed(0)} requests/s\n`);
  };
  const endpoint = { ...options.server, tlsRoot: null };
  return runLoadTest({ ...options, endpoint, requests }, { signal, onStep });
}
