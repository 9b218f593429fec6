import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeat } from './index.ts';
import { FakeClock } from './testing/fake-clock.ts';

test('works after each pause, which begins when the work has ended', async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const begins: number[] = [];
  const ended = repeat(clock, 10, controller.signal, async () => {
    begins.push(clock.now());
    await clock.sleep(5);
  });
  await clock.advance(9);
  assert.deepEqual(begins, []);
  await clock.advance(31);
  assert.deepEqual(begins, [10, 25, 40]);
  controller.abort();
  await clock.advance(100);
  await ended;
  assert.deepEqual(begins, [10, 25, 40]);
});

test('ends at once in a pause, and where the signal was aborted before', async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const never = () => assert.fail('worked');
  const ended = repeat(clock, 10, controller.signal, never);
  controller.abort();
  await ended;
  await repeat(clock, 10, controller.signal, never);
  assert.equal(clock.sleeping, 0);
});

test('ends with what the work fails with', async () => {
  const clock = new FakeClock();
  const failure = new Error('no');
  const ended = repeat(clock, 10, new AbortController().signal, () => Promise.reject(failure));
  const rejected = assert.rejects(ended, failure);
  await clock.advance(10);
  await rejected;
});
