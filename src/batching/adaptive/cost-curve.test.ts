import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CostCurve } from './cost-curve.ts';

function curveOf(runs: readonly (readonly [rows: number, milliseconds: number])[]): CostCurve {
  const curve = new CostCurve();
  for (const [rows, milliseconds] of runs) curve.record(rows, milliseconds);
  return curve;
}

describe('what is expected of a run', () => {
  test('is nothing as long as nothing was run', () => {
    const curve = new CostCurve();
    assert.equal(curve.timeOf(8), 0);
    assert.equal(curve.bestSize(Number.POSITIVE_INFINITY, 1), 0);
    assert.equal(curve.knows(8), false);
  });

  test('is known after more runs than are made at once', () => {
    const curve = new CostCurve(null, 2);
    // Both were made at once, and prepared the engine.
    curve.record(4, 100);
    curve.record(4, 90);
    assert.equal(curve.knows(4), false);
    curve.record(4, 10);
    assert.equal(curve.knows(4), true);
    assert.equal(curve.timeOf(4), 10);
  });

  test('is what another one expects, until something was run', () => {
    const prior = curveOf([
      [4, 10],
      [16, 22],
    ]);
    const curve = new CostCurve(prior);
    assert.deepEqual([curve.timeOf(10), curve.bestSize(15, 1), curve.knows(4)], [16, 4, false]);
    curve.record(4, 2);
    assert.deepEqual([curve.timeOf(16), curve.bestSize(15, 1)], [8, 4]);
    assert.equal(prior.timeOf(4), 10);
  });

  test('lies on lines between what is known, and goes on as they do', () => {
    const curve = curveOf([
      [4, 10],
      [16, 22],
    ]);
    assert.deepEqual(
      [1, 4, 10, 16, 32].map((rows) => curve.timeOf(rows)),
      [10, 10, 16, 22, 38],
    );
  });

  test('is in proportion to the only size that is known, and never less than that of a smaller one', () => {
    assert.equal(curveOf([[4, 10]]).timeOf(12), 30);
    const falls = curveOf([
      [1, 10],
      [8, 6],
    ]);
    assert.equal(falls.timeOf(64), 6);
  });

  test('tells how many rows add so many ms at most, up to twice as many as were ever run', () => {
    const linear = [
      [2, 4],
      [10, 12],
    ] as const;
    assert.equal(new CostCurve().rowsWorth(5), 0);
    assert.deepEqual(
      [3, 20, 100].map((milliseconds) => curveOf(linear).rowsWorth(milliseconds)),
      [3, 20, 20],
    );
    assert.equal(curveOf(linear).largest, 10);
    assert.equal(new CostCurve(curveOf(linear)).rowsWorth(3), 3);
    assert.equal(new CostCurve(curveOf(linear)).largest, 10);
    assert.equal(curveOf([[4, 8]]).rowsWorth(6), 3, 'in proportion where one size is known');
    const flat = curveOf([
      [1, 5],
      [8, 5],
    ]);
    assert.equal(flat.rowsWorth(0), 16);
    const slowOnce = [...linear, [40, 400]] as const;
    assert.equal(curveOf(slowOnce).rowsWorth(20), 20);
  });

  test('is that of the fastest of the first runs, before which an engine prepares itself', () => {
    const curve = curveOf([[4, 1000]]);
    assert.equal(curve.knows(4), false);
    curve.record(4, 2);
    assert.equal(curve.knows(4), true);
    assert.equal(curve.timeOf(4), 2);
    curve.record(4, 3);
    assert.equal(curve.timeOf(4), 2);
  });

  test('forgets old runs', () => {
    const curve = curveOf([[4, 10]]);
    for (let i = 0; i < 12; i++) curve.record(4, 20);
    for (let i = 0; i < 12; i++) curve.record(4, 2);
    assert.ok(curve.timeOf(4) < 4, String(curve.timeOf(4)));
  });

  test('comes soon to the largest size of a class, where that yields more', () => {
    const curve = curveOf(new Array<[number, number]>(5).fill([30, 6.5]));
    for (const rows of [32, 31]) curve.record(rows, 6.5);
    assert.equal(curve.bestSize(Number.POSITIVE_INFINITY, 1), 31);
    // One that takes longer, as one does beyond what the machine can hold, draws it less.
    curve.record(36, 20);
    assert.equal(curve.bestSize(Number.POSITIVE_INFINITY, 1), 32);
  });

  test('expects of no size more than of any larger one', () => {
    const curve = curveOf([
      [1, 10],
      [4, 300],
      [16, 20],
      [64, 50],
    ]);
    assert.deepEqual(
      [1, 2, 4, 10, 16, 64].map((rows) => curve.timeOf(rows)),
      [10, 20, 20, 20, 20, 50],
    );
  });

  test('counts a run that stood still as one that was a little slow', () => {
    const curve = curveOf([
      [4, 10],
      [4, 10],
      [4, 10],
    ]);
    curve.record(4, 10_000);
    assert.equal(curve.timeOf(4), 12);
  });
});

describe('the best size', () => {
  const curve = curveOf([
    [1, 5],
    [8, 8],
    [16, 12],
    [32, 23.8],
    [64, 100],
  ]);

  test('is the smallest of those that yield about the most', () => {
    assert.equal(curve.bestSize(Number.POSITIVE_INFINITY, 1), 32);
    assert.equal(curve.bestSize(Number.POSITIVE_INFINITY, 0.98), 16);
    assert.equal(curve.bestSize(Number.POSITIVE_INFINITY, 0.7), 8);
  });

  test('takes no longer than it may, where there is one that does not', () => {
    assert.equal(curve.bestSize(10, 1), 8);
    assert.equal(curve.bestSize(1, 1), 1);
  });
});
