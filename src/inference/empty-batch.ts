import type { SignatureSpec } from '../engines/index.ts';
import { resourceExhausted } from '../status/index.ts';
import {
  DType,
  dtypeInfo,
  elementCount,
  matchesPartialShape,
  shapeText,
  type Tensor,
  type TensorAllocator,
} from '../tensor/index.ts';

/**
 * Whether a request asks for no rows: every input is declared with an open first dimension and is
 * fed with 0 of them.
 *
 * Some kernels (oneDNN's convolutions) fail on no rows where others answer with none. For such a
 * request, where the model works row by row, one row of zeros is run and the answer cut to no rows.
 */
export function isEmptyBatch(signature: SignatureSpec, feeds: readonly Tensor[]): boolean {
  for (let i = 0; i < feeds.length; i++) {
    const { shape } = feeds[i]!;
    const declared = signature.inputs[i]!.shape;
    if (shape[0] !== 0 || declared === null || declared[0] !== -1) return false;
    if (!matchesPartialShape(shape, declared)) return false;
  }
  return feeds.length > 0;
}

/** Far more than the row of any model whose sizes are declared. */
const mostRowBytes = 64 * 2 ** 20;

/** Bytes that an empty string takes: its cell in the engine, its offset. */
const emptyStringBytes = 32;

/**
 * The same feeds with one row of zeros (empty strings) each. Where a model leaves the sizes of its
 * rows open, a request of a few bytes chooses them.
 *
 * @throws StatusError RESOURCE_EXHAUSTED for rows that are too large, and of `request.reserve`
 */
export function withOneZeroRow(
  feeds: readonly Tensor[],
  allocator: TensorAllocator,
  request: { reserve(bytes: number): void },
): Tensor[] {
  return feeds.map((feed): Tensor => {
    const shape = [1, ...feed.shape.slice(1)];
    const unit = feed.dtype === DType.STRING ? emptyStringBytes : dtypeInfo(feed.dtype).size;
    const bytes = elementCount(shape) * unit;
    if (bytes > mostRowBytes) {
      throw resourceExhausted(
        `One row of an input of shape ${shapeText(feed.shape)} takes ${bytes} bytes, more than ` +
          `the limit of ${mostRowBytes} for an empty batch`,
      );
    }
    request.reserve(bytes);
    if (feed.dtype === DType.STRING) {
      const offsets = new Float64Array(elementCount(shape) + 1);
      return { dtype: feed.dtype, shape, bytes: new Uint8Array(0), offsets };
    }
    const row = allocator.allocate(feed.dtype, shape);
    new Uint8Array(row.data.buffer, row.data.byteOffset, row.data.byteLength).fill(0);
    return row;
  });
}

/** The tensors with 0 as their first dimension and no elements; scalars stay as they are. */
export function cutToNoRows(tensors: readonly Tensor[]): Tensor[] {
  return tensors.map((tensor): Tensor => {
    if (tensor.shape.length === 0) return tensor;
    const shape = [0, ...tensor.shape.slice(1)];
    if (tensor.dtype === DType.STRING) {
      return { dtype: tensor.dtype, shape, bytes: new Uint8Array(0), offsets: new Float64Array(1) };
    }
    const data = new (dtypeInfo(tensor.dtype).array!)(new ArrayBuffer(0), 0, 0);
    return { dtype: tensor.dtype, shape, data };
  });
}
