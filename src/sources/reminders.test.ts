import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { Reminders } from './reminders.ts';

describe('Reminders', () => {
  let clock: FakeClock;
  let logger: MemoryLogger;
  let reminders: Reminders;

  beforeEach(() => {
    clock = new FakeClock();
    logger = new MemoryLogger();
    reminders = new Reminders(clock, logger);
  });

  test('a subject is spoken of at once, and then every 30 s for as long as it lasts', async () => {
    for (let second = 0; second <= 60; second++) {
      reminders.say('disk', `full at ${second}`);
      await clock.advance(1000);
    }
    assert.deepEqual(logger.messages('warn'), ['full at 0', 'full at 30', 'full at 60']);
  });

  test('subjects do not hush each other', () => {
    reminders.say('disk', 'full');
    reminders.say('door', 'open');
    reminders.say('door', 'still open');
    assert.deepEqual(logger.messages('warn'), ['full', 'open']);
  });

  test('a subject that was over is spoken of at once when it comes back', () => {
    reminders.say('disk', 'full');
    reminders.say('door', 'open');
    reminders.keepOnly(new Set(['door', 'roof']));
    reminders.say('disk', 'full again');
    reminders.say('door', 'still open');
    assert.deepEqual(logger.messages('warn'), ['full', 'open', 'full again']);
  });
});
