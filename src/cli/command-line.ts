import { nearestName } from '../config/index.ts';
import type { CommandContext, ServeHooks } from './command-context.ts';
import { ExitCode } from './exit-code.ts';
import { failureText } from './failure-text.ts';
import { helpText } from './help.ts';
import type { Terminal } from './terminal.ts';
import { processTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

type Command = (args: readonly string[], context: CommandContext) => Promise<number>;

/** Each loads its own modules only: an install must not need what it installs. */
const commands: Readonly<Record<string, Command>> = {
  serve: async (args, context) => (await import('./serve.ts')).serveCommand(args, context),
  inspect: async (args, context) => (await import('./inspect.ts')).inspectCommand(args, context),
  engine: async (args, context) => (await import('./engine.ts')).engineCommand(args, context),
  bench: async (args, context) => (await import('./bench.ts')).benchCommand(args, context),
  tune: async (args, context) => (await import('./tune.ts')).tuneCommand(args, context),
  help: async (_args, { program, terminal }) => {
    terminal.out(helpText(program));
    return ExitCode.OK;
  },
};

/**
 * Runs a command line and ends with the code that the process should exit with. The first argument
 * names the command; without one the server starts, so that every command line of TFS does what it
 * does there.
 */
export async function runCommandLine(
  args: readonly string[],
  program: string,
  hooks: ServeHooks = {},
  terminal: Terminal = processTerminal(),
): Promise<number> {
  const name = args[0] ?? '';
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const context = { program, terminal, hooks };
  try {
    if (command !== undefined) return await command(args.slice(1), context);
    const meant = /^[a-z]+$/.test(name) ? nearestName(name, Object.keys(commands)) : null;
    if (meant !== null) {
      throw new UsageError(`There is no command ${name}. Did you mean ${program} ${meant}?`);
    }
    return await commands.serve!(args, context);
  } catch (error) {
    terminal.error(`${program}: ${failureText(error)}\n`);
    return ExitCode.FAILED;
  } finally {
    await terminal.flush();
  }
}
