import { spawnSync } from 'node:child_process';

/** Of a test's program, the door of this folder and koffi, as strings to import from. */
export const door = JSON.stringify(new URL('../index.ts', import.meta.url).href);
export const koffi = JSON.stringify(import.meta.resolve('koffi'));

/** Runs an ES module in a process of its own, to its end. @param command comes before that of Node.js */
export function runProgram(program: string, ...command: string[]) {
  const [file, ...args] = [
    ...command,
    ...[process.execPath, '--input-type=module', '-e', program],
  ] as [string, ...string[]];
  return spawnSync(file, args, { encoding: 'utf8', timeout: 30_000 });
}
