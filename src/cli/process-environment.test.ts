import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

const url = new URL('./process-environment.ts', import.meta.url).href;

/** Fills the pool with work and counts its threads. */
function poolThreads(environment: NodeJS.ProcessEnv): { threads: number; tensorflow: string } {
  const program = `
    const fs = await import('node:fs');
    const { prepareProcess } = await import(${JSON.stringify(url)});
    const count = () => fs.readdirSync('/proc/self/task')
      .filter((task) => fs.readFileSync('/proc/self/task/' + task + '/comm', 'utf8').includes('libuv')).length;
    const before = count();
    prepareProcess({ engineThreads: 5, logLevel: 'info' });
    await Promise.all(Array.from({ length: 50 }, () => fs.promises.readFile('/proc/self/stat')));
    console.log(JSON.stringify({ threads: count() - before, tensorflow: process.env.TF_CPP_MIN_LOG_LEVEL }));`;
  const { UV_THREADPOOL_SIZE: _, TF_CPP_MIN_LOG_LEVEL: __, ...inherited } = process.env;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...inherited, ...environment },
  });
  assert.equal(child.status, 0, child.stderr);
  return JSON.parse(child.stdout);
}

describe('prepareProcess', () => {
  const onLinux = process.platform === 'linux';
  if (!onLinux) return;

  it('sizes the pool before it is first used', () => {
    assert.deepEqual(poolThreads({}), { threads: 9, tensorflow: '3' });
  });

  it('leaves what the user has set', () => {
    const environment = { UV_THREADPOOL_SIZE: '3', TF_CPP_MIN_LOG_LEVEL: '0' };
    assert.deepEqual(poolThreads(environment), { threads: 3, tensorflow: '0' });
  });
});
