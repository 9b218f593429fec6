import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

const url = new URL('./defects.ts', import.meta.url).href;
const logger = new URL('../telemetry/index.ts', import.meta.url).href;

describe('surviveDefects', () => {
  it('logs what nobody caught, with its stack, and the process goes on', () => {
    const program = `
      const { surviveDefects } = await import(${JSON.stringify(url)});
      const { createLogger } = await import(${JSON.stringify(logger)});
      const defects = surviveDefects(createLogger({ level: 'fatal' }));
      setTimeout(function thrower() { throw new TypeError('thrown'); }, 0);
      setTimeout(() => Promise.reject('rejected'), 1);
      setTimeout(() => { defects[Symbol.dispose](); console.log('alive'); }, 50);`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    assert.deepEqual([child.status, child.stdout], [0, 'alive\n'], child.stderr);
    const [first, second] = child.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(first.level, 'fatal');
    assert.deepEqual(first.error, { name: 'TypeError', message: 'thrown' });
    assert.match(first.stack, /thrower/);
    assert.deepEqual(second.error, { message: 'rejected' });
  });
});
