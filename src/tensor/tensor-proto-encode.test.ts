import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary } from '@bufbuild/protobuf';
import { type DataType, TensorProtoSchema } from '../proto/index.ts';
import {
  DType,
  dtypeInfo,
  elementCount,
  heapAllocator,
  type StringTensor,
  type Tensor,
} from './index.ts';
import { encodableDTypes, randomNumbers, randomTensor } from './testing/random-tensor.ts';
import {
  assertSameTensor,
  decodeToHeap,
  encodeTensor,
  numbersOf,
  shapeProto,
  stringsOf,
  type TensorProtoInit,
  tensorProto,
} from './testing/tensor-protos.ts';

/** The TensorProto of a tensor as protobuf-es writes it, given what field its values are in. */
function libraryProto(tensor: Tensor): Uint8Array {
  const init: TensorProtoInit = { dtype: tensor.dtype, tensorShape: shapeProto(...tensor.shape) };
  const { dtype } = tensor;
  if (dtype === DType.STRING) {
    init.stringVal = stringsOf(tensor).map((text) => Buffer.from(text, 'latin1'));
    return tensorProto(init);
  }
  const values = numbersOf(tensor);
  if (dtype === DType.FLOAT) init.floatVal = values as number[];
  else if (dtype === DType.DOUBLE) init.doubleVal = values as number[];
  else if (dtype === DType.COMPLEX64) init.scomplexVal = values as number[];
  else if (dtype === DType.COMPLEX128) init.dcomplexVal = values as number[];
  else if (dtype === DType.HALF || dtype === DType.BFLOAT16) init.halfVal = values as number[];
  else if (dtype === DType.INT64) init.int64Val = values as bigint[];
  else if (dtype === DType.UINT64) init.uint64Val = values as bigint[];
  else if (dtype === DType.UINT32) init.uint32Val = values as number[];
  else if (dtype === DType.BOOL) init.boolVal = values.map((value) => value === 1);
  else init.intVal = values as number[];
  return tensorProto(init);
}

/** NaNs lose their payload on the way through JavaScript numbers. */
function withoutNaNs(tensor: Tensor): Tensor {
  if (tensor.dtype === DType.STRING) return tensor;
  const { data } = tensor;
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) data[i] = 1;
  return tensor;
}

test('every dtype is written as protobuf-es writes it, byte for byte', () => {
  const random = randomNumbers(1);
  for (const dtype of encodableDTypes) {
    for (let i = 0; i < 60; i++) {
      const tensor = withoutNaNs(randomTensor(dtype, random));
      assert.deepEqual(
        new Uint8Array(encodeTensor(tensor)),
        libraryProto(tensor),
        `dtype ${dtype}`,
      );
    }
  }
});

test('every dtype comes back bit for bit from either layout', () => {
  const random = randomNumbers(2);
  for (const dtype of encodableDTypes) {
    for (let i = 0; i < 60; i++) {
      const tensor = randomTensor(dtype, random);
      assertSameTensor(decodeToHeap(encodeTensor(tensor)), tensor);
      assertSameTensor(decodeToHeap(encodeTensor(tensor, true)), tensor);
    }
  }
});

test('tensor_content is written for every dtype when asked for, and no typed list', () => {
  const random = randomNumbers(3);
  for (const dtype of encodableDTypes) {
    const tensor = randomTensor(dtype, random);
    const message = fromBinary(TensorProtoSchema, encodeTensor(tensor, true));
    const { tensorContent } = message;
    assert.deepEqual(
      { ...message, tensorContent: null },
      {
        ...create(TensorProtoSchema, {
          dtype: dtype as DataType,
          tensorShape: shapeProto(...tensor.shape),
        }),
        tensorContent: null,
      },
    );
    const size =
      tensor.dtype === DType.STRING
        ? tensor.bytes.length + elementCount(tensor.shape)
        : elementCount(tensor.shape) * dtypeInfo(dtype).size;
    assert.ok(tensorContent.length >= size, `dtype ${dtype}`);
  }
});

test('a message at any alignment is read, and no more than its own bytes', () => {
  const random = randomNumbers(4);
  for (const dtype of encodableDTypes) {
    const tensor = randomTensor(dtype, random);
    for (const asTensorContent of [false, true]) {
      const message = encodeTensor(tensor, asTensorContent);
      for (let shift = 0; shift < 8; shift++) {
        const around = Buffer.alloc(message.length + 16, 0xee);
        around.set(message, shift);
        assertSameTensor(decodeToHeap(around.subarray(shift, shift + message.length)), tensor);
      }
    }
  }
});

test('strings that begin anywhere in their buffer are written', () => {
  const tensor: StringTensor = {
    dtype: DType.STRING,
    shape: [2],
    bytes: Buffer.from('junkabcjunk'),
    offsets: Float64Array.of(4, 5, 7),
  };
  for (const asTensorContent of [false, true]) {
    assert.deepEqual(stringsOf(decodeToHeap(encodeTensor(tensor, asTensorContent))), ['a', 'bc']);
  }
});

test('large lists take the bulk paths and come back whole', () => {
  const random = randomNumbers(7);
  for (const dtype of [DType.INT8, DType.UINT16, DType.INT32, DType.UINT64, DType.FLOAT]) {
    const tensor = heapAllocator.allocate(dtype, [3, 10_007]);
    const bytes = new Uint8Array(tensor.data.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 256);
    const message = encodeTensor(tensor);
    assertSameTensor(decodeToHeap(message), tensor);
    const library = fromBinary(TensorProtoSchema, message);
    assert.equal(library.tensorShape?.dim[1]?.size, 10_007n);
  }
});

test('a dtype without values cannot be written', () => {
  const tensor = { dtype: DType.RESOURCE, shape: [], data: new Uint8Array(0) };
  assert.throws(() => encodeTensor(tensor), /dtype 20/);
  assert.throws(() => heapAllocator.allocate(DType.INVALID, []), TypeError);
});
