import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DType, heapAllocator } from '../../tensor/index.ts';
import { shapeKind } from './shape-kind.ts';

const kindOf = (shapes: readonly (readonly number[])[], pads = false) =>
  shapeKind(
    shapes.map((shape) => heapAllocator.allocate(DType.FLOAT, shape)),
    pads,
  );

test('tasks of equal shapes behind the first dimension are of one kind', () => {
  assert.equal(kindOf([[1, 3], [1]]), kindOf([[7, 3], [7]]));
  for (const others of [[[1, 4], [1]], [[1, 3, 1], [1]], [[1], [1, 3]], [[1, 3]]]) {
    assert.notEqual(kindOf(others), kindOf([[1, 3], [1]]), JSON.stringify(others));
  }
});

test('where inputs are padded, lengths up to the next power of two are of one kind', () => {
  assert.equal(kindOf([[1, 5]], true), kindOf([[2, 8]], true));
  assert.notEqual(kindOf([[1, 8]], true), kindOf([[1, 9]], true));
  assert.notEqual(kindOf([[1, 0]], true), kindOf([[1, 1]], true));
  assert.notEqual(kindOf([[1, 1]], true), kindOf([[1, 2]], true));
});
