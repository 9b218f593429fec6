import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DataType, TensorProtoSchema } from '../../../src/proto/index.ts';
import { DType } from '../../../src/tensor/index.ts';

type TensorInit = MessageInitShape<typeof TensorProtoSchema>;

/** How a TensorProto is read: sent to a signature that gives its input back (spec 6.9). */
export interface TensorRow {
  readonly rule: string;
  /** Of the signature `echo_<type>`. */
  readonly type: string;
  readonly tensor: TensorInit;
  /** What comes back, dtype apart; null: it cannot be parsed. */
  readonly reply: TensorInit | null;
}

const shape = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size: BigInt(size) })) });
const little = (...floats: number[]) => new Uint8Array(new Float32Array(floats).buffer);

const row =
  (type: string, dtype: DataType) =>
  (rule: string, tensor: TensorInit, reply: TensorInit | null): TensorRow => ({
    rule: `${type}: ${rule}`,
    type,
    tensor: { dtype, ...tensor },
    reply,
  });

const float = row('float32', DType.FLOAT);
const double = row('float64', DType.DOUBLE);
const int8 = row('int8', DType.INT8);
const uint16 = row('uint16', DType.UINT16);
const int64 = row('int64', DType.INT64);
const uint32 = row('uint32', DType.UINT32);
const uint64 = row('uint64', DType.UINT64);
const bool = row('bool', DType.BOOL);
const half = row('float16', DType.HALF);
const bfloat16 = row('bfloat16', DType.BFLOAT16);
const complex64 = row('complex64', DType.COMPLEX64);
const complex128 = row('complex128', DType.COMPLEX128);
const string = row('string', DType.STRING);
const a = Buffer.from('a');
const bc = Buffer.from('bc');

export const tensorRows: readonly TensorRow[] = [
  float(
    'typed values',
    { tensorShape: shape(2), floatVal: [1, 2] },
    { tensorShape: shape(2), floatVal: [1, 2] },
  ),
  float(
    'tensor_content wins over typed values',
    { tensorShape: shape(2), floatVal: [9, 9], tensorContent: little(1, 2) },
    { tensorShape: shape(2), floatVal: [1, 2] },
  ),
  float('too short a tensor_content', { tensorShape: shape(2), tensorContent: little(1) }, null),
  float('too long a tensor_content', { tensorShape: shape(1), tensorContent: little(1, 2) }, null),
  float(
    'the last of too few values is repeated',
    { tensorShape: shape(4), floatVal: [1, 2] },
    { tensorShape: shape(4), floatVal: [1, 2, 2, 2] },
  ),
  float(
    'no values are zeros',
    { tensorShape: shape(2) },
    { tensorShape: shape(2), floatVal: [0, 0] },
  ),
  float(
    'surplus values are ignored',
    { tensorShape: shape(1), floatVal: [1, 2, 3] },
    { tensorShape: shape(1), floatVal: [1] },
  ),
  float(
    'fields of other types are ignored',
    { tensorShape: shape(1), intVal: [7], doubleVal: [7] },
    { tensorShape: shape(1), floatVal: [0] },
  ),
  float('no shape is a scalar', { floatVal: [1] }, { tensorShape: shape(), floatVal: [1] }),
  float(
    'an unknown rank is a scalar',
    { tensorShape: { unknownRank: true }, floatVal: [1] },
    { tensorShape: shape(), floatVal: [1] },
  ),
  float(
    'a dimension of 0 needs no data',
    { tensorShape: shape(2, 0) },
    { tensorShape: shape(2, 0) },
  ),
  float('a negative dimension', { tensorShape: shape(-1), floatVal: [1] }, null),
  float('DT_INVALID', { dtype: 0, tensorShape: shape(1), floatVal: [1] }, null),
  double('typed values', { doubleVal: [0.1] }, { tensorShape: shape(), doubleVal: [0.1] }),
  int8('int_val is truncated', { intVal: [300] }, { tensorShape: shape(), intVal: [44] }),
  uint16('int_val', { intVal: [65535] }, { tensorShape: shape(), intVal: [65535] }),
  int64(
    'int64_val',
    { int64Val: [2n ** 63n - 1n] },
    { tensorShape: shape(), int64Val: [2n ** 63n - 1n] },
  ),
  uint32(
    'uint32_val',
    { uint32Val: [2 ** 32 - 1] },
    { tensorShape: shape(), uint32Val: [2 ** 32 - 1] },
  ),
  uint64(
    'uint64_val',
    { uint64Val: [2n ** 64n - 1n] },
    { tensorShape: shape(), uint64Val: [2n ** 64n - 1n] },
  ),
  bool('bool_val', { boolVal: [true] }, { tensorShape: shape(), boolVal: [true] }),
  bool(
    'tensor_content of 0 and 1',
    { tensorShape: shape(2), tensorContent: new Uint8Array([0, 1]) },
    { tensorShape: shape(2), boolVal: [false, true] },
  ),
  bool(
    'tensor_content of others',
    { tensorShape: shape(1), tensorContent: new Uint8Array([2]) },
    null,
  ),
  half('half_val', { halfVal: [0x3c00] }, { tensorShape: shape(), halfVal: [0x3c00] }),
  bfloat16('half_val', { halfVal: [0x3f80] }, { tensorShape: shape(), halfVal: [0x3f80] }),
  complex64('pairs', { scomplexVal: [1, 2] }, { tensorShape: shape(), scomplexVal: [1, 2] }),
  complex128('pairs', { dcomplexVal: [1, 2] }, { tensorShape: shape(), dcomplexVal: [1, 2] }),
  string(
    'string_val',
    { tensorShape: shape(2), stringVal: [a, bc] },
    { tensorShape: shape(2), stringVal: [a, bc] },
  ),
  string(
    'no values are empty',
    { tensorShape: shape(1) },
    { tensorShape: shape(1), stringVal: [Buffer.alloc(0)] },
  ),
  string(
    'tensor_content has all lengths before all bytes',
    { tensorShape: shape(2), tensorContent: Buffer.from('\x01\x02abc') },
    { tensorShape: shape(2), stringVal: [a, bc] },
  ),
  string(
    'tensor_content that ends early',
    { tensorShape: shape(2), tensorContent: Buffer.from('\x01\x02ab') },
    null,
  ),
];
