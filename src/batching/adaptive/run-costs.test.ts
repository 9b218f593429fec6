import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunCosts } from './run-costs.ts';

test('costs are known apart by the runs at once, and those of a new number are taken to be the first', () => {
  const costs = new RunCosts();
  const two = costs.with(2);
  two.curve.record(8, 40);
  const one = costs.with(1);
  assert.equal(one.curve.timeOf(8), 40);
  one.curve.record(8, 20);
  assert.equal(one.curve.timeOf(8), 20);
  assert.equal(two.curve.timeOf(8), 40);
  assert.equal(costs.with(1), one);
  assert.equal(costs.with(2), two);
});
