import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimPorts } from './claimed-ports.ts';

/** The repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The models with recorded answers of TensorFlow. */
export const zoo = path.join(root, 'test/zoo');

/** How many data threads servers have, where a test does not say, whatever machine runs it. */
const threadFlags = [`--data_threads=${process.env.SERVAL_TEST_DATA_THREADS ?? 2}`];

/** A search path on which commands find the Node.js that runs the tests. */
const nodeFirst = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`;

/** How a server process ended. */
export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartOptions {
  readonly flags: readonly string[];
  /** The program and its first arguments; the checkout's own command by default. */
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What the log must show before {@link startServer} returns; the listening REST port by default. */
  readonly waitUntil?: RegExp;
}

/** A Serval in a process of its own, on free ports of both protocols. */
export interface ServerProcess extends AsyncDisposable {
  readonly rest: string;
  readonly grpc: string;
  readonly pid: number;
  /** Settles when the process has ended and its output was read to the end. */
  readonly ended: Promise<ServerEnd>;
  /** All that it wrote to stdout and stderr so far. */
  output(): string;
  /** Waits for a match in what it wrote or writes. @throws Error when it ends without one. */
  logged(pattern: RegExp): Promise<RegExpMatchArray>;
  kill(signal: NodeJS.Signals): void;
}

/** Watches what a process writes. */
class Output {
  #text = '';
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#text += chunk;
        for (const check of this.#waiting) check();
      });
    }
  }

  get text(): string {
    return this.#text;
  }

  async match(pattern: RegExp, ended: Promise<ServerEnd>): Promise<RegExpMatchArray> {
    const { promise, resolve } = Promise.withResolvers<RegExpMatchArray>();
    const check = () => {
      const found = this.#text.match(pattern);
      if (found !== null) resolve(found);
    };
    this.#waiting.add(check);
    check();
    const failed = ended.then((end) => {
      check();
      throw new Error(`ended with ${JSON.stringify(end)} before ${pattern}:\n${this.#text}`);
    });
    try {
      return await Promise.race([promise, failed]);
    } finally {
      this.#waiting.delete(check);
      failed.catch(() => {});
    }
  }
}

/**
 * Starts a server and waits until it listens. Use it with `await using`: the process is killed
 * when the test leaves its block, however it leaves it.
 */
export async function startServer(options: StartOptions): Promise<ServerProcess> {
  const [restPort, grpcPort] = await claimPorts(2);
  const command = options.command ?? [path.join(root, 'bin/serval.js')];
  const [program, ...first] = command;
  const child = spawn(
    program!,
    [
      ...first,
      `--port=${grpcPort}`,
      `--rest_api_port=${restPort}`,
      ...(options.command === undefined ? threadFlags : []),
      ...options.flags,
    ],
    {
      cwd: options.cwd ?? root,
      env: { ...process.env, PATH: nodeFirst, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<ServerEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const output = new Output(child);
  const server: ServerProcess = {
    rest: `http://127.0.0.1:${restPort}`,
    grpc: `127.0.0.1:${grpcPort}`,
    pid: child.pid!,
    ended,
    output: () => output.text,
    logged: (pattern) => output.match(pattern, ended),
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  try {
    await server.logged(options.waitUntil ?? /Exporting HTTP\/REST API at/);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits until these versions are loaded: a start waits for one version of each model only. */
export async function untilLoaded(
  server: ServerProcess,
  name: string,
  versions: readonly (bigint | number)[],
): Promise<void> {
  for (const version of versions) {
    await server.logged(
      new RegExp(`Successfully loaded servable version \\{name: ${name} version: ${version}\\}`),
    );
  }
}

/** Flags that serve one model. */
export function modelFlags(name: string, basePath: string): string[] {
  return [`--model_name=${name}`, `--model_base_path=${basePath}`];
}

/** One model of a configuration file; `policy` is text-proto (`all {}`). */
export interface ConfiguredModel {
  readonly name: string;
  readonly base: string;
  readonly policy?: string;
  /** Versions by their labels. */
  readonly labels?: Readonly<Record<string, number>>;
}

/** The text of a ModelServerConfig. */
export function modelConfigText(models: readonly ConfiguredModel[]): string {
  const configs = models.map(({ name, base, policy, labels = {} }) => {
    const versions = policy === undefined ? '' : ` model_version_policy { ${policy} }`;
    const labelled = Object.entries(labels)
      .map(([label, version]) => ` version_labels { key: "${label}" value: ${version} }`)
      .join('');
    return `  config { name: "${name}" base_path: "${base}" model_platform: "tensorflow"${versions}${labelled} }\n`;
  });
  return `model_config_list {\n${configs.join('')}}\n`;
}

const folders: string[] = [];
process.on('beforeExit', () => {
  for (const folder of folders.splice(0)) void rm(folder, { recursive: true, force: true });
});

/** Writes a configuration file into a temporary folder and returns the flag that names it. */
export async function modelConfig(models: readonly ConfiguredModel[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'serval-config-'));
  folders.push(folder);
  const file = path.join(folder, 'models.config');
  await writeFile(file, modelConfigText(models));
  return `--model_config_file=${file}`;
}
