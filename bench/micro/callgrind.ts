import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./counted.ts', import.meta.url));
const warmStretches = 4;
const stretches = 4;

/** Everything on one thread, compiled at fixed points, with fixed seeds: the counts of two runs differ by some hundred thousandths. */
const nodeFlags = ['--single-threaded', '--predictable', '--hash-seed=1', '--random-seed=1'];

/**
 * Instructions of one stretch of calls of a path, once its code is compiled: the mean of several.
 *
 * @param hook a module that gives Node.js the sources without types: to strip them under valgrind takes long
 */
export async function countInstructions(name: string, hook: string): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'serval-callgrind-'));
  try {
    await run('valgrind', [
      '--tool=callgrind',
      '--dump-before=uv_loadavg',
      `--callgrind-out-file=${path.join(folder, 'out')}`,
      process.execPath,
      `--import=${hook}`,
      ...nodeFlags,
      program,
      name,
      String(warmStretches),
      String(stretches),
    ]);
    const dumps = (await readdir(folder)).map((file) => readFile(path.join(folder, file), 'utf8'));
    const counts = countsOf(await Promise.all(dumps));
    return counts.reduce((sum, count) => sum + count, 0) / counts.length;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The counts between two marks, from the files that callgrind wrote. The first holds the start and
 * the warm-up; the one without a reason for its dump, what came after the last mark.
 */
export function countsOf(dumps: readonly string[]): readonly number[] {
  const parts = dumps
    .filter((text) => /^desc: Trigger: --dump-before/m.test(text))
    .map((text) => ({
      part: Number(text.match(/^part: (\d+)/m)?.[1]),
      total: Number(text.match(/^totals: (\d+)/m)?.[1]),
    }))
    .sort((a, b) => a.part - b.part);
  return parts.slice(1).map(({ total }) => total);
}
