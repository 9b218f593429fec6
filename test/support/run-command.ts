import { execFile } from 'node:child_process';
import path from 'node:path';
import { root } from './server.ts';

/** What a command of Serval did. */
export interface Ran {
  /** null: ended by a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs a command of the checkout to its end. */
export function runServal(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const command = [path.join(root, 'bin/serval.js'), ...args];
  const options = { cwd: root, env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, out, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, out, errors });
    });
  });
}
