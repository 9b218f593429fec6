import { DType, dtypeInfo, type NumericTensor, type Shape, type Tensor } from '../tensor/index.ts';
import { type Address, addressOf, detach, viewMemory } from './ffi/index.ts';

/**
 * A tensor for another thread of this process, which can be sent. What is small is sent with it; the rest is read
 * where it is: its owner keeps it until whoever reads it says that it is done, or has ended.
 */
export type TensorLoan =
  | { readonly kind: 'copy'; readonly tensor: Tensor }
  | {
      readonly kind: 'numbers';
      readonly dtype: NumericTensor['dtype'];
      readonly shape: Shape;
      readonly address: Address;
      readonly bytes: number;
    }
  | {
      readonly kind: 'strings';
      readonly shape: Shape;
      readonly address: Address;
      readonly bytes: number;
      /** Counted from `address`. */
      readonly offsets: Float64Array;
    };

/** A tensor that somebody else owns. */
export interface BorrowedTensor {
  readonly tensor: Tensor;
  /** Empties its views, before the owner is told that it is done: late use reads nothing. Null: it is a copy. */
  readonly end: (() => void) | null;
}

/** To view so many bytes elsewhere, and to say that one is done, takes longer than to send them. */
const mostSentBytes = 1024;

/** What another thread needs to read a tensor. The caller keeps the tensor until it is done, unless it was copied. */
export function lendTensor(tensor: Tensor): TensorLoan {
  const { shape } = tensor;
  if (!('offsets' in tensor)) {
    const { dtype, data } = tensor;
    const bytes = data.byteLength;
    if (bytes <= mostSentBytes) {
      return { kind: 'copy', tensor: { dtype, shape, data: data.slice() } };
    }
    return { kind: 'numbers', dtype, shape, address: placeOf(data), bytes };
  }
  const { dtype } = tensor;
  const first = tensor.offsets[0]!;
  const offsets = tensor.offsets.map((offset) => offset - first);
  const bytes = offsets.at(-1)!;
  if (bytes <= mostSentBytes) {
    const copy = tensor.bytes.slice(first, first + bytes);
    return { kind: 'copy', tensor: { dtype, shape, bytes: new Uint8Array(copy), offsets } };
  }
  return { kind: 'strings', shape, address: placeOf(tensor.bytes) + first, bytes, offsets };
}

/** Reads a tensor of another thread. */
export function borrowTensor(loan: TensorLoan): BorrowedTensor {
  if (loan.kind === 'copy') return { tensor: loan.tensor, end: null };
  const { shape, address, bytes } = loan;
  const view = viewMemory(address, bytes);
  const end = () => detach(view);
  if (loan.kind === 'strings') {
    const { offsets } = loan;
    return { tensor: { dtype: DType.STRING, shape, bytes: new Uint8Array(view), offsets }, end };
  }
  const { array, size, slots } = dtypeInfo(loan.dtype);
  const data = new array!(view, 0, (bytes / size) * slots);
  return { tensor: { dtype: loan.dtype, shape, data }, end };
}

function placeOf({ buffer, byteOffset }: ArrayBufferView): Address {
  return addressOf(buffer as ArrayBuffer) + byteOffset;
}
