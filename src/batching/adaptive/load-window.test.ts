import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EndedRun, LoadWindow } from './load-window.ts';

const run: EndedRun = { rows: 10, tasks: 1, isUsual: true, isLong: true };

/** Runs of 10 ms, one after the other, with pauses before some of them. @returns the window and its end */
function windowOf(runs: number, pauses: Readonly<Record<number, number>>, ended = run) {
  const window = new LoadWindow(0);
  let now = 0;
  for (let i = 0; i < runs; i++) {
    window.idle(now, true);
    now += pauses[i] ?? 0;
    window.idle(now, false);
    now += 10;
    window.ended(now, ended);
  }
  return { window, now };
}

describe('a window of load', () => {
  test('is whole after enough runs and enough time, when as many have ended of each that run at once', () => {
    assert.equal(windowOf(7, {}).window.isWhole(70, 1), false);
    assert.equal(windowOf(8, {}).window.isWhole(49, 1), false);
    assert.equal(windowOf(8, {}).window.isWhole(80, 1), true);
    assert.equal(windowOf(9, {}).window.isWhole(90, 2), false);
    assert.equal(windowOf(10, {}).window.isWhole(100, 2), true);
  });

  test('has always enough to do where pauses are short', () => {
    const { window, now } = windowOf(10, { 1: 5, 3: 5, 5: 5, 7: 5 });
    assert.equal(window.isSaturated(now, false), true);
  });

  test('has not where there are several long pauses, and one alone counts for nothing', () => {
    const one = windowOf(10, { 3: 1000 });
    assert.equal(one.window.isSaturated(one.now, false), true);
    assert.equal(one.window.rate(one.now), 1);
    const two = windowOf(10, { 3: 1000, 7: 1000 });
    assert.equal(two.window.isSaturated(two.now, false), false);
  });

  test('counts a pause that goes on when a run ends', () => {
    const { window } = windowOf(8, {});
    window.idle(80, true);
    window.ended(180, run);
    window.ended(280, run);
    assert.equal(window.isSaturated(280, false), false);
  });

  test('may have longer pauses where many come again together', () => {
    const pauses = { 1: 15, 2: 15, 4: 15, 6: 15 };
    const alone = windowOf(10, pauses);
    assert.equal(alone.window.isSaturated(alone.now, false), false);
    assert.equal(alone.window.isSaturated(alone.now, true), true);
    const together = windowOf(10, pauses, { ...run, tasks: 4 });
    assert.equal(together.window.isSaturated(together.now, false), true);
  });

  test('forgets all when it begins anew', () => {
    const { window, now } = windowOf(10, { 3: 1000, 7: 1000 });
    window.restart(now);
    assert.equal(window.runs, 0);
    window.ended(now + 10, { ...run, rows: 5 });
    assert.equal(window.rate(now + 10), 0.5);
    assert.equal(window.isSaturated(now + 10, false), true);
  });
});
