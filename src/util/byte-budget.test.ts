import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteBudget, ByteShare } from './index.ts';

test('shares take no more than the budget together, and give all back when closed', () => {
  const budget = new ByteBudget(100);
  const first = new ByteShare(budget);
  const second = new ByteShare(budget);
  assert.ok(first.tryTake(60));
  assert.ok(!second.tryTake(41));
  assert.ok(second.tryTake(40));
  assert.equal(budget.used, 100);
  first.give(10);
  assert.equal(budget.used, 90);
  first.close();
  first.close();
  assert.equal(budget.used, 40);
});

test('a closed share takes and gives nothing', () => {
  const budget = new ByteBudget(100);
  const share = new ByteShare(budget);
  share.tryTake(50);
  share.close();
  assert.ok(!share.tryTake(1));
  share.give(20);
  assert.equal(budget.used, 0);
});

test('what is there already is held beyond the limit, and keeps others out until it goes', () => {
  const budget = new ByteBudget(100);
  const reply = new ByteShare(budget);
  reply.hold(150);
  assert.equal(budget.used, 150);
  const next = new ByteShare(budget);
  assert.ok(!next.tryTake(1));
  reply.close();
  reply.hold(10);
  assert.equal(budget.used, 0);
  assert.ok(next.tryTake(100));
});
