import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WireWriter } from '../util/index.ts';
import {
  DType,
  dtypeInfo,
  heapAllocator,
  planTensorProtoInSteps,
  type StringTensor,
  type Tensor,
  writeTensorProtoInSteps,
} from './index.ts';
import { encodableDTypes } from './testing/random-tensor.ts';
import { encodeTensor } from './testing/tensor-protos.ts';

/** The most bytes that a step may write: a part of numbers that take 10 bytes each. */
const mostWritten = 10 * (64 << 10) + 64;

/** Encodes in steps, and looks what each does. */
function encodeInSteps(tensor: Tensor, asTensorContent: boolean): { bytes: Buffer; steps: number } {
  const planning = planTensorProtoInSteps(tensor, { asTensorContent });
  let steps = 0;
  let planned = planning.next();
  for (; planned.done !== true; planned = planning.next()) steps++;
  const writer = new WireWriter(planned.value.size);
  const writing = writeTensorProtoInSteps(planned.value, writer);
  for (let last = 0, step = writing.next(); ; step = writing.next()) {
    steps++;
    assert.ok(writer.position - last <= mostWritten, `${writer.position - last} bytes in a step`);
    if (step.done === true) break;
    last = writer.position;
  }
  return { bytes: writer.finish(), steps };
}

function assertSame(tensor: Tensor): void {
  for (const asTensorContent of [false, true]) {
    const { bytes } = encodeInSteps(tensor, asTensorContent);
    assert.ok(bytes.equals(encodeTensor(tensor, asTensorContent)));
  }
}

function strings(lengths: readonly number[]): StringTensor {
  const offsets = new Float64Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) offsets[i + 1] = offsets[i]! + lengths[i]!;
  const bytes = new Uint8Array(offsets.at(-1)!);
  for (let i = 0; i < bytes.length; i++) bytes[i] = i % 251;
  return { dtype: DType.STRING, shape: [lengths.length], bytes, offsets };
}

/** Numbers of this dtype of which every few bytes are random, or all of them of 10 bytes on the wire. */
function numbers(dtype: number, shape: readonly number[], fill: number | null): Tensor {
  const tensor = heapAllocator.allocate(dtype as Exclude<Tensor['dtype'], 7>, shape);
  const { buffer, byteOffset, byteLength } = tensor.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if (fill !== null) bytes.fill(fill);
  else for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7919) >>> (i % 11);
  if (dtype === DType.BOOL) for (let i = 0; i < bytes.length; i++) bytes[i]! &= 1;
  return tensor;
}

for (const dtype of encodableDTypes.filter((one) => one !== DType.STRING)) {
  test(`numbers of dtype ${dtype} are the same to the byte in steps, whatever their number`, () => {
    const length = (64 << 10) / dtypeInfo(dtype).size;
    for (const count of [0, 1, length - 1, length, length + 1, 2 * length, 5 * length + 3]) {
      assertSame(numbers(dtype, [count], null));
    }
    assertSame(numbers(dtype, [3, 0, 2], null));
    assertSame(numbers(dtype, [3, length], 0xff));
  });
}

test('strings are the same to the byte in steps, short and long ones', () => {
  const many = Array.from({ length: 5000 }, (_, i) => i % 97);
  const long = [(64 << 10) - 1, 64 << 10, (64 << 10) + 1, 300_000];
  for (const lengths of [[], [0], [5], many, long, [...many, ...long, 0, 1, ...long, ...many]]) {
    assertSame(strings(lengths));
  }
});

test('strings whose bytes begin within a buffer are the same in steps', () => {
  const whole = strings([10, 20, 70_000, 5]);
  assertSame({ ...whole, shape: [3], offsets: whole.offsets.subarray(1) });
});

test('a large tensor takes many steps', () => {
  assert.ok(encodeInSteps(numbers(DType.INT64, [1 << 17], null), false).steps > 30);
  assert.ok(encodeInSteps(numbers(DType.FLOAT, [1 << 18], null), false).steps > 15);
  assert.ok(encodeInSteps(strings([2_000_000]), false).steps > 30);
  assert.ok(encodeInSteps(strings(new Array(50_000).fill(1)), true).steps > 90);
});
