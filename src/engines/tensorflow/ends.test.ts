import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

function start(program: string, ...args: string[]) {
  const file = fileURLToPath(new URL(`./testing/${program}.ts`, import.meta.url));
  return spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** How a program ended, with what it wrote to stderr where that matters. */
async function endOf(child: ReturnType<typeof start>) {
  const [stderr, [code, signal]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  return { code, signal, stderr: code === 0 ? '' : stderr };
}

const cleanEnd = { code: 0, signal: null, stderr: '' };

describe('a process with TensorFlow in it ends cleanly', () => {
  for (const ending of ['natural', 'close', 'exit']) {
    it(`by its ${ending} end, right after a run`, async () => {
      const child = start('one-run', ending);
      child.stdout!.resume();
      assert.deepEqual(await endOf(child), cleanEnd);
    });
  }

  it('on SIGTERM right after a run', async () => {
    const child = start('one-run', 'signal');
    const ended = endOf(child);
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    assert.equal(line.toString(), 'ran\n');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, cleanEnd);
  });

  it('after its workers have loaded TensorFlow and ended, one after another and at once', async () => {
    const child = start('workers-in-turn');
    child.stdout!.resume();
    assert.deepEqual(await endOf(child), cleanEnd);
  });

  it('under the test runner', async () => {
    const file = fileURLToPath(new URL('./tensor-memory.test.ts', import.meta.url));
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, ['--test', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    child.stdout.resume();
    assert.deepEqual(await endOf(child), cleanEnd);
  });
});
