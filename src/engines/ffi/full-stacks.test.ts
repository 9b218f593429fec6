import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { door, koffi, runProgram } from './testing/run-program.ts';

/**
 * Compiles a regular expression of nested groups by the C library, which recurses for each: some
 * megabytes of stack, more than koffi has by default.
 */
const recursion = `
  const { libc } = await import(${door});
  const { default: koffi } = await import(${koffi});
  const { fullStacks, malloc } = libc();
  const regcomp = koffi.load('libc.so.6').func('int regcomp(uintptr_t, str, int)');
  const nested = '('.repeat(10000) + 'a' + ')'.repeat(10000);
  console.log(fullStacks, regcomp(malloc(1024), nested, 1));`;

function run(program: string) {
  const { status, signal, stdout, stderr } = runProgram(program);
  return { status, signal, stdout, stderr: status === 0 ? '' : stderr };
}

describe('native calls run on full-sized stacks', () => {
  const expected = { status: 0, signal: null, stdout: 'true 0\n', stderr: '' };

  it('on the main thread', () => {
    assert.deepEqual(run(recursion), expected);
  });

  it('in workers, one after another and beside the main thread', () => {
    const program = `
      import { Worker } from 'node:worker_threads';
      import { once } from 'node:events';
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(recursion)}));
      for (let i = 0; i < 2; i++) await once(new Worker(url, { execArgv: [] }), 'exit');
      ${recursion}`;
    assert.deepEqual(run(program), { ...expected, stdout: 'true 0\n'.repeat(3) });
  });
});
