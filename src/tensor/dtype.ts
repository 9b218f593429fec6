/**
 * Element types of tensors: the numbers of `tensorflow.DataType`, which the TensorFlow C API
 * shares (types.proto). Reference types (`DT_FLOAT_REF` = 101 …) are reduced to their base type by
 * {@link baseDType} where they enter.
 */
export const DType = {
  INVALID: 0,
  FLOAT: 1,
  DOUBLE: 2,
  INT32: 3,
  UINT8: 4,
  INT16: 5,
  INT8: 6,
  STRING: 7,
  COMPLEX64: 8,
  INT64: 9,
  BOOL: 10,
  QINT8: 11,
  QUINT8: 12,
  QINT32: 13,
  BFLOAT16: 14,
  QINT16: 15,
  QUINT16: 16,
  UINT16: 17,
  COMPLEX128: 18,
  HALF: 19,
  RESOURCE: 20,
  VARIANT: 21,
  UINT32: 22,
  UINT64: 23,
} as const;

export type DType = (typeof DType)[keyof typeof DType];

/** A typed array that holds the elements of a fixed-size dtype. */
export type ElementArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

type ElementArrayConstructor = new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => ElementArray;

/** What is known of a dtype. */
export interface DTypeInfo {
  readonly dtype: DType;
  /** The name in error texts and in `tf.dtypes` (`float`, `int32`, `string`; spec 5.6). */
  readonly name: string;
  /** The name of the enum value in JSON and text-proto (`DT_FLOAT`). */
  readonly protoName: string;
  /** Bytes an element; 0 for strings and for what has no fixed size. */
  readonly size: number;
  /**
   * The typed array that views the elements; null where `size` is 0. Half and bfloat16 are seen as
   * their 16 bits, booleans as bytes 0 and 1, complex numbers as pairs (real, imaginary).
   */
  readonly array: ElementArrayConstructor | null;
  /** Array slots an element: 2 for complex numbers, else 1. */
  readonly slots: 1 | 2;
}

const rows: readonly [DType, string, string, number, ElementArrayConstructor | null, (1 | 2)?][] = [
  [DType.INVALID, 'INVALID', 'DT_INVALID', 0, null],
  [DType.FLOAT, 'float', 'DT_FLOAT', 4, Float32Array],
  [DType.DOUBLE, 'double', 'DT_DOUBLE', 8, Float64Array],
  [DType.INT32, 'int32', 'DT_INT32', 4, Int32Array],
  [DType.UINT8, 'uint8', 'DT_UINT8', 1, Uint8Array],
  [DType.INT16, 'int16', 'DT_INT16', 2, Int16Array],
  [DType.INT8, 'int8', 'DT_INT8', 1, Int8Array],
  [DType.STRING, 'string', 'DT_STRING', 0, null],
  [DType.COMPLEX64, 'complex64', 'DT_COMPLEX64', 8, Float32Array, 2],
  [DType.INT64, 'int64', 'DT_INT64', 8, BigInt64Array],
  [DType.BOOL, 'bool', 'DT_BOOL', 1, Uint8Array],
  [DType.QINT8, 'qint8', 'DT_QINT8', 1, Int8Array],
  [DType.QUINT8, 'quint8', 'DT_QUINT8', 1, Uint8Array],
  [DType.QINT32, 'qint32', 'DT_QINT32', 4, Int32Array],
  [DType.BFLOAT16, 'bfloat16', 'DT_BFLOAT16', 2, Uint16Array],
  [DType.QINT16, 'qint16', 'DT_QINT16', 2, Int16Array],
  [DType.QUINT16, 'quint16', 'DT_QUINT16', 2, Uint16Array],
  [DType.UINT16, 'uint16', 'DT_UINT16', 2, Uint16Array],
  [DType.COMPLEX128, 'complex128', 'DT_COMPLEX128', 16, Float64Array, 2],
  [DType.HALF, 'half', 'DT_HALF', 2, Uint16Array],
  [DType.RESOURCE, 'resource', 'DT_RESOURCE', 0, null],
  [DType.VARIANT, 'variant', 'DT_VARIANT', 0, null],
  [DType.UINT32, 'uint32', 'DT_UINT32', 4, Uint32Array],
  [DType.UINT64, 'uint64', 'DT_UINT64', 8, BigUint64Array],
];

const infos: readonly DTypeInfo[] = rows.map(([dtype, name, protoName, size, array, slots = 1]) =>
  Object.freeze({ dtype, name, protoName, size, array, slots }),
);

const refOffset = 100;

/** The facts about a dtype; those of `INVALID` for a number that is no dtype Serval knows. */
export function dtypeInfo(dtype: number): DTypeInfo {
  return infos[dtype] ?? infos[0]!;
}

/** The dtype of the value behind a reference type (`DT_FLOAT_REF` → `FLOAT`); others unchanged. */
export function baseDType(number: number): DType {
  const base = number > refOffset ? number - refOffset : number;
  return dtypeInfo(base).dtype;
}
