import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pace, type Steps } from './paced.ts';
import { runToEnd } from './testing/run-to-end.ts';

/** Counts to `count`, using up the time of several slices where told so. */
function* counting(count: number, stepMs: number): Steps<number> {
  for (let i = 0; i < count; i++) {
    const end = performance.now() + stepMs;
    while (performance.now() < end);
    yield;
  }
  return count;
}

test('short work is done at once', () => {
  assert.equal(pace(counting(3, 0), null), 3);
});

test('long work lets the event loop go on', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const result = pace(counting(20, 0.5), null);
  assert.ok(result instanceof Promise);
  assert.equal(await result, 20);
  clearInterval(timer);
  assert.ok(turns > 0);
});

test('an abort ends the work at the next pause', async () => {
  const abort = new AbortController();
  const result = pace(counting(1000, 0.5), abort.signal);
  assert.ok(result instanceof Promise);
  abort.abort();
  await assert.rejects(result, { code: 1 });
});

test('what a step throws is thrown, or rejects', async () => {
  function* failing(after: number): Steps<never> {
    yield* counting(after, 0.5);
    throw new RangeError('no');
  }
  assert.throws(() => pace(failing(0), null), RangeError);
  await assert.rejects(async () => pace(failing(10), null), RangeError);
  assert.throws(() => runToEnd(failing(2)), RangeError);
});
