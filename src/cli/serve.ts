import type { ParsedFlags, ServerOptions } from '../config/index.ts';
import {
  compileServerOptions,
  effectiveConfig,
  flagsUsage,
  noEffectWarnings,
  optionsFromFlags,
  parseFlags,
  unknownArgumentWarnings,
} from '../config/index.ts';
import { shortenTimeSlice } from '../engines/index.ts';
import { createServer } from '../server/index.ts';
import { codeName, StatusError } from '../status/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { collectOnceIdle } from '../util/index.ts';
import type { CommandContext } from './command-context.ts';
import { surviveDefects } from './defects.ts';
import { ExitCode } from './exit-code.ts';
import { failureText } from './failure-text.ts';
import { prepareProcess } from './process-environment.ts';
import { StopSignals } from './stop-signals.ts';
import { versionLines } from './version.ts';

/**
 * The server, from its flags to its exit code: TFS's behaviour at the command line (spec 1.1 and
 * 1.3), and a graceful end on SIGTERM and SIGINT, which TFS does not have.
 */
export async function serveCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const { program, terminal } = context;
  const parsed = parseFlags(args, process.env);
  const logger = createLogger(loggerOptions(parsed));
  if (parsed.errors.length > 0 || parsed.help) {
    terminal.out(flagsUsage(program));
    for (const error of parsed.errors) logger.error(error);
    return ExitCode.FAILED;
  }
  if (parsed.values.get('version') === true) {
    terminal.out(versionLines());
    return ExitCode.OK;
  }
  const [firstUnknown] = parsed.unknown;
  if (firstUnknown !== undefined) {
    terminal.out(`unknown argument: ${parsed.args[firstUnknown]}\n${flagsUsage(program)}`);
  }
  for (const line of unknownArgumentWarnings(parsed)) logger.warn(line);
  for (const line of parsed.unknownVariables) logger.warn(line);
  for (const line of noEffectWarnings(parsed)) logger.warn(line);
  try {
    if (parsed.values.get('print_config') === true) {
      terminal.out(await effectiveConfig(parsed));
      return ExitCode.OK;
    }
    const options = compileServerOptions(optionsFromFlags(parsed));
    prepareProcess(options);
    if (!shortenTimeSlice()) logger.debug('Connections are served in time slices of usual length');
    return await serveUntilStopped(options, logger, context);
  } catch (error) {
    const code = codeName(StatusError.from(error).code);
    terminal.out(`Failed to start server. Error: ${code}: ${failureText(error)}\n`);
    if (!terminal.isScreen) logger.fatal('Failed to start server', { error });
    return ExitCode.FAILED;
  }
}

/** @throws StatusError why the server could not start. */
async function serveUntilStopped(
  options: ServerOptions,
  logger: Logger,
  { hooks, terminal }: CommandContext,
): Promise<number> {
  using _defects = surviveDefects(logger);
  const serval = createServer({ ...options, logger });
  using signals = new StopSignals(logger, options.shutdownGraceSeconds);
  const stopped = signals.first.then(() => serval.stop());
  try {
    await serval.start();
    collectOnceIdle();
    hooks.onReady?.(serval, terminal);
  } catch (error) {
    // A signal during the start makes it fail, which is what was asked for.
    if (!signals.received) throw error;
  }
  await stopped;
  logger.info('Stopped');
  return ExitCode.OK;
}

function loggerOptions(parsed: ParsedFlags) {
  // The table gives each flag its type, and parsing keeps it.
  const level = parsed.values.get('log_level') as ServerOptions['logLevel'];
  const format = parsed.values.get('log_format') as ServerOptions['logFormat'];
  return { level, ...(format !== 'auto' && { pretty: format === 'pretty' }) };
}
