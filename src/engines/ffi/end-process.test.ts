import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { door, koffi, runProgram as run } from './testing/run-program.ts';

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
