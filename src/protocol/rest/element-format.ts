import { DType, dtypeInfo } from '../../tensor/index.ts';

/** How the kernel reads the elements of a type. */
export interface ElementFormat {
  readonly dtype: DType;
  /** Bytes of an element. */
  readonly size: number;
  /** The function of the kernel. */
  readonly read: 'floats' | 'doubles' | 'ints';
  /** Integers that need no second look. */
  readonly least: bigint;
  readonly greatest: bigint;
}

const [minLong, maxLong] = [-(2n ** 63n), 2n ** 63n - 1n];
const [minInt, maxInt] = [-(2n ** 31n), 2n ** 31n - 1n];

const rows: readonly (readonly [DType, ElementFormat['read'], bigint, bigint])[] = [
  [DType.FLOAT, 'floats', minLong, maxLong],
  [DType.DOUBLE, 'doubles', minLong, maxLong],
  // Smaller types take the low bits of 32, as the original does.
  [DType.INT32, 'ints', minInt, maxInt],
  [DType.INT16, 'ints', minInt, maxInt],
  [DType.INT8, 'ints', minInt, maxInt],
  [DType.UINT8, 'ints', minInt, maxInt],
  [DType.UINT32, 'ints', 0n, 2n ** 32n - 1n],
  [DType.INT64, 'ints', minLong, maxLong],
  [DType.UINT64, 'ints', 0n, maxLong],
];

const formats: ReadonlyMap<DType, ElementFormat> = new Map(
  rows.map(([dtype, read, least, greatest]) => [
    dtype,
    Object.freeze({ dtype, size: dtypeInfo(dtype).size, read, least, greatest }),
  ]),
);

/** The format of a type's elements; null if the kernel does not read them. */
export function elementFormat(dtype: DType): ElementFormat | null {
  return formats.get(dtype) ?? null;
}
