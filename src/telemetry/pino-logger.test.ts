import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { invalidArgument } from '../status/index.ts';
import type { LoggerOptions } from './pino-logger.ts';
import { createLogger } from './pino-logger.ts';

function collect(options: Omit<LoggerOptions, 'destination'>) {
  const lines: string[] = [];
  const logger = createLogger({ ...options, destination: { write: (line) => lines.push(line) } });
  return { logger, lines, json: () => lines.map((line) => JSON.parse(line)) };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with level name, ISO time, fields and message', () => {
    const { logger, lines, json } = collect({ level: 'info', pretty: false });
    logger.warn('two\nlines', { model: 'm', version: 9223372036854775807n });
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /"version":9223372036854775807\b/);
    assert.equal(lines[0]!.indexOf('\n'), lines[0]!.length - 1);
    const [entry] = json();
    assert.equal(entry.level, 'warn');
    assert.equal(entry.msg, 'two\nlines');
    assert.equal(entry.model, 'm');
    assert.equal(new Date(entry.time).toISOString(), entry.time);
    assert.deepEqual(Object.keys(entry).sort(), ['level', 'model', 'msg', 'time', 'version']);
  });

  it('writes its own level and quieter ones only', () => {
    const { logger, json } = collect({ level: 'warn', pretty: false });
    for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const) {
      logger[level](level);
      assert.equal(logger.isEnabled(level), ['fatal', 'error', 'warn'].includes(level), level);
    }
    assert.deepEqual(
      json().map((entry) => entry.level),
      ['fatal', 'error', 'warn'],
    );
  });

  it('adds the fields of child loggers', () => {
    const { logger, json } = collect({ level: 'info', pretty: false });
    logger.child({ request: 'r1' }).child({ model: 'm' }).info('x', { extra: 1 });
    const [{ request, model, extra }] = json();
    assert.deepEqual({ request, model, extra }, { request: 'r1', model: 'm', extra: 1 });
  });

  it('shows stacks of errors at debug only', () => {
    const error = invalidArgument('bad', { cause: new TypeError('inner') });
    const quiet = collect({ level: 'info', pretty: false });
    quiet.logger.error('x', { error });
    assert.deepEqual(quiet.json()[0].error, {
      code: 'INVALID_ARGUMENT',
      message: 'bad',
      cause: { name: 'TypeError', message: 'inner' },
    });
    const loud = collect({ level: 'debug', pretty: false });
    loud.logger.error('x', { error });
    assert.match(loud.json()[0].error.stack, /pino-logger\.test\.ts/);
    assert.match(loud.json()[0].error.cause.stack, /TypeError: inner/);
  });

  it('writes lines for people, and no escape sequence of a client reaches the terminal', () => {
    const { logger, lines } = collect({ level: 'info', pretty: true });
    logger.error('hello \u001b[2Jworld', {
      model: 'm\u001b[2J',
      error: invalidArgument('bad \u001b[2J', { cause: new Error('why') }),
    });
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /ERROR.*hello .*world.*"model".*INVALID_ARGUMENT.*why/s);
    assert.ok(!lines[0]!.includes('\u001b'), lines[0]);
  });

  it('goes on when stderr cannot be written to', () => {
    const url = new URL('./pino-logger.ts', import.meta.url);
    const script = `
      const { createLogger } = await import(${JSON.stringify(url.href)});
      const logger = createLogger({ level: 'info' });
      for (let i = 0; i < 20000; i++) logger.info('line ' + i);
      setImmediate(() => console.log('alive'));`;
    const full = openSync('/dev/full', 'w');
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', full],
    });
    closeSync(full);
    assert.deepEqual([child.status, child.stdout], [0, 'alive\n']);
  });

  it('has written every line when the process ends at once', () => {
    const url = new URL('./pino-logger.ts', import.meta.url);
    const script = `
      const { createLogger } = await import(${JSON.stringify(url.href)});
      const logger = createLogger({ level: 'info' });
      for (let i = 0; i < 2000; i++) logger.info('line ' + i);
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    assert.equal(child.signal, 'SIGKILL', child.stderr);
    const lines = child.stderr.trimEnd().split('\n');
    assert.equal(lines.length, 2000);
    assert.equal(JSON.parse(lines.at(-1)!).msg, 'line 1999');
  });
});
