import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../test/support/server.ts';

/** Where and of what a measurement was made. */
export function environment() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: os.cpus()[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
      memoryMB: Math.round(os.totalmem() / 1e6),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      loadAverage: os.loadavg(),
    },
    versions: { serval: version, commit: commit(), node: process.version },
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const isDirty = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short=12', 'HEAD').trim() + (isDirty ? ' with changes' : '');
  } catch {
    return 'unknown';
  }
}
