import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteBudget, BytePool, ByteShare } from './index.ts';

/** The budgets of several threads with one limit. */
function budgets(limit: number, threads: number) {
  const pool = BytePool.create(limit, threads);
  const all = Array.from(
    { length: threads },
    (_, row) => new ByteBudget(limit, { pool: new BytePool(pool.buffer), row, threads }),
  );
  return { pool, all };
}

test('threads take no more than the limit together, and can take all of it again', () => {
  const { pool, all } = budgets(100, 2);
  const [first, second] = all as [ByteBudget, ByteBudget];
  for (let round = 0; round < 3; round++) {
    assert.ok(first.tryTake(60));
    assert.ok(!second.tryTake(41));
    assert.ok(second.tryTake(40));
    assert.ok(!first.tryTake(1));
    first.give(60);
    assert.ok(second.tryTake(60));
    second.give(100);
    assert.deepEqual([first.used, second.used, pool.left], [0, 0, 100]);
  }
});

test('small requests change nothing that is shared, and spares stay small', () => {
  const { pool, all } = budgets(1 << 30, 4);
  const [budget] = all as [ByteBudget];
  budget.tryTake(1000);
  const left = pool.left;
  for (let i = 0; i < 100; i++) {
    budget.tryTake(5000);
    budget.give(5000);
  }
  assert.equal(pool.left, left);
  budget.tryTake(1 << 28);
  budget.give(1 << 28);
  budget.give(1000);
  assert.ok((1 << 30) - pool.left <= 2 << 20, `${pool.left} left`);
});

test('the whole limit can be used whatever spares others keep, but for a 64th', () => {
  const { all } = budgets(6400, 4);
  for (const budget of all) {
    budget.tryTake(10);
    budget.give(10);
  }
  assert.ok(all[0]!.tryTake(6300));
  assert.ok(!all[1]!.tryTake(101));
});

test('what is there already is held beyond the limit, and keeps other threads out', () => {
  const { pool, all } = budgets(100, 2);
  const [first, second] = all as [ByteBudget, ByteBudget];
  const reply = new ByteShare(first);
  reply.hold(150);
  assert.ok(!second.tryTake(1));
  reply.close();
  assert.ok(second.tryTake(100));
  second.give(100);
  assert.equal(pool.left, 100);
});

test('what a thread that has ended held is given back', () => {
  const { pool, all } = budgets(1000, 2);
  all[0]!.tryTake(900);
  all[1]!.tryTake(50);
  pool.clearRow(0);
  assert.ok(all[1]!.tryTake(900));
});
