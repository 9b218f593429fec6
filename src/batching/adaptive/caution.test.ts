import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomFrom } from '../../util/testing/random.ts';
import { Caution } from './caution.ts';

describe('caution', () => {
  test('grows with each run that is late, to a bound, and is forgotten by the others', () => {
    const caution = new Caution();
    const first = caution.factor;
    caution.ran(true);
    assert.ok(caution.factor > first);
    for (let i = 0; i < 1000; i++) caution.ran(true);
    assert.equal(caution.factor, 3);
    for (let i = 0; i < 500; i++) caution.ran(false);
    assert.ok(caution.factor < 1.05 * first, String(caution.factor));
  });

  test('lets few runs be late, however wrong estimates are', () => {
    for (const spread of [0.3, 1]) {
      const caution = new Caution();
      const random = randomFrom(11);
      let late = 0;
      for (let i = 0; i < 50_000; i++) {
        // What it took, as a part of what was expected.
        const isLate = 1 + spread * random() ** 2 > caution.factor;
        caution.ran(isLate);
        if (i >= 10_000 && isLate) late++;
      }
      assert.ok(late > 0 && late < 0.05 * 40_000, `${late} of 40000 with a spread of ${spread}`);
    }
  });
});
