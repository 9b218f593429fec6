import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

const door = JSON.stringify(new URL('./index.ts', import.meta.url).href);
const koffi = JSON.stringify(import.meta.resolve('koffi'));

function run(program: string) {
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 30_000,
  });
}

describe('endProcess', () => {
  it('does not wait for a native call that never returns', () => {
    const { status, signal, stderr } = run(`
      const { callAsync, endProcess } = await import(${door});
      const { default: koffi } = await import(${koffi});
      void callAsync(koffi.load(null).func('unsigned int sleep(unsigned int)'), 3600);
      setTimeout(() => endProcess(7), 50);`);
    assert.deepEqual([status, signal], [7, null], stderr);
  });

  it('lets exit handlers run where nothing is under way', () => {
    const { status, stdout, stderr } = run(`
      const { callAsync, endProcess } = await import(${door});
      const { default: koffi } = await import(${koffi});
      process.on('exit', () => console.log('handled'));
      await callAsync(koffi.load(null).func('unsigned int sleep(unsigned int)'), 0);
      endProcess(7);`);
    assert.deepEqual([status, stdout], [7, 'handled\n'], stderr);
  });
});
