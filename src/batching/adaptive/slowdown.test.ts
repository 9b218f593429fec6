import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Slowdown } from './slowdown.ts';

describe('a slowdown', () => {
  test('comes to be how many times as long as expected runs take, and forgets how it was', () => {
    const slowdown = new Slowdown();
    assert.equal(slowdown.factor, 1);
    for (let i = 1; i <= 40; i++) slowdown.ran(15 * i, 10 * i);
    assert.ok(Math.abs(slowdown.factor - 1.5) < 0.01, String(slowdown.factor));
    for (let i = 0; i < 40; i++) slowdown.ran(9, 10);
    assert.ok(Math.abs(slowdown.factor - 0.9) < 0.01, String(slowdown.factor));
  });

  test('learns little from one run that stood still, and nothing from one of which nothing was known', () => {
    const slowdown = new Slowdown();
    slowdown.ran(500, 0);
    assert.equal(slowdown.factor, 1);
    slowdown.ran(60_000, 10);
    assert.equal(slowdown.factor, 1.125);
    for (let i = 0; i < 100; i++) slowdown.ran(0, 10);
    assert.ok(slowdown.factor >= 0.5, String(slowdown.factor));
  });
});
