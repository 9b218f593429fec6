import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchSizer, type Demand } from './batch-sizer.ts';
import { CostCurve } from './cost-curve.ts';

const saturated: Demand = {
  ...{ isSaturated: true, mayTry: true, mostMs: Number.POSITIVE_INFINITY, mostRows: 1000 },
};
const atEase: Demand = { ...saturated, isSaturated: false, mayTry: false };

/** A model that is run in the batches that the sizer asks for. @returns their sizes and their time */
function run(batches: number, cost: (rows: number) => number, demand = saturated, waiting = 500) {
  const curve = new CostCurve();
  const sizer = new BatchSizer(curve);
  for (const rows of [1, 1, 2, 2, 4, 4]) curve.record(rows, cost(rows));
  const sizes: number[] = [];
  for (let i = 0; i < batches; i++) {
    const rows = sizer.next(waiting, demand);
    sizes.push(rows);
    curve.record(rows, cost(rows));
    sizer.ran(cost(rows));
  }
  return { sizer, sizes };
}

const worseFrom16 = (rows: number) => 4 + 0.2 * rows + 3 * Math.max(0, rows - 16);

describe('the size of a batch', () => {
  test('is what waits, as long as nothing is known', () => {
    const sizer = new BatchSizer(new CostCurve());
    assert.equal(sizer.next(20, saturated), 20);
    assert.equal(sizer.next(20, { ...saturated, mostRows: 5 }), 5);
  });

  test('grows as long as larger batches yield more', () => {
    const { sizer } = run(100, (rows) => 5 + 0.05 * rows);
    assert.ok(sizer.limit(saturated) >= 400, String(sizer.limit(saturated)));
  });

  test('grows no later because the first run of each size is slow', () => {
    const seen = new Set<number>();
    const preparing = (rows: number) => {
      const isFirst = !seen.has(rows);
      seen.add(rows);
      return (isFirst ? 40 : 1) * (5 + 0.05 * rows);
    };
    const { sizer } = run(30, preparing);
    assert.ok(sizer.limit(saturated) >= 400, String(sizer.limit(saturated)));
  });

  test('stays where a batch yields most, and trials of others cost little', () => {
    const { sizes } = run(1000, worseFrom16);
    const late = sizes.slice(100);
    const time = late.reduce((sum, rows) => sum + worseFrom16(rows), 0);
    const rows = late.reduce((sum, one) => sum + one, 0);
    const best = 16 / worseFrom16(16);
    assert.ok(rows / time >= 0.98 * best, `${rows / time} of ${best}`);
    assert.ok(
      late.some((one) => one < 16),
      'smaller ones are tried',
    );
  });

  test('is found again where a size next to it was taken for a bad one', () => {
    const curve = new CostCurve();
    const sizer = new BatchSizer(curve);
    for (const rows of [5, 10, 18, 20]) curve.record(rows, worseFrom16(rows));
    assert.equal(sizer.limit(saturated), 10);
    for (let i = 0; i < 2000; i++) {
      const rows = sizer.next(500, saturated);
      curve.record(rows, worseFrom16(rows));
      sizer.ran(worseFrom16(rows));
    }
    const limit = sizer.limit(saturated);
    assert.ok(limit >= 14 && limit <= 16, String(limit));
  });

  test('is smaller where there is not always enough to do, and nothing known is tried again', () => {
    const { sizer, sizes } = run(200, (rows) => 2 + 0.5 * rows, atEase);
    assert.ok(sizer.limit(atEase) < sizer.limit(saturated));
    assert.equal(new Set(sizes.slice(50)).size, 1);
  });

  test('keeps to the time that a batch may take, and to its rows', () => {
    const hurried = { ...saturated, mostMs: 12 };
    const { sizes } = run(200, (size) => 2 + 0.5 * size, hurried);
    const tried = sizes.filter((rows) => rows > 20);
    assert.ok(tried.length <= 10, `${tried} of 200`);
    for (const rows of tried) assert.ok(2 + 0.5 * rows <= 1.5 * 12, String(rows));
    const small = { ...saturated, mostRows: 7 };
    for (const rows of run(200, (size) => 2 + 0.5 * size, small).sizes) assert.ok(rows <= 7);
  });

  test('is tried anew where just one batch waits, by waiting for more', () => {
    const curve = new CostCurve();
    const sizer = new BatchSizer(curve);
    // When it was first run, the larger size happened to be slow.
    for (const rows of [1, 1, 32, 32, 64, 64]) curve.record(rows, rows === 64 ? 30 : 5 + rows / 10);
    assert.equal(sizer.limit(saturated), 32);
    const costOf = (rows: number) => 5 + rows / 10;
    for (let i = 0; i < 2000 && sizer.limit(saturated) < 64; i++) {
      const rows = sizer.next(Math.min(64, sizer.enough(saturated)), saturated);
      curve.record(rows, costOf(rows));
      sizer.ran(costOf(rows));
    }
    assert.ok(sizer.limit(saturated) >= 64, String(sizer.limit(saturated)));
  });

  test('is enough to begin with where larger ones are no use', () => {
    const { sizer } = run(300, worseFrom16);
    assert.ok(sizer.enough(saturated) <= 17, String(sizer.enough(saturated)));
  });

  test('is what is best with another number of runs at once, as long as it is not known itself', () => {
    const other = new CostCurve();
    for (const rows of [1, 1, 24, 24]) other.record(rows, 5 + 0.05 * rows);
    const curve = new CostCurve();
    const sizer = new BatchSizer(curve, () => other);
    for (let i = 0; i < 3; i++) curve.record(1, 5);
    assert.equal(sizer.limit(saturated), 24);
    assert.equal(sizer.limit({ ...saturated, mostMs: 1 }), 1);
    for (let i = 0; i < 3; i++) curve.record(24, 500);
    assert.equal(sizer.limit(saturated), 1);
  });

  test('is not the smallest only because the next one does not pay', () => {
    const curve = new CostCurve();
    const sizer = new BatchSizer(curve);
    for (const rows of [1, 1, 2, 2]) curve.record(rows, rows === 1 ? 3 : 9);
    assert.equal(sizer.next(60, atEase), 4);
    for (let i = 0; i < 3; i++) curve.record(4, 5);
    assert.equal(sizer.limit(atEase), 4);
  });

  test('is one at ease where the first of several would wait for the others in vain', () => {
    const curve = new CostCurve();
    const sizer = new BatchSizer(curve);
    // Two take as long as one after the other, many hardly longer.
    for (const [rows, milliseconds] of [
      [1, 3],
      [2, 6],
      [16, 9],
    ] as const) {
      for (let i = 0; i < 2; i++) curve.record(rows, milliseconds);
    }
    assert.equal(sizer.next(2, atEase), 1);
    assert.equal(sizer.next(2, saturated), 2);
    assert.equal(sizer.next(16, atEase), 16);
  });

  test('is tried though it would take too long if each row took as long as the first', () => {
    const curve = new CostCurve();
    const sizer = new BatchSizer(curve);
    for (let i = 0; i < 2; i++) curve.record(1, 30);
    assert.equal(sizer.next(20, { ...saturated, mostMs: 50 }), 2);
    assert.equal(sizer.next(20, { ...saturated, mostMs: 25 }), 1);
  });

  test('has smaller ones that yield about as much where rows cost something each', () => {
    const smallerThan16 = (costOf: (rows: number) => number) => {
      const curve = new CostCurve();
      for (const rows of [1, 4, 8, 16]) curve.record(rows, costOf(rows));
      const sizer = new BatchSizer(curve);
      const sizes = [];
      for (let rows = sizer.fewer(16, 16); rows > 0; rows = sizer.fewer(rows, 16)) sizes.push(rows);
      return sizes;
    };
    assert.deepEqual(
      smallerThan16((rows) => 10 * rows),
      [11, 7, 4, 2, 1],
    );
    assert.deepEqual(
      smallerThan16((rows) => 16 + 4 * rows),
      [11, 7],
    );
    assert.deepEqual(
      smallerThan16((rows) => 50 + rows / 10),
      [],
    );
  });
});
