import {
  createProgressDisplay,
  formatBytes,
  type InstalledEngine,
  installableEngines,
  installEngine,
  listEngines,
  removeEngine,
} from '../engines/index.ts';
import { readArguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { ExitCode } from './exit-code.ts';
import { interruptible } from './interruptible.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** `engine install|list|remove [name]`: the native libraries that models run on. */
export async function engineCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const { program, terminal } = context;
  const { operands } = readArguments(args, { withValue: [], switches: [] });
  const [action = '', engine = 'tensorflow', ...rest] = operands;
  const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (run === undefined || rest.length > 0) {
    throw new UsageError(
      `Say what to do: ${program} engine install|list|remove [${installableEngines.join('|')}]`,
    );
  }
  if (!installableEngines.includes(engine)) {
    throw new UsageError(
      `There is no engine ${engine}: the engines are ${installableEngines.join(', ')}.`,
    );
  }
  await run(engine, terminal);
  return ExitCode.OK;
}

type Action = (engine: string, terminal: Terminal) => Promise<void>;

const actions: Readonly<Record<string, Action>> = { install, list, remove };

async function install(engine: string, terminal: Terminal): Promise<void> {
  const progress = createProgressDisplay(terminal.errors);
  const installed = await interruptible((signal) => installEngine(engine, { progress, signal }));
  terminal.out(`${describe(installed)} is installed\n`);
}

async function list(_engine: string, terminal: Terminal): Promise<void> {
  for (const { name, pinnedVersion, partOf, installed, active, problem } of await listEngines()) {
    terminal.out(`${name} (Serval uses ${pinnedVersion})\n`);
    for (const copy of installed) terminal.out(`  installed: ${describe(copy)}\n`);
    if (partOf !== null && problem === null) {
      terminal.out(`  in use: loaded into ${partOf} at each start\n`);
      continue;
    }
    if (active === null) {
      terminal.out(`  in use: none. ${problem}\n`);
      continue;
    }
    const version = active.version === null ? '' : `, version ${active.version}`;
    terminal.out(`  in use: ${active.cc} (${origins[active.origin]}${version})\n`);
  }
}

const origins = {
  option: 'by flag',
  environment: 'by environment variable',
  cache: 'installed by Serval',
  python: "Python's",
} as const;

async function remove(engine: string, terminal: Terminal): Promise<void> {
  const removed = await removeEngine(engine);
  for (const copy of removed) terminal.out(`Removed ${describe(copy)}\n`);
  if (removed.length === 0) terminal.out(`There was nothing of ${engine} to remove\n`);
}

function describe({ engine, version, platform, directory, bytes }: InstalledEngine): string {
  return `${engine} ${version} for ${platform} in ${directory} (${formatBytes(bytes)})`;
}
