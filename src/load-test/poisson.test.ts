import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../util/index.ts';
import { poissonGaps } from './poisson.ts';

test('gaps between arrivals have the mean and the spread of a Poisson process', () => {
  const gap = poissonGaps(250, seededRandom(3));
  const gaps = Array.from({ length: 20_000 }, gap);
  const mean = gaps.reduce((sum, value) => sum + value) / gaps.length;
  const variance = gaps.reduce((sum, value) => sum + (value - mean) ** 2, 0) / gaps.length;
  assert.ok(Math.abs(mean - 4) < 0.1, `mean ${mean}`);
  // The deviation of an exponential distribution is its mean.
  assert.ok(Math.abs(Math.sqrt(variance) - 4) < 0.15, `deviation ${Math.sqrt(variance)}`);
  assert.ok(gaps.every((value) => value >= 0 && Number.isFinite(value)));
});
