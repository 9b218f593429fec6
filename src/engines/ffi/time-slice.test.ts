import assert from 'node:assert/strict';
import { release } from 'node:os';
import { describe, it } from 'node:test';
import { door, runProgram } from './testing/run-program.ts';

/** Runs a program, with a niceness more than this one's. @returns what it has printed as JSON */
function run(program: string, niceness = 0): unknown {
  const { stdout, stderr, status } = runProgram(program, 'nice', '-n', String(niceness));
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** In ns, of a thread of the program, as `/proc` has it; null: the system does not tell. */
const readSlice = `
  const sliceOf = (thread) => {
    const path = '/proc/self/task/' + thread + '/sched';
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return Number(/^se\\.slice\\s*:\\s*(\\d+)/m.exec(text)?.[1] ?? 0) || null;
  };`;

const [major = 0, minor = 0] = release().split('.').map(Number);
const isLinux = process.platform === 'linux';
const hasSlices = isLinux && (major > 6 || (major === 6 && minor >= 12));

describe('a shorter time slice', () => {
  it('is that of the thread that asks for it, and not of those that it starts afterwards', () => {
    const found = run(`
      import { existsSync, readdirSync, readFileSync } from 'node:fs';
      import { Worker } from 'node:worker_threads';
      const { shortenTimeSlice } = await import(${door});
      ${readSlice}
      const threads = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task') : []);
      const usual = sliceOf(process.pid);
      const before = new Set(threads());
      const isTaken = shortenTimeSlice();
      const own = sliceOf(process.pid);
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
      await new Promise((resolve) => worker.once('online', resolve));
      const started = threads().filter((thread) => !before.has(thread)).map(sliceOf);
      console.log(JSON.stringify({ usual, isTaken, own, started }));
      process.exit(0);`) as { usual: number; isTaken: boolean; own: number; started: number[] };
    assert.equal(found.isTaken, isLinux);
    assert.equal(found.own, hasSlices ? 600_000 : found.usual);
    assert.equal(found.started.length > 0, isLinux);
    for (const slice of found.started) assert.equal(slice, found.usual);
  });

  it('leaves the priority as it is, and a thread alone that has a higher one', () => {
    const start = (by: number) =>
      run(
        `import { getPriority } from 'node:os';
        const { shortenTimeSlice } = await import(${door});
        const before = getPriority();
        console.log(JSON.stringify([shortenTimeSlice(), before, getPriority()]));`,
        by,
      ) as [boolean, number, number];
    for (const by of [3, -3]) {
      // Few may have a higher priority than before: others begin with the same.
      const [isTaken, before, after] = start(by);
      assert.equal(isTaken, isLinux && before >= 0);
      assert.equal(after, before);
    }
  });
});
