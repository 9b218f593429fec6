import { DType, dtypeInfo, elementCount, type Shape, type Tensor } from '../tensor/index.ts';
import { type Address, addressOf, detach, viewMemory } from './ffi/index.ts';

/**
 * A tensor that another thread of this process reads while it stays where it is. It can be sent. Its memory is
 * its owner's, who keeps it until whoever reads it says that it is done, or has ended.
 */
export interface TensorLoan {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Where its numbers, or the bytes of its strings, begin. */
  readonly address: Address;
  readonly bytes: number;
  /** Of strings: where their offsets are, counted from some place before `address`. */
  readonly offsets: Address;
}

/** A tensor that somebody else owns. */
export interface BorrowedTensor {
  readonly tensor: Tensor;
  /** Whether it was copied: then the owner's memory is not read any more. */
  readonly isCopy: boolean;
  /** Empties its views, before the owner is told: late use reads nothing. */
  end(): void;
}

/** A view, and its end, take longer than a copy of so many bytes. */
const mostCopiedBytes = 1024;

const noMemory = 0;

/** What another thread needs to read a tensor. The caller keeps the tensor meanwhile. */
export function lendTensor(tensor: Tensor): TensorLoan {
  const { dtype, shape } = tensor;
  if (!('offsets' in tensor)) {
    const { data } = tensor;
    const bytes = data.byteLength;
    return { dtype, shape, address: placeOf(data), bytes, offsets: noMemory };
  }
  const { bytes, offsets } = tensor;
  const from = offsets[0]!;
  const length = offsets.at(-1)! - from;
  const address = length === 0 ? noMemory : placeOf(bytes) + from;
  return { dtype, shape, address, bytes: length, offsets: placeOf(offsets) };
}

/** Reads a tensor of another thread: small numbers are copied, everything else is viewed. */
export function borrowTensor({
  dtype,
  shape,
  address,
  bytes,
  offsets,
}: TensorLoan): BorrowedTensor {
  if (dtype === DType.STRING) {
    const count = elementCount(shape) + 1;
    const places = viewMemory(offsets, count * Float64Array.BYTES_PER_ELEMENT);
    const texts = viewMemory(address, bytes);
    const own = new Float64Array(places).slice();
    detach(places);
    const first = own[0]!;
    for (let i = 0; i < count; i++) own[i] = own[i]! - first;
    return {
      tensor: { dtype, shape, bytes: new Uint8Array(texts), offsets: own },
      isCopy: false,
      end: () => detach(texts),
    };
  }
  const { array, size, slots } = dtypeInfo(dtype);
  const view = viewMemory(address, bytes);
  const length = (bytes / size) * slots;
  const isCopy = bytes <= mostCopiedBytes;
  const memory = isCopy ? view.slice(0) : view;
  if (isCopy) detach(view);
  const data = new array!(memory, 0, length);
  return { tensor: { dtype, shape, data }, isCopy, end: () => detach(memory) };
}

function placeOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Address {
  return byteLength === 0 ? noMemory : addressOf(buffer as ArrayBuffer) + byteOffset;
}
