import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FloodGuard } from './flood-guard.ts';

test('allows a burst, then so many a second', () => {
  const guard = new FloodGuard(5, 10, 0);
  const allowed = (count: number, now: number): number =>
    Array.from({ length: count }, () => guard.allows(now)).filter(Boolean).length;
  assert.equal(allowed(8, 0), 5);
  assert.equal(allowed(8, 99), 0);
  assert.equal(allowed(8, 200), 2);
  // No more than a burst, however long it was quiet.
  assert.equal(allowed(8, 60_000), 5);
});
