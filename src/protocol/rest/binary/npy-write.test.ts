import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DType, heapAllocator, type Tensor } from '../../../tensor/index.ts';
import { runToEnd } from '../testing/run-to-end.ts';
import { readNpy } from './npy-read.ts';
import { writeNpy } from './npy-write.ts';
import { comparable, npyFiles, strings } from './testing/npy-files.ts';

const write = (tensor: Tensor) => runToEnd(writeNpy('y', tensor));

describe('byte for byte as NumPy', () => {
  for (const { what, file, tensor, isWritten } of npyFiles()) {
    if (!isWritten) continue;
    test(what, () => {
      assert.equal(Buffer.from(write(tensor)).toString('latin1'), file.toString('latin1'));
    });
  }
});

test('what is written is read again, in every rank', () => {
  for (let rank = 0; rank <= 254; rank += 1 + rank) {
    const tensor = heapAllocator.allocate(DType.INT64, new Array(rank).fill(1));
    tensor.data[0] = 2n ** 63n - 1n;
    const file = write(tensor);
    const { tensor: read, steps } = readNpy(file, heapAllocator, () => {});
    runToEnd(steps);
    assert.deepEqual(comparable(read), comparable(tensor));
    assert.equal((file.length - 8) % 64, 0);
  }
});

test('strings are written from where they lie', () => {
  const bytes = Buffer.from('..abcde..');
  const tensor: Tensor = {
    dtype: DType.STRING,
    shape: [2],
    bytes,
    offsets: Float64Array.from([2, 6, 7]),
  };
  const expected = strings([2], [Buffer.from('abcd'), Buffer.from('e')]);
  assert.deepEqual(write(tensor), write(expected));
});

test('refuses what NumPy would read differently, or not at all', () => {
  assert.throws(() => write(strings([2], [Buffer.from('a'), Buffer.from('b\0')])), {
    code: 3,
    message:
      'Output y has a string that ends in a zero byte, which .npy cannot hold; ' +
      'accept application/x-protobuf',
  });
  assert.throws(() => write(heapAllocator.allocate(DType.QINT8, [1])), {
    code: 3,
    message: 'Output y has type qint8, which .npy cannot hold; accept application/x-protobuf',
  });
});

test('refuses to blow many strings up to the length of one', () => {
  const values = Array.from({ length: 1000 }, () => Buffer.from('x'));
  values[0] = Buffer.alloc(100_000, 'x');
  assert.throws(() => write(strings([1000], values)), {
    code: 8,
    message: /^Output y takes 100000000 bytes as .npy, where every string takes as many as the/,
  });
  const alike = Array.from({ length: 100 }, () => Buffer.alloc(1_000_000, 'x'));
  assert.ok(write(strings([100], alike)).length > 100_000_000);
});

test('a large tensor is written in steps', () => {
  const numbers = heapAllocator.allocate(DType.FLOAT, [1_000_000]);
  assert.ok([...writeNpy('y', numbers)].length > 20);
  const many = Array.from({ length: 10_000 }, (_, i) => Buffer.from(`${i}`));
  assert.ok([...writeNpy('y', strings([10_000], many))].length >= 18);
});
