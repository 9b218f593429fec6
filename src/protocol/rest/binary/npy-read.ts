import { invalidArgument } from '../../../status/index.ts';
import {
  DType,
  dtypeInfo,
  elementCount,
  type NumericTensor,
  shapeText,
  type Tensor,
  type TensorAllocator,
} from '../../../tensor/index.ts';
import type { Bytes, Steps } from '../../../util/index.ts';
import { ChunkCursor } from './chunk-cursor.ts';
import { fromFortranOrder } from './fortran-order.ts';
import type { NpyHeader } from './npy-header.ts';
import { readNpyPreamble } from './npy-preamble.ts';
import { NpyStrings } from './npy-strings.ts';
import { type NpyType, readNpyType } from './npy-type.ts';

/** Bytes that a string takes beside its own: its offset here and its cell in the engine. */
const cellBytes = 32;

/** Bytes copied, swapped or looked at in one step. */
const stepBytes = 128 << 10;

/** A tensor whose memory is set aside; its elements are read by running `steps` to their end. */
export interface NpyTensor {
  readonly tensor: Tensor;
  readonly steps: Steps<void>;
}

/**
 * Reads a .npy file (NumPy's format versions 1.0 to 3.0) . Numbers are copied
 * once, bit for bit, from `file` into memory of `allocator`; in the other byte order they are
 * turned there, in Fortran order they take one copy more. Strings lose the zeros at their end, as
 * in NumPy, and those of dtype U become UTF-8.
 *
 * @param reserve told of memory that is taken beyond the body; may throw
 * @returns before any element was read
 * @throws StatusError INVALID_ARGUMENT where the file is none, or has another length than its
 * header says; the steps throw it too, for elements that their dtype does not have
 */
export function readNpy(
  file: Bytes,
  allocator: TensorAllocator,
  reserve: (bytes: number) => void,
): NpyTensor {
  const body = new ChunkCursor(file);
  const header = readNpyPreamble(body);
  const { shape } = header;
  const type = readNpyType(header.descr);
  const count = elementCount(shape);
  checkLength(header, type, count, body.left);
  const isTurned = header.fortranOrder && shape.filter((size) => size !== 1).length > 1;
  if (type.kind === 'numbers') {
    if (isTurned) reserve(body.left);
    const tensor = allocator.allocate(type.dtype as NumericTensor['dtype'], shape);
    return { tensor, steps: fillNumbers(body, type, tensor, isTurned) };
  }
  if (isTurned) {
    throw invalidArgument(
      'The .npy body holds strings in Fortran order, which are not read; ' +
        'numpy.ascontiguousarray gives the order that is',
    );
  }
  reserve(count * cellBytes);
  const strings = new NpyStrings(type, count);
  return { tensor: strings.tensor(shape), steps: fillStrings(body, strings) };
}

function checkLength({ descr, shape }: NpyHeader, { size }: NpyType, count: number, left: number) {
  const bytes = count * size;
  if (bytes !== left) {
    throw invalidArgument(
      `The .npy body has ${left} bytes of elements, shape ${shapeText(shape)} of ` +
        `${JSON.stringify(descr)} takes ${bytes}`,
    );
  }
}

function* fillNumbers(
  body: ChunkCursor,
  { dtype, size, isSwapped }: NpyType,
  { shape, data }: NumericTensor,
  isTurned: boolean,
): Steps<void> {
  const target = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const source = isTurned ? Buffer.allocUnsafeSlow(target.length) : target;
  const swappedBytes = isSwapped ? size / dtypeInfo(dtype).slots : 1;
  const isBool = dtype === DType.BOOL;
  for (let at = 0; at < source.length; at += stepBytes) {
    if (at > 0) yield;
    const piece = source.subarray(at, at + stepBytes);
    body.copyTo(piece);
    if (swappedBytes > 1) swap(piece, swappedBytes);
    if (isBool) checkBools(piece);
  }
  if (!isTurned) return;
  yield;
  yield* fromFortranOrder(source, target, shape, size);
}

function swap(piece: Buffer, unit: number): void {
  if (unit === 2) piece.swap16();
  else if (unit === 4) piece.swap32();
  else piece.swap64();
}

function checkBools(piece: Uint8Array): void {
  for (let i = 0; i < piece.length; i++) {
    if (piece[i]! > 1) throw invalidArgument(`The .npy body has ${piece[i]} as a bool`);
  }
}

function* fillStrings(body: ChunkCursor, strings: NpyStrings): Steps<void> {
  const { cells } = strings;
  for (let at = 0; at < cells.length; at += stepBytes) {
    body.copyTo(cells.subarray(at, at + stepBytes));
    yield;
  }
  yield* strings.readCells();
}
