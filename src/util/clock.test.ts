import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './clock.ts';
import { FakeClock } from './testing/fake-clock.ts';

test('the system clock sleeps at least as long as asked', async () => {
  const before = systemClock.now();
  await systemClock.sleep(5);
  assert.ok(systemClock.now() - before >= 4);
});

test('sleep returns at once for nothing to wait', async () => {
  await systemClock.sleep(0);
  await systemClock.sleep(-1);
});

test('an aborted sleep rejects with the reason of the signal', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const sleep = systemClock.sleep(60_000, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleep, (error) => error === reason);
  await assert.rejects(systemClock.sleep(1, controller.signal), (error) => error === reason);
});

test('the fake clock wakes sleepers in the order of their time', async () => {
  const clock = new FakeClock();
  const woken: string[] = [];
  const late = clock.sleep(20).then(() => woken.push(`late at ${clock.now()}`));
  const early = clock.sleep(10).then(() => woken.push(`early at ${clock.now()}`));
  await clock.advance(9);
  assert.deepEqual(woken, []);
  assert.equal(clock.sleeping, 2);
  await clock.advance(100);
  await Promise.all([early, late]);
  assert.deepEqual(woken, ['early at 10', 'late at 20']);
  assert.equal(clock.now(), 109);
});

test('an aborted sleep of the fake clock rejects and is forgotten', async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const sleep = clock.sleep(10, controller.signal);
  controller.abort(new Error('enough'));
  await assert.rejects(sleep, /enough/);
  assert.equal(clock.sleeping, 0);
});
