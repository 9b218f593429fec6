/**
 * Decoding and encoding of a TensorProto of 150,528 floats (a 224 × 224 RGB image), and of whole
 * numbers and strings, against protobuf-es. Median times.
 *
 *     node bench/micro/tensor-proto.ts
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { TensorProtoSchema } from '../../src/proto/index.ts';
import {
  DType,
  decodeTensorProto,
  defaultMaxFilledBytes,
  heapAllocator,
  type NumericTensor,
  planTensorProto,
  type StringTensor,
  type Tensor,
  writeTensorProto,
} from '../../src/tensor/index.ts';
import { WireWriter } from '../../src/util/index.ts';

const shape = [1, 224, 224, 3];
const count = 224 * 224 * 3;
const options = { maxFilledBytes: defaultMaxFilledBytes };

function numbers(dtype: NumericTensor['dtype'], value: (i: number) => number): Tensor {
  const tensor = heapAllocator.allocate(dtype, shape);
  const { data } = tensor;
  for (let i = 0; i < count; i++) data[i] = dtype === DType.INT64 ? BigInt(value(i)) : value(i);
  return tensor;
}

function strings(): StringTensor {
  const bytes = Buffer.from('a word '.repeat(count / 7));
  const offsets = Float64Array.from({ length: count / 7 + 1 }, (_, i) => i * 7);
  return { dtype: DType.STRING, shape: [count / 7], bytes, offsets };
}

function encode(tensor: Tensor, asTensorContent: boolean): Uint8Array {
  const plan = planTensorProto(tensor, { asTensorContent });
  const writer = new WireWriter(plan.size);
  writeTensorProto(plan, writer);
  return writer.finish();
}

/** The median time of one call in µs. */
function median(action: () => unknown): number {
  const times: number[] = [];
  const end = performance.now() + 1500;
  while (performance.now() < end) {
    const start = performance.now();
    action();
    times.push((performance.now() - start) * 1000);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

const tensors: Record<string, Tensor> = {
  'float, 150,528': numbers(DType.FLOAT, Math.sin),
  'int32, 150,528': numbers(DType.INT32, (i) => i % 1000),
  'uint8, 150,528': numbers(DType.UINT8, (i) => i % 256),
  'int64, 150,528': numbers(DType.INT64, (i) => i - 5000),
  'string, 21,504': strings(),
};

const rows = Object.entries(tensors).map(([name, tensor]) => {
  const message = encode(tensor, false);
  const content = encode(tensor, true);
  const library = fromBinary(TensorProtoSchema, message);
  return {
    tensor: name,
    'decode µs': median(() => decodeTensorProto(message, heapAllocator, options)),
    'decode content µs': median(() => decodeTensorProto(content, heapAllocator, options)),
    'protobuf-es decode µs': median(() => fromBinary(TensorProtoSchema, message)),
    'encode µs': median(() => encode(tensor, false)),
    'encode content µs': median(() => encode(tensor, true)),
    'protobuf-es encode µs': median(() => toBinary(TensorProtoSchema, library)),
  };
});
console.table(
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value === 'number' ? Math.round(value * 10) / 10 : value,
      ]),
    ),
  ),
);
