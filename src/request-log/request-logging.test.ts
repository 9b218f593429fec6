import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { LogField } from '../inference/index.ts';
import { LoggingConfigSchema } from '../proto/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { RequestLogging } from './request-logging.ts';
import { ThreadRequestLog } from './thread-request-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'serval-request-logging-'));
});
afterEach(() => rm(folder, { recursive: true }));

function setUp(maxQueuedBytes = 1e6) {
  const logger = new MemoryLogger();
  const logging = new RequestLogging({
    place: { dc: '', taskIndex: -1, tags: [] },
    files: { bytes: 1e6, milliseconds: 1e6 },
    maxQueuedBytes,
    logger,
  });
  const thread = new ThreadRequestLog((delivery) => logging.take(delivery));
  logging.open((instructions) => thread.follow(instructions));
  const follow = (prefix: string, ...names: readonly string[]) =>
    logging.apply(
      logging.plan(
        names.map((name) => ({
          name,
          loggingConfig: create(LoggingConfigSchema, {
            logCollectorConfig: { type: 'tfrecord', filenamePrefix: prefix },
            samplingConfig: { samplingRate: 1 },
          }),
        })),
      ),
    );
  const log = (name: string, times = 1) => {
    for (let i = 0; i < times; i++) {
      thread.sample(name)?.add(LogField.PREDICT, Buffer.alloc(0), Buffer.alloc(0));
    }
    thread.flush();
  };
  return { logger, logging, thread, follow, log };
}

describe('RequestLogging', () => {
  test('starts nothing, and ends at once, where nothing is logged', async () => {
    const { logging, thread, log } = setUp();
    logging.apply(logging.plan([{ name: 'm', loggingConfig: null }]));
    assert.equal(thread.isActive, false);
    log('m');
    await logging.close();
    assert.deepEqual(logging.counts, []);
  });

  test('writes and counts what is delivered before the end, by model', async () => {
    const { logging, follow, log } = setUp();
    follow(path.join(folder, 'r'), 'a', 'b');
    log('a', 2);
    log('b');
    await logging.close();
    assert.deepEqual(logging.counts, [
      ['a', 'OK', 2],
      ['b', 'OK', 1],
    ]);
    assert.deepEqual(logging.waiting, { bytes: 0, records: 0 });
    assert.equal((await readdir(folder)).length, 1);
  });

  test('counts what was dropped, and what could not be written', async () => {
    const blocked = path.join(folder, 'blocked');
    await writeFile(blocked, '');
    const { logging, follow, log, logger } = setUp(40);
    follow(path.join(blocked, 'r'), 'm');
    log('m', 10);
    await logging.close();
    const [dropped, lost] = logging.counts;
    assert.equal(dropped?.[1], 'RESOURCE_EXHAUSTED');
    assert.notEqual(lost?.[1], 'OK');
    assert.equal(dropped[2] + lost![2], 10);
    assert.equal(logger.messages('error').length, 1);
    assert.deepEqual(logging.waiting, { bytes: 0, records: 0 });
  });

  test('the same plan again changes nothing, and what is taken away finishes its file', async () => {
    const { logging, follow, log, thread } = setUp();
    follow(path.join(folder, 'r'), 'm');
    log('m');
    follow(path.join(folder, 'r'), 'm');
    log('m');
    follow(path.join(folder, 'r'));
    assert.equal(thread.isActive, false);
    follow(path.join(folder, 'r'), 'm');
    log('m');
    await logging.close();
    assert.deepEqual(logging.counts, [['m', 'OK', 3]]);
    assert.equal((await readdir(folder)).length, 2);
  });
});
