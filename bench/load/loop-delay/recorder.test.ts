import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DelayRecorder } from './recorder.ts';

test('a loop that ticks in time has no delay', () => {
  const recorder = new DelayRecorder();
  for (let now = 0; now <= 100; now++) recorder.tick(now);
  assert.deepEqual(recorder.take(), { moments: 100, p50: 0, p99: 0, longest: 0 });
});

test('a long gap counts as all the moments within it', () => {
  const recorder = new DelayRecorder();
  for (let now = 0; now <= 100; now++) recorder.tick(now);
  recorder.tick(200);
  const { moments, p50, p99, longest } = recorder.take();
  assert.equal(moments, 200);
  assert.equal(longest, 99);
  assert.equal(p50, 0);
  assert.ok(p99 > 95 && p99 < 99, `${p99}`);
});

test('what was taken is not counted again', () => {
  const recorder = new DelayRecorder();
  recorder.tick(0);
  recorder.tick(50);
  recorder.take();
  recorder.tick(51);
  assert.deepEqual(recorder.take(), { moments: 1, p50: 0, p99: 0, longest: 0 });
});
