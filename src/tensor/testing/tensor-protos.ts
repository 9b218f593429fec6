import assert from 'node:assert/strict';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { TensorProtoSchema } from '../../proto/index.ts';
import { WireWriter } from '../../util/index.ts';
import {
  DType,
  decodeTensorProto,
  heapAllocator,
  type NumericTensor,
  planTensorProto,
  type StringTensor,
  type Tensor,
  writeTensorProto,
} from '../index.ts';

/** What a TensorProto is made from; the dtype is a plain number, so that it may be a wrong one. */
export type TensorProtoInit = Omit<
  Exclude<MessageInitShape<typeof TensorProtoSchema>, { $typeName: string }>,
  'dtype'
> & { dtype?: number };

/** A serialized TensorProto, written by protobuf-es. */
export function tensorProto(init: TensorProtoInit): Uint8Array {
  const message = init as MessageInitShape<typeof TensorProtoSchema>;
  return toBinary(TensorProtoSchema, create(TensorProtoSchema, message));
}

export function shapeProto(...sizes: number[]): { dim: { size: bigint }[] } {
  return { dim: sizes.map((size) => ({ size: BigInt(size) })) };
}

export function decodeToHeap(message: Uint8Array): Tensor {
  return decodeTensorProto(message, heapAllocator, { maxFilledBytes: 2 ** 20 });
}

export function encodeTensor(tensor: Tensor, asTensorContent = false): Buffer {
  const plan = planTensorProto(tensor, { asTensorContent });
  const writer = new WireWriter(plan.size);
  writeTensorProto(plan, writer);
  return writer.finish();
}

/** The elements of a numeric tensor. */
export function numbersOf(tensor: Tensor): (number | bigint)[] {
  return [...(tensor as NumericTensor).data];
}

/** The elements of a string tensor, a character for each byte. */
export function stringsOf(tensor: Tensor): string[] {
  const { bytes, offsets } = tensor as StringTensor;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: offsets.length - 1 }, (_, i) =>
    text.toString('latin1', offsets[i], offsets[i + 1]),
  );
}

/** Fails unless dtype, shape and every bit of the elements are equal. */
export function assertSameTensor(actual: Tensor, expected: Tensor): void {
  assert.equal(actual.dtype, expected.dtype);
  assert.deepEqual(actual.shape, expected.shape);
  if (expected.dtype === DType.STRING) {
    assert.deepEqual(stringsOf(actual), stringsOf(expected));
    return;
  }
  const { data } = expected;
  const got = (actual as NumericTensor).data;
  assert.equal(got.length, data.length);
  assert.deepEqual(
    Buffer.from(got.buffer, got.byteOffset, got.byteLength),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
}
