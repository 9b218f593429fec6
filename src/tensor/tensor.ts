import type { DType, ElementArray } from './dtype.ts';
import type { PendingFill } from './repeat-last.ts';
import type { Shape } from './shape.ts';

/**
 * A dense tensor of a fixed-size dtype, row-major. `data` views the memory of whoever allocated it
 * and must not be read after that owner was closed; `data.length` is elements × slots of the dtype.
 */
export interface NumericTensor {
  readonly dtype: Exclude<DType, typeof DType.STRING>;
  readonly shape: Shape;
  readonly data: ElementArray;
}

/**
 * A dense tensor of byte strings, row-major, without an object for each element: string i is
 * `bytes[offsets[i] .. offsets[i + 1])`, so `offsets.length` is elements + 1 and `offsets[0]` is
 * where the first string begins. Strings are any bytes, not only UTF-8. Offsets are doubles
 * because a tensor's strings together may pass 4 GiB.
 */
export interface StringTensor {
  readonly dtype: typeof DType.STRING;
  readonly shape: Shape;
  readonly bytes: Uint8Array;
  readonly offsets: Float64Array;
}

export type Tensor = NumericTensor | StringTensor;

/**
 * Gives tensors their memory. An engine's allocator hands out its own, so that a decoder writes a
 * request's numbers straight where the engine reads them (at most one copy of a tensor). The
 * memory is not cleared: the caller writes every element.
 */
export interface TensorAllocator {
  /** @throws StatusError RESOURCE_EXHAUSTED where the memory cannot be had. */
  allocate(dtype: NumericTensor['dtype'], shape: Shape): NumericTensor;
}

/** Strings that are to be joined with others: elements of a tensor, in the order in which they are wanted. */
export interface StringPart {
  readonly tensor: StringTensor;
  /** Indices of elements, in any order and as often as they are wanted; null: all of them. */
  readonly elements: Int32Array | null;
}

/** Strings that are being joined: `step` copies some, of some 30 KB, until it returns true. */
export interface StringJoin extends PendingFill {
  /** To be fed once all are there; nothing can be read from it, and it lives as long as whoever made it. */
  readonly tensor: StringTensor;
}

/** Joins strings where an engine reads them, with no other copy. */
export interface StringJoiner {
  /**
   * Memory for all strings of the parts, in their order: a tensor that may be fed to models that keep no state. The parts
   * are read by the steps.
   *
   * @throws StatusError RESOURCE_EXHAUSTED where the memory cannot be had; INTERNAL for offsets outside of a part's bytes.
   */
  joinStrings(shape: Shape, parts: readonly StringPart[]): StringJoin;
}
