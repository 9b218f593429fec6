import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Slowdown } from './slowdown.ts';

describe('a slowdown', () => {
  test('is how many times as long runs take together as is expected of each, once some were seen', () => {
    const slowdown = new Slowdown();
    slowdown.idle(0, false);
    const factors = [];
    for (let i = 0; i < 6; i++) {
      slowdown.ended(15 * (i + 1), 15 * i, 10);
      factors.push(slowdown.factor);
    }
    assert.deepEqual(factors, [1, 1, 1, 1.5, 1.5, 1.5]);
  });

  test('counts what goes on between runs, and runs at once together', () => {
    const slowdown = new Slowdown();
    slowdown.idle(0, false);
    // Each run of two takes 20 ms, and 4 more pass before the next ones begin.
    for (let i = 0; i < 40; i++) {
      for (let at = 0; at < 2; at++) slowdown.ended(24 * i + 20, 24 * i, 20 / 2);
    }
    assert.ok(Math.abs(slowdown.factor - 1.2) < 0.1, String(slowdown.factor));
  });

  test('forgets how it was', () => {
    const slowdown = new Slowdown();
    slowdown.idle(0, false);
    let now = 0;
    const run = (milliseconds: number) => slowdown.ended((now += milliseconds), now, 10);
    for (let i = 0; i < 50; i++) run(30);
    for (let i = 0; i < 50; i++) run(11);
    assert.ok(slowdown.factor < 1.15, String(slowdown.factor));
  });

  test('does not count pauses, and of runs that began in one only what came after it', () => {
    const slowdown = new Slowdown();
    for (let i = 0; i < 8; i++) {
      const at = 1000 * i;
      slowdown.idle(at, true);
      // Half of it with nothing else to do.
      slowdown.idle(at + 10, false);
      slowdown.ended(at + 20, at, 20);
      slowdown.idle(at + 20, true);
      slowdown.ended(at + 500, at + 400, 20);
    }
    assert.equal(slowdown.factor, 1);
  });

  test('learns nothing from runs of which nothing is expected, and has bounds', () => {
    const slowdown = new Slowdown();
    slowdown.idle(0, false);
    for (let i = 0; i < 8; i++) slowdown.ended(i + 1, i, 0);
    assert.equal(slowdown.factor, 1);
    for (let i = 0; i < 100; i++) slowdown.ended(1000 * (i + 1), 1000 * i, 1);
    assert.equal(slowdown.factor, 4);
    for (let i = 0; i < 200; i++) slowdown.ended(100_000 + i / 100, 100_000, 10);
    assert.equal(slowdown.factor, 0.5);
  });
});
