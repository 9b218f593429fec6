import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';

const url = new URL('./interruptible.ts', import.meta.url).href;

/** Runs `work`, the body of a function of `signal`, in a process of its own. */
async function start(work: string) {
  const program = `
    import { interruptible } from ${JSON.stringify(url)};
    setInterval(() => {}, 1000);
    console.log(await interruptible(async (signal) => { ${work} }));
    process.exit(7);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await once(child.stdout, 'data');
  return { child, ended: once(child, 'close').then(([code, by]) => ({ code, by, out })) };
}

describe('interruptible', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`lets the work clean up at ${signal}, and the process end by it`, async () => {
      const { child, ended } = await start(`
        console.log('ready');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setImmediate(resolve));
        console.log('clean');
        throw new Error('ended');`);
      child.kill(signal);
      assert.deepEqual(await ended, { code: null, by: signal, out: 'ready\nclean\n' });
    });
  }

  it('ends at once at the second signal', async () => {
    const { child, ended } = await start(`
      console.log('ready');
      signal.addEventListener('abort', () => console.log('aborted'));
      await new Promise(() => {});`);
    child.kill('SIGINT');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, { code: null, by: 'SIGTERM', out: 'ready\naborted\n' });
  });

  it('gives what the work gave, and lets go of the signals', async () => {
    const { ended } = await start(`
      console.log(process.listenerCount('SIGINT'));
      setTimeout(() => console.log(process.listenerCount('SIGINT')));
      return 'done';`);
    assert.deepEqual(await ended, { code: 7, by: null, out: '1\ndone\n' });
  });
});
