import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterRows } from './counter-rows.ts';

test('rows count for themselves, and the total is that of all rows', () => {
  const counts = CounterRows.create(3, 20);
  const other = new CounterRows(counts.buffer, 20);
  counts.add(0, 19);
  other.add(2, 19, 2 ** 40);
  other.add(2, 0);
  assert.deepEqual([counts.get(0, 19), counts.get(1, 19), counts.get(2, 19)], [1, 0, 2 ** 40]);
  assert.equal(counts.total(19), 2 ** 40 + 1);
  assert.deepEqual([counts.total(0), counts.total(1)], [1, 0]);
});
