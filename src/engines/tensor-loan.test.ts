import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { DType, heapAllocator, type StringTensor, type Tensor } from '../tensor/index.ts';
import { borrowTensor, lendTensor } from './index.ts';

/** Rows of a larger tensor, as batches have them. */
function numbers(count: number): Tensor {
  const { data } = heapAllocator.allocate(DType.INT32, [count + 3]);
  for (let i = 0; i < data.length; i++) data[i] = i;
  return { dtype: DType.INT32, shape: [count], data: (data as Int32Array).subarray(2, count + 2) };
}

function strings(...texts: readonly string[]): StringTensor {
  const bytes = Buffer.from(`head${texts.join('')}`);
  const offsets = new Float64Array(texts.length + 1).fill(4);
  texts.forEach((text, i) => {
    offsets[i + 1] = offsets[i]! + text.length;
  });
  return { dtype: DType.STRING, shape: [texts.length], bytes, offsets };
}

function textsOf({ bytes, offsets }: StringTensor): string[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) =>
    Buffer.from(bytes.subarray(offsets[i], offsets[i + 1])).toString(),
  );
}

test('small tensors are sent as copies', () => {
  const small = numbers(5);
  const loan = structuredClone(lendTensor(small));
  (small as { data: Int32Array }).data.fill(0);
  const { tensor, end } = borrowTensor(loan);
  assert.deepEqual(tensor, { dtype: DType.INT32, shape: [5], data: Int32Array.of(2, 3, 4, 5, 6) });
  assert.equal(end, null);
  const texts = borrowTensor(structuredClone(lendTensor(strings('', 'abc', 'd'))));
  assert.deepEqual(textsOf(texts.tensor as StringTensor), ['', 'abc', 'd']);
  assert.equal(texts.end, null);
  for (const empty of [numbers(0), strings(), strings('', '')]) {
    assert.deepEqual(borrowTensor(structuredClone(lendTensor(empty))).tensor.shape, empty.shape);
  }
});

test('others are read where they are, until the end', () => {
  const large = numbers(1000) as { data: Int32Array };
  const borrowed = borrowTensor(structuredClone(lendTensor(large as unknown as Tensor)));
  const seen = borrowed.tensor as unknown as { data: Int32Array };
  assert.deepEqual(seen.data, large.data);
  large.data[7] = -1;
  assert.equal(seen.data[7], -1, 'it is the same memory');
  borrowed.end!();
  assert.equal(seen.data.length, 0);
  const long = 'x'.repeat(2000);
  const texts = borrowTensor(structuredClone(lendTensor(strings('a', long, ''))));
  assert.deepEqual(textsOf(texts.tensor as StringTensor), ['a', long, '']);
  texts.end!();
  assert.equal((texts.tensor as StringTensor).bytes.length, 0);
});

test('another thread reads them', async () => {
  const large = numbers(100_000);
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     import(workerData.module).then(({ borrowTensor }) => {
       const { tensor, end } = borrowTensor(workerData.loan);
       const sum = tensor.data.reduce((total, value) => total + value, 0);
       end();
       parentPort.postMessage(sum);
     });`,
    {
      eval: true,
      workerData: {
        module: new URL('./tensor-loan.ts', import.meta.url).href,
        loan: lendTensor(large),
      },
    },
  );
  const sum = await new Promise((resolve) => worker.once('message', resolve));
  assert.equal(
    sum,
    (large as { data: Int32Array }).data.reduce((a, b) => a + b, 0),
  );
  await worker.terminate();
});
