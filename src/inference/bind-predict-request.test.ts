import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { unavailable } from '../status/index.ts';
import { DType, heapAllocator, type NumericTensor } from '../tensor/index.ts';
import { shapeProto, tensorProto } from '../tensor/testing/tensor-protos.ts';
import { bindPredictRequest } from './bind-predict-request.ts';
import type { BoundInputs } from './predict.ts';
import { signatureSpec, tensorSpec } from './testing/fake-model.ts';

const count = 200_000;
const signature = signatureSpec({
  inputs: ['a', 'b'].map((alias) => tensorSpec(alias, DType.INT64, null)),
  outputs: [tensorSpec('p', DType.FLOAT, null)],
});

/** A TensorProto of int64s, with the bytes of a packed list. */
const listOf = (bytes: Uint8Array, elements = count) =>
  new BinaryWriter()
    .raw(tensorProto({ dtype: DType.INT64, tensorShape: shapeProto(elements) }))
    .tag(10, WireType.LengthDelimited)
    .bytes(bytes)
    .finish();

const long = listOf(Buffer.alloc(count, 7));
const brokenLong = listOf(Buffer.alloc(count, 7).fill(0xff, count - 1));
const short = listOf(Buffer.from([1, 2]), 2);
const brokenShort = listOf(Buffer.from([1, 0xff]), 2);

function bind(
  inputs: Record<string, Uint8Array>,
  outputFilter: string[] = [],
  check?: (bound: BoundInputs) => void,
) {
  const request = { modelSpec: null, inputs: new Map(Object.entries(inputs)), outputFilter };
  const bound = bindPredictRequest(signature, request, {
    ...{ allocator: heapAllocator, maxFilledBytes: 2 ** 20 },
    ...(check !== undefined && { check }),
  });
  if ('feeds' in bound) return { bound, steps: 0 };
  for (let steps = 1; ; steps++) {
    const step = bound.next();
    if (step.done === true) return { bound: step.value, steps };
  }
}

test('short inputs are bound at once, long ones in steps', () => {
  assert.equal(bind({ a: short, b: short }).steps, 0);
  const { bound, steps } = bind({ a: long, b: short }, ['p']);
  assert.ok(steps > 10);
  assert.deepEqual(bound.fetches, [0]);
  const [a, b] = bound.feeds as readonly NumericTensor[];
  assert.ok((a!.data as BigInt64Array).every((value) => value === 7n));
  assert.deepEqual([...b!.data], [1n, 2n]);
});

test('the first input that is wrong is named, however long it takes to find out', () => {
  const namesA = { message: 'tensor parsing error: a' };
  const namesB = { message: 'tensor parsing error: b' };
  assert.throws(() => bind({ a: brokenLong, b: short }), namesA);
  assert.throws(() => bind({ a: brokenLong, b: brokenShort }), namesA);
  assert.throws(() => bind({ a: brokenShort, b: brokenLong }), namesA);
  assert.throws(() => bind({ a: long, b: brokenShort }), namesB);
  assert.throws(() => bind({ a: long, b: brokenLong }), namesB);
});

test('a wrong input counts before a wrong filter and what the check says', () => {
  const refuse = () => {
    throw unavailable('no such reply');
  };
  const namesA = { message: 'tensor parsing error: a' };
  assert.throws(() => bind({ a: brokenLong, b: short }, ['z']), namesA);
  assert.throws(() => bind({ a: brokenLong, b: short }, [], refuse), namesA);
  assert.throws(() => bind({ a: long, b: short }, ['z']), /output tensor alias not found/);
  assert.throws(() => bind({ a: long, b: short }, [], refuse), /no such reply/);
});
