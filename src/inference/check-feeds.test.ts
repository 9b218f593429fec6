import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TensorSpec } from '../engines/index.ts';
import { Code, StatusError } from '../status/index.ts';
import { DType, heapAllocator, type Tensor } from '../tensor/index.ts';
import { checkFeeds } from './check-feeds.ts';
import { isEmptyBatch } from './empty-batch.ts';
import { signatureSpec, tensorSpec } from './testing/fake-model.ts';

const feed = (shape: number[], dtype: Tensor['dtype'] = DType.FLOAT): Tensor =>
  heapAllocator.allocate(dtype as never, shape);
const inputs = (...specs: TensorSpec[]) => signatureSpec({ inputs: specs, outputs: [] });
const check = (spec: TensorSpec, tensor: Tensor) => checkFeeds(inputs(spec), [tensor], false);

function refuses(action: () => void, text: string): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof StatusError);
    assert.equal(error.code, Code.INVALID_ARGUMENT);
    assert.equal(error.message, text);
    return true;
  });
}

test('a shape that signature and graph both exclude is refused by name', () => {
  const image = tensorSpec('image', DType.FLOAT, [-1, 8, 8, 1]);
  check(image, feed([1, 8, 8, 1]));
  check(image, feed([0, 8, 8, 1]));
  refuses(
    () => check(image, feed([1, 64])),
    'Input image must have shape [?,8,8,1], got shape [1,64]',
  );
  refuses(
    () => check(image, feed([1, 8, 8, 3])),
    'Input image must have shape [?,8,8,1], got shape [1,8,8,3]',
  );
  refuses(() => check(image, feed([])), 'Input image must have shape [?,8,8,1], got shape []');
});

test('where signature and graph contradict each other the engine decides', () => {
  check(tensorSpec('x', DType.FLOAT, [-1, 2], [-1, 3]), feed([1, 3]));
  check(tensorSpec('x', DType.FLOAT, [-1, 2], [-1, 3]), feed([1, 2]));
  check(tensorSpec('x', DType.FLOAT, [-1, 2], null), feed([4]));
  check(tensorSpec('x', DType.FLOAT, null, [-1, 2]), feed([4]));
});

test('a wrong dtype has the text of TensorFlow, numbered by feed names', () => {
  const specs = inputs(
    { ...tensorSpec('a', DType.FLOAT, null), name: 'z:0' },
    { ...tensorSpec('b', DType.INT64, null), name: 'A:0' },
    { ...tensorSpec('c', DType.STRING, null), name: 'm:0' },
  );
  refuses(
    () => checkFeeds(specs, [feed([], DType.INT32), feed([], DType.INT64), feed([])], false),
    'Expects arg[1] to be string but float is provided',
  );
  refuses(
    () => checkFeeds(inputs(tensorSpec('x', DType.FLOAT, [3])), [feed([1], DType.INT32)], false),
    'Expects arg[0] to be float but int32 is provided',
  );
  check(tensorSpec('composite', DType.INVALID, null), feed([1]));
});

test('an empty batch has no rows in any input, each declared with an open first dimension', () => {
  const open = tensorSpec('x', DType.FLOAT, [-1, 2]);
  assert.equal(isEmptyBatch(inputs(open), [feed([0, 2])]), true);
  assert.equal(isEmptyBatch(inputs(open), [feed([1, 2])]), false);
  assert.equal(isEmptyBatch(inputs(open, open), [feed([0, 2]), feed([1, 2])]), false);
  assert.equal(isEmptyBatch(inputs(open), [feed([0])]), false);
  assert.equal(isEmptyBatch(inputs(), []), false);
  for (const shape of [null, [0, 2], [], [2]]) {
    assert.equal(isEmptyBatch(inputs(tensorSpec('x', DType.FLOAT, shape)), [feed([0, 2])]), false);
  }
});
