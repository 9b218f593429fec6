import {
  type Endpoint,
  type LoadReport,
  type LoadStep,
  type LoadTestOptions,
  loadHeadline,
  loadHtml,
  loadRemarks,
  loadTable,
  runLoadTest,
} from '../load-test/index.ts';
import { type BenchOptions, benchHelp, readBenchOptions } from './bench-options.ts';
import type { CommandContext } from './command-context.ts';
import { ExitCode } from './exit-code.ts';
import { interruptible } from './interruptible.ts';
import { prepareRequests } from './model-question.ts';
import type { Address } from './option-values.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { loadTls, noTlsFiles } from './tls-options.ts';
import { checkReport, writeReports } from './write-report.ts';

/**
 * `bench`: loads a running server and shows what it did. Fails where there is no such server or
 * model, where it refuses the request, where a step cannot be made, where no request of one was
 * answered, and where the server has gone at the end. SIGINT shows what there is.
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
  for (const file of [options.jsonFile, options.htmlFile]) await checkReport(file);
  const endpoints = await endpointsOf(options);
  const requests = await prepareRequests(options, endpoints.endpoint, options);
  return interruptible(async (signal) => {
    const report = await measure({ ...options, ...endpoints, requests }, terminal, signal);
    await show(report, options, terminal);
    const { steps } = report;
    const hasAnswers = steps.length > 0 && steps.every(({ answered }) => answered > 0);
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
  await writeReports([
    [jsonFile, () => `${JSON.stringify(report, null, 2)}\n`],
    [htmlFile, () => loadHtml(report)],
  ]);
}

function measure(
  options: LoadTestOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LoadReport> {
  const onStep = ({ level, requestsPerSecond }: LoadStep): void => {
    if (!terminal.isScreen) return;
    terminal.error(`${level}: ${requestsPerSecond.toFixed(0)} requests/s\n`);
  };
  return runLoadTest(options, { signal, onStep });
}

/** Whom to ask, with what the files for TLS hold. @throws StatusError */
async function endpointsOf({
  server,
  metrics,
  tls: files,
}: BenchOptions): Promise<Pick<LoadTestOptions, 'endpoint' | 'metrics'>> {
  const given = await loadTls(files ?? noTlsFiles);
  const endpointOf = ({ host, port, isTls }: Address): Endpoint => ({
    ...{ host, port },
    tls: isTls ? given : null,
  });
  return {
    endpoint: endpointOf(server),
    metrics: metrics === null ? null : { endpoint: endpointOf(metrics), path: metrics.path },
  };
}
