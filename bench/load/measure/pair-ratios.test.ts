import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairRatios, ratioEstimate } from './pair-ratios.ts';

const sample = (label: string, round: number, pair: number, cpu: number) => ({
  label,
  round,
  pair,
  cpu,
});

const samples = [
  sample('a', 0, 0, 4),
  sample('b', 0, 0, 2),
  sample('b', 0, 1, 1),
  sample('a', 0, 1, 3),
  sample('a', 1, 0, 8),
  sample('b', 1, 0, 2),
  sample('a', 1, 1, 8),
];

test('ratios are taken within a pair, whichever came first, and grouped by round', () => {
  assert.deepEqual(
    pairRatios(samples, 'a', 'b', ({ cpu }) => cpu),
    [[2, 3], [4]],
  );
});

test('a contestant that did not take part gives no ratios', () => {
  assert.deepEqual(
    pairRatios(samples, 'a', 'c', ({ cpu }) => cpu),
    [],
  );
});

test('the estimate is the median of the ratios', () => {
  const { median, low, high, count } = ratioEstimate(samples, 'a', 'b', ({ cpu }) => cpu);
  assert.equal(median, 3);
  assert.equal(count, 3);
  assert.ok(low >= 2 && high <= 4);
});
