import { readFile, writeFile } from 'node:fs/promises';
import {
  fetchSignature,
  givenRequest,
  type LoadReport,
  type LoadStep,
  loadHeadline,
  loadHtml,
  loadRemarks,
  loadTable,
  makeRequests,
  type RequestSet,
  runLoadTest,
} from '../load-test/index.ts';
import { fileError } from '../status/index.ts';
import { type BenchOptions, benchHelp, readBenchOptions } from './bench-options.ts';
import type { CommandContext } from './command-context.ts';
import { ExitCode } from './exit-code.ts';
import { interruptible } from './interruptible.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/**
 * `bench`: loads a running server and shows what it did. Fails where there is no such server or
 * model, where it refuses the request, and where no request was answered. SIGINT shows what there is.
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
  const requests = await prepareRequests(options);
  return interruptible(async (signal) => {
    const report = await measure(options, requests, terminal, signal);
    await show(report, options, terminal);
    return report.steps.some(({ answered }) => answered > 0) ? ExitCode.OK : ExitCode.FAILED;
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
  if (jsonFile !== null) await write(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  if (htmlFile !== null) await write(htmlFile, loadHtml(report));
}

async function prepareRequests(options: BenchOptions): Promise<RequestSet> {
  if (options.input !== null) {
    return givenRequest(options, await read(options.input), options.input);
  }
  const signature = await fetchSignature(options.protocol, endpointOf(options), options.model);
  return makeRequests(options, signature, options);
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
  const endpoint = endpointOf(options);
  return runLoadTest({ ...options, endpoint, requests }, { signal, onStep });
}

function endpointOf({ server }: BenchOptions) {
  return { ...server, tlsRoot: null };
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw fileError(file, error);
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw fileError(file, error);
  }
}
