import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/util/index.ts';
import { estimate } from './bootstrap.ts';
import { median, quantile } from './quantile.ts';

test('a quantile is interpolated between neighbours, and leaves the order of the values', () => {
  const values = [4, 1, 3, 2];
  assert.equal(median(values), 2.5);
  assert.equal(median([5]), 5);
  assert.equal(quantile(values, 0), 1);
  assert.equal(quantile(values, 1), 4);
  assert.equal(quantile([0, 10], 0.99), 9.9);
  assert.equal(quantile([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5), Infinity);
  assert.deepEqual(values, [4, 1, 3, 2]);
});

test('of nothing there is no quantile', () => {
  assert.ok(Number.isNaN(median([])));
  const { median: middle, low, high, count } = estimate([[], []]);
  assert.ok([middle, low, high].every(Number.isNaN));
  assert.equal(count, 0);
});

test('the same seed gives the same numbers, spread over the interval', () => {
  const [one, other] = [seededRandom(7), seededRandom(7)];
  const drawn = Array.from({ length: 10_000 }, () => one());
  assert.deepEqual(
    drawn,
    drawn.map(() => other()),
  );
  assert.ok(drawn.every((value) => value >= 0 && value < 1));
  const mean = drawn.reduce((sum, value) => sum + value) / drawn.length;
  assert.ok(Math.abs(mean - 0.5) < 0.02, `mean ${mean}`);
});

test('an estimate holds the true median about as often as it says', () => {
  const random = seededRandom(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let held = 0;
  for (let i = 0; i < 100; i++) {
    const groups = Array.from({ length: 6 }, () => {
      const shift = normal();
      return Array.from({ length: 5 }, () => 10 + shift + normal());
    });
    const { low, high } = estimate(groups, 200);
    if (low <= 10 && high >= 10) held++;
  }
  assert.ok(held >= 85, `${held} of 100`);
});

test('a spread between restarts widens the interval', () => {
  const width = (groups: readonly (readonly number[])[]) => {
    const { low, high } = estimate(groups);
    return high - low;
  };
  const apart = [1, 2, 3, 4].map((base) => [base, base + 0.01, base + 0.02]);
  const mixed = apart[0]!.map((_, i) => apart.map((group) => group[i]!));
  assert.ok(width(apart) > width([apart.flat()]) * 1.2);
  assert.ok(width(mixed) < width(apart));
});
