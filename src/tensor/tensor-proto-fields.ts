import { WireType, wireTag } from '../util/index.ts';
import { DType, dtypeInfo } from './dtype.ts';

/** Field numbers of `tensorflow.TensorProto` that are not a typed list. */
export const dtypeTag = wireTag(1, WireType.VARINT);
export const shapeTag = wireTag(2, WireType.LENGTH);
export const contentTag = wireTag(4, WireType.LENGTH);
/** `tensorflow.TensorShapeProto.dim` and its `size`. */
export const dimTag = wireTag(2, WireType.LENGTH);
export const dimSizeTag = wireTag(1, WireType.VARINT);

/** The highest rank that TensorFlow allows. */
export const maxRank = 254;

/**
 * How the elements of a dtype lie in its typed list: `bits` as they are in memory, `int` as
 * varints of the sign-extended number, `bool` as varints that mean their truth, `string` as one
 * LENGTH field each.
 */
export type ListKind = 'bits' | 'int' | 'bool' | 'string';

/** The typed list of TensorProto that holds a dtype's elements (spec 6.9). */
export interface TypedList {
  readonly field: number;
  readonly kind: ListKind;
  /** The wire type of one element outside a packed list. */
  readonly wireType: WireType;
  readonly packedTag: number;
  readonly elementTag: number;
}

function list(field: number, kind: ListKind, wireType: WireType): TypedList {
  return {
    field,
    kind,
    wireType,
    packedTag: wireTag(field, WireType.LENGTH),
    elementTag: wireTag(field, wireType),
  };
}

const halfVal = list(13, 'int', WireType.VARINT);
const intVal = list(7, 'int', WireType.VARINT);

const lists: readonly (readonly [DType, TypedList])[] = [
  [DType.FLOAT, list(5, 'bits', WireType.FIXED32)],
  [DType.DOUBLE, list(6, 'bits', WireType.FIXED64)],
  [DType.COMPLEX64, list(9, 'bits', WireType.FIXED32)],
  [DType.COMPLEX128, list(12, 'bits', WireType.FIXED64)],
  [DType.HALF, halfVal],
  [DType.BFLOAT16, halfVal],
  [DType.INT8, intVal],
  [DType.UINT8, intVal],
  [DType.INT16, intVal],
  [DType.UINT16, intVal],
  [DType.INT32, intVal],
  [DType.QINT8, intVal],
  [DType.QUINT8, intVal],
  [DType.QINT16, intVal],
  [DType.QUINT16, intVal],
  [DType.QINT32, intVal],
  [DType.INT64, list(10, 'int', WireType.VARINT)],
  [DType.UINT32, list(16, 'int', WireType.VARINT)],
  [DType.UINT64, list(17, 'int', WireType.VARINT)],
  [DType.BOOL, list(11, 'bool', WireType.VARINT)],
  [DType.STRING, list(8, 'string', WireType.LENGTH)],
];

const byDType: (TypedList | undefined)[] = [];
for (const [dtype, typedList] of lists) byDType[dtype] = typedList;

/** The typed list of a dtype; undefined for what no tensor of values can have. */
export function typedListOf(dtype: number): TypedList | undefined {
  return byDType[dtype];
}

/** Bytes of one element of a list of kind `bits` outside a packed list. */
export function elementBytes(wireType: WireType): number {
  return wireType === WireType.FIXED32 ? 4 : 8;
}

/** The bytes of a numeric tensor's elements, in the order of the machine (little-endian). */
export function rawBytes(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** `float [2,3]` for error texts. */
export function describe(dtype: number, shape: readonly number[]): string {
  return `${dtypeInfo(dtype).name} [${shape.join(',')}]`;
}
