import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { describe, it } from 'node:test';

const door = JSON.stringify(new URL('./index.ts', import.meta.url).href);

/** Runs a program, with a niceness more than this one's. @returns what it has printed as JSON */
function run(program: string, niceness = 0): unknown {
  const node = [process.execPath, '--input-type=module', '-e', program];
  const [command, ...args] = ['nice', '-n', String(niceness), ...node] as const;
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** In ns, as `/proc` has it in a program: of its main thread, or of a thread that it has started since. */
const readSlices = `
  const sliceOf = (thread) => {
    const path = thread === null ? '/proc/self/sched' : '/proc/self/task/' + thread + '/sched';
    return Number(/^se\\.slice\\s*:\\s*(\\d+)/m.exec(readFileSync(path, 'utf8'))?.[1]);
  };`;

const [major = 0, minor = 0] = release().split('.').map(Number);
const hasSlices = process.platform === 'linux' && (major > 6 || (major === 6 && minor >= 12));

describe('a shorter time slice', () => {
  it('is that of the thread that asks for it, and not of those that it starts afterwards', () => {
    const usual = Number(
      /^se\.slice\s*:\s*(\d+)/m.exec(readFileSync('/proc/self/sched', 'utf8'))?.[1],
    );
    const found = run(`
      import { readdirSync, readFileSync } from 'node:fs';
      import { Worker } from 'node:worker_threads';
      const { shortenTimeSlice } = await import(${door});
      ${readSlices}
      const before = new Set(readdirSync('/proc/self/task'));
      const isTaken = shortenTimeSlice();
      const own = sliceOf(null);
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
      await new Promise((resolve) => worker.once('online', resolve));
      const started = readdirSync('/proc/self/task').filter((thread) => !before.has(thread));
      console.log(JSON.stringify({ isTaken, own, started: started.map(sliceOf) }));
      process.exit(0);`) as { isTaken: boolean; own: number; started: number[] };
    assert.equal(found.isTaken, true);
    assert.equal(found.own, hasSlices ? 600_000 : usual);
    assert.ok(found.started.length > 0);
    for (const slice of found.started) assert.equal(slice, usual);
  });

  it('leaves the priority as it is, and a thread alone that has a higher one', () => {
    const niceness = (by: number) =>
      run(
        `import { getPriority } from 'node:os';
        const { shortenTimeSlice } = await import(${door});
        console.log(JSON.stringify([shortenTimeSlice(), getPriority()]));`,
        by,
      );
    assert.deepEqual(niceness(3), [true, 3]);
    if (process.getuid?.() === 0) assert.deepEqual(niceness(-3), [false, -3]);
  });
});
