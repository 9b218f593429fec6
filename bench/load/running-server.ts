import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../test/support/server.ts';

/** A server under test, in a process of its own. Killed by `await using`. */
export interface RunningServer extends AsyncDisposable {
  readonly pid: number;
  /** Ports on 127.0.0.1; a control has one for its one protocol. */
  readonly ports: Readonly<Record<'rest' | 'grpc', number>>;
  /** All that it wrote so far. */
  output(): string;
}

/** Starts Serval, or another server that takes the flags of TensorFlow Serving. */
export async function startModelServer(
  flags: readonly string[],
  options: {
    readonly command?: readonly string[] | undefined;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Promise<RunningServer> {
  const { command, env } = options;
  const server = await startServer({
    flags,
    ...(command !== undefined && { command }),
    ...(env !== undefined && { env }),
  });
  const port = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));
  return {
    pid: server.pid,
    ports: { rest: port(server.rest), grpc: port(server.grpc) },
    output: server.output,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Starts a program of `controls/`. */
export async function startControl(
  name: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const file = fileURLToPath(new URL(`./controls/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const first = (await Promise.race([once(lines, 'line'), ended]))[0] as unknown;
  const port = Number(String(first).match(/^listening (\d+)$/)?.[1]);
  if (Number.isNaN(port)) throw new Error(`${name} does not listen: ${String(first)}`);
  return {
    pid: child.pid!,
    ports: { rest: port, grpc: port },
    output: () => '',
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * A start that gives the same process to all who ask while one of them still has it; it ends with
 * the last. For contestants that differ only in what they ask.
 */
export function sharedStart(start: () => Promise<RunningServer>): () => Promise<RunningServer> {
  let users = 0;
  let started: Promise<RunningServer> | null = null;
  return async () => {
    users++;
    started ??= start();
    const server = await started;
    return {
      ...server,
      async [Symbol.asyncDispose]() {
        if (--users > 0) return;
        started = null;
        await server[Symbol.asyncDispose]();
      },
    };
  };
}
