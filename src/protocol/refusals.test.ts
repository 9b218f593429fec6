import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusals } from './refusals.ts';

test('each thread counts in its own row, and each sees what all have counted', () => {
  const buffer = Refusals.share(3);
  const [control, first, second] = [0, 1, 2].map((row) => new Refusals(buffer, row));
  first!.count('too_large');
  second!.count('too_large');
  second!.count('malformed');
  for (const { counts } of [control!, first!]) {
    assert.deepEqual([counts.too_large, counts.malformed, counts.unsupported], [2, 1, 0]);
  }
  assert.equal(new Refusals().counts.too_large, 0);
});
