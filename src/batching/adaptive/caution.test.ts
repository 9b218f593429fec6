import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomFrom } from '../../util/testing/random.ts';
import { Caution } from './caution.ts';

describe('caution', () => {
  test('grows with each request that is late, to a bound, and is forgotten by those in time', () => {
    const caution = new Caution();
    const first = caution.factor;
    caution.late();
    assert.ok(caution.factor > first);
    for (let i = 0; i < 1000; i++) caution.late();
    assert.equal(caution.factor, 4);
    for (let i = 0; i < 100_000; i++) caution.timely();
    assert.equal(caution.factor, first);
  });

  test('lets about one of 500 requests be late, however wrong estimates are', () => {
    for (const spread of [0.5, 2]) {
      const caution = new Caution();
      const random = randomFrom(11);
      let late = 0;
      for (let i = 0; i < 50_000; i++) {
        // What it took, as a part of what was expected.
        const isLate = 1 + spread * random() ** 2 > caution.factor;
        if (isLate) caution.late();
        else caution.timely();
        if (i >= 10_000 && isLate) late++;
      }
      assert.ok(late > 40 && late < 160, `${late} of 40000 with a spread of ${spread}`);
    }
  });
});
