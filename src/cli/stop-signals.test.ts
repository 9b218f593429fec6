import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';

const url = new URL('./stop-signals.ts', import.meta.url).href;
const logger = new URL('../telemetry/index.ts', import.meta.url).href;

/** A process that stops for ever at the first signal, and says what it sees. */
const program = `
  const { StopSignals } = await import(${JSON.stringify(url)});
  const { createLogger } = await import(${JSON.stringify(logger)});
  setInterval(() => {}, 1000);
  using signals = new StopSignals(createLogger({ level: 'info' }), 7);
  console.log('ready');
  await signals.first;
  console.log('stopping', signals.received);
  await new Promise(() => {});`;

describe('StopSignals', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`asks for a graceful end at the first ${signal} and ends at the second`, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
      let log = '';
      child.stderr.on('data', (chunk) => {
        log += chunk;
      });
      const [ready] = await once(child.stdout, 'data');
      assert.equal(String(ready), 'ready\n');
      child.kill(signal);
      const [stopping] = await once(child.stdout, 'data');
      assert.equal(String(stopping), 'stopping true\n');
      child.kill(signal);
      const [code, endedBy] = await once(child, 'close');
      assert.deepEqual([code, endedBy], [null, signal]);
      const lines = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.match(lines[0].msg, new RegExp(`Received ${signal}: .*7 s`));
      assert.match(lines[1].msg, new RegExp(`Received ${signal} again`));
    });
  }
});
