import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../util/testing/fake-clock.ts';
import { within } from './grace.ts';

test('work that ends in time leaves no timer behind', async () => {
  const clock = new FakeClock();
  assert.equal(await within(1000, clock, Promise.resolve()), true);
  await clock.advance(0);
  assert.equal(clock.sleeping, 0);
});

test('work that does not end is left alone after the grace', async () => {
  const clock = new FakeClock();
  const waiting = within(1000, clock, new Promise(() => {}));
  await clock.advance(1000);
  assert.equal(await waiting, false);
});
