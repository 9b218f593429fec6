import { invalidArgument } from '../../../status/index.ts';
import { DType, dtypeInfo, type NumericTensor } from '../../../tensor/index.ts';

/** What the `descr` of a .npy header says of the elements. */
export interface NpyType {
  /** `bytes`: padded with zeros. `text`: UTF-32, padded with zeros. */
  readonly kind: 'numbers' | 'bytes' | 'text';
  readonly dtype: DType;
  /** Bytes of an element, 1 or more. */
  readonly size: number;
  /** Whether the bytes of each number, or part of a complex one, are in the other order. */
  readonly isSwapped: boolean;
}

/** NumPy's names, without a byte order. V2 is how `ml_dtypes.bfloat16` is saved. */
const numbers: ReadonlyMap<string, NumericTensor['dtype']> = new Map([
  ['f2', DType.HALF],
  ['f4', DType.FLOAT],
  ['f8', DType.DOUBLE],
  ['i1', DType.INT8],
  ['i2', DType.INT16],
  ['i4', DType.INT32],
  ['i8', DType.INT64],
  ['u1', DType.UINT8],
  ['u2', DType.UINT16],
  ['u4', DType.UINT32],
  ['u8', DType.UINT64],
  ['b1', DType.BOOL],
  ['c8', DType.COMPLEX64],
  ['c16', DType.COMPLEX128],
  ['V2', DType.BFLOAT16],
]);

const names: ReadonlyMap<DType, string> = new Map(
  [...numbers].map(([name, dtype]) => [dtype, name]),
);

/** Bytes of a character of `U`. */
export const characterBytes = 4;

/**
 * Reads a `descr`: `<f4`, `|b1`, `>i8`, `|S5`, `<U3`.
 *
 * @throws StatusError INVALID_ARGUMENT for types that no input has
 */
export function readNpyType(descr: string): NpyType {
  const [, order = '', name = '', letter = '', digits = ''] =
    /^([<>|=]?)(([a-zA-Z])(\d{1,10}))$/.exec(descr) ?? [];
  const dtype = numbers.get(name);
  if (dtype !== undefined) {
    const { size, slots } = dtypeInfo(dtype);
    return { kind: 'numbers', dtype, size, isSwapped: order === '>' && size > slots };
  }
  const length = Number(digits);
  if (letter === 'S' && length > 0) {
    return { kind: 'bytes', dtype: DType.STRING, size: length, isSwapped: false };
  }
  if (letter === 'U' && length > 0) {
    const size = length * characterBytes;
    return { kind: 'text', dtype: DType.STRING, size, isSwapped: order === '>' };
  }
  if (descr === '|O') {
    throw invalidArgument(
      'The .npy body holds Python objects, which are not read; save strings with dtype S or U',
    );
  }
  throw invalidArgument(`The .npy body has dtype ${JSON.stringify(descr)}, which no input has`);
}

/** The `descr` of a dtype in memory of this machine; null where NumPy has none. */
export function npyTypeName(dtype: DType): string | null {
  const name = names.get(dtype);
  if (name === undefined) return null;
  const { size } = dtypeInfo(dtype);
  return `${size === 1 ? '|' : '<'}${name}`;
}
