import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { zooPath } from '../engines/testing/tensorflow.ts';

function start(...args: readonly string[]) {
  const file = fileURLToPath(new URL('./testing/load-and-end.ts', import.meta.url));
  return spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
}

async function endOf(child: ReturnType<typeof start>) {
  const [stderr, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, signal, stderr: code === 0 ? '' : stderr };
}

describe('a process with load threads ends cleanly', () => {
  for (const ending of ['natural', 'close', 'stop-at-once']) {
    test(`by the ending ${ending}`, async () => {
      const child = start(ending);
      child.stdout.resume();
      assert.deepEqual(await endOf(child), { code: 0, signal: null, stderr: '' });
    });
  }

  test('at once where a load hangs in native code', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'serval-hanging-'));
    try {
      cpSync(zooPath('models/mlp_tabular/1'), folder, { recursive: true });
      const index = path.join(folder, 'variables/variables.index');
      rmSync(index);
      execFileSync('mkfifo', [index]);
      const child = start('exit', folder);
      const ended = once(child, 'exit');
      child.stderr.resume();
      await once(child.stdout, 'data');
      await untilHanging(child.pid!);
      child.stdin.write('end\n');
      const [code, signal] = (await ended) as [number | null, string | null];
      assert.deepEqual({ code, signal }, { code: 7, signal: null });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/**
 * Waits until a thread of the process sleeps where Linux lets those wait who open a pipe that has no
 * other end (fs/pipe.c). Opening the other end to find out would let it go on.
 */
async function untilHanging(pid: number): Promise<void> {
  const sleepsThere = (thread: string) => {
    try {
      return readFileSync(`/proc/${pid}/task/${thread}/wchan`, 'utf8') === 'wait_for_partner';
    } catch {
      return false; // The thread has ended.
    }
  };
  while (!readdirSync(`/proc/${pid}/task`).some(sleepsThere)) await setImmediate();
}
