import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crowding } from './crowding.ts';

test('places are taken to be always lacking until many requests have found one', () => {
  const crowding = new Crowding();
  assert.equal(crowding.isSeldom, false);
  let count = 0;
  for (; !crowding.isSeldom; count++) crowding.came(false);
  assert.ok(count > 20 && count < 100, `${count}`);
  for (let i = 0; i < 200; i++) crowding.came(i % 10 === 0);
  assert.ok(crowding.isSeldom);
  for (let i = 0; i < 200; i++) crowding.came(i % 2 === 0);
  assert.equal(crowding.isSeldom, false);
});
