import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { readTfRecords } from '../tfrecord/index.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import type { LogBatch } from './log-batch.ts';
import { LogFile } from './log-file.ts';
import { LogWriter } from './log-writer.ts';

let folder: string;
let clock: FakeClock;
let logger: MemoryLogger;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serval-log-writer-'));
  clock = new FakeClock();
  logger = new MemoryLogger();
});
afterEach(() => rm(folder, { recursive: true }));

function newWriter(limits = { bytes: 1e6, milliseconds: 60_000 }, prefix = path.join(folder, 'r')) {
  let files = 0;
  const spec = { logger: 0, type: 'tfrecord', filenamePrefix: prefix } as const;
  return new LogWriter({ spec, limits, clock, logger, nextNumber: () => ++files });
}

/** Short records of these texts. */
function batch(...texts: readonly string[]): LogBatch {
  const parts = texts.map((text) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]));
  return { logger: 0, model: 'm', records: texts.length, bytes: Buffer.concat(parts) };
}

const files = async () => (await readdir(folder)).sort();
const whole = async () => (await files()).filter((name) => !name.startsWith('.'));

async function textsOf(name: string): Promise<string[]> {
  const texts: string[] = [];
  const options = { maxRecordBytes: 1000, onCutHeader: () => assert.fail('cut') };
  for await (const record of readTfRecords(path.join(folder, name), options)) {
    texts.push(Buffer.from(record).toString());
  }
  return texts;
}

/** Waits for files, which are written in real time. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

describe('LogWriter', () => {
  test('a file is hidden until it is finished, and no file is made for nothing', async () => {
    const writer = newWriter();
    await writer.finish();
    assert.deepEqual(await files(), []);
    assert.equal(await writer.write(batch('a', 'b')), 'OK');
    assert.equal(await writer.write(batch('c')), 'OK');
    assert.match(String(await files()), /^\.r-.*-1\.tfrecord\.part$/);
    await writer.finish();
    const names = await files();
    assert.match(String(names), new RegExp(`^r-\\d{8}T\\d{9}Z-${process.pid}-1\\.tfrecord$`));
    assert.deepEqual(await textsOf(names[0]!), ['a', 'b', 'c']);
    assert.equal(clock.sleeping, 0, 'nothing waits for the end of its time');
  });

  test('a file that is large enough is finished, and the next one begun', async () => {
    const writer = newWriter({ bytes: 30, milliseconds: 60_000 });
    for (const text of ['a', 'b', 'c']) await writer.write(batch(text));
    assert.equal((await whole()).length, 1);
    await writer.finish();
    const names = await whole();
    const texts = await Promise.all(names.map(textsOf));
    assert.deepEqual(texts.flat().sort(), ['a', 'b', 'c']);
    assert.equal(texts.length, 2);
  });

  test('a file that is old enough is finished without a further record', async () => {
    const writer = newWriter({ bytes: 1e6, milliseconds: 5000 });
    await writer.write(batch('a'));
    await clock.advance(4999);
    assert.deepEqual(await whole(), []);
    await clock.advance(1);
    await until(async () => (await whole()).length === 1);
    assert.deepEqual(await textsOf((await whole())[0]!), ['a']);
  });

  test('what fails is told of once and each minute, tried again each second, and its end is told', async () => {
    const blocked = path.join(folder, 'blocked');
    await writeFile(blocked, 'no folder');
    const writer = newWriter(undefined, path.join(blocked, 'r'));
    const errors = () => logger.messages('error');
    const code = await writer.write(batch('a', 'b'));
    assert.ok(code === 'FAILED_PRECONDITION' || code === 'UNKNOWN', code);
    assert.equal(await writer.write(batch('c')), code);
    assert.equal(errors().length, 1);
    assert.match(errors()[0]!, /^Requests cannot be logged to .*: they are served, and their/);
    await clock.advance(60_000);
    await writer.write(batch('d'));
    assert.equal(errors().length, 2);
    assert.match(errors()[1]!, /still cannot be logged to .*: 4 records are lost$/);
    await rm(blocked);
    assert.equal(
      await writer.write(batch('e')),
      code,
      'within a second of a failure nothing is tried',
    );
    await clock.advance(1000);
    assert.equal(await writer.write(batch('f')), 'OK');
    assert.match(logger.messages('info')[0]!, /are logged to .* again: 5 records were lost$/);
    await writer.finish();
  });

  test('a folder that was removed is made again for what comes', async () => {
    const own = path.join(folder, 'own');
    const writer = newWriter(undefined, path.join(own, 'r'));
    await writer.write(batch('a'));
    await rm(own, { recursive: true });
    await clock.advance(1000);
    assert.equal(await writer.write(batch('b')), 'OK');
    await writer.finish();
    const [name] = await readdir(own);
    assert.deepEqual(await textsOf(path.join('own', name!)), ['b']);
  });

  test('an end that fails is told of, and the writer goes on', async () => {
    const own = path.join(folder, 'own');
    const writer = newWriter(undefined, path.join(own, 'r'));
    await writer.write(batch('a'));
    await rm(own, { recursive: true });
    await writer.finish();
    assert.match(logger.messages('error')[0]!, /^Requests cannot be logged/);
    await clock.advance(1000);
    assert.equal(await writer.write(batch('b')), 'OK');
    await writer.finish();
    assert.equal((await readdir(own)).length, 1);
  });
});

describe('LogFile', () => {
  test('never replaces a file of its name', async () => {
    const name = path.join(folder, 'taken');
    await mkdir(folder, { recursive: true });
    const file = await LogFile.open(name);
    await file.append(Buffer.from('mine'));
    await writeFile(name, 'theirs');
    await assert.rejects(file.finish(), /taken; /);
    assert.equal(await readFile(name, 'utf8'), 'theirs');
  });

  test('two writers of one name do not meet in one file', async () => {
    const name = path.join(folder, 'one');
    const file = await LogFile.open(name);
    await assert.rejects(LogFile.open(name), /one; /);
    await file.finish();
    assert.deepEqual(await readdir(folder), []);
  });
});
