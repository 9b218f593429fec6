import {
  dtypeInfo,
  elementCount,
  type NumericTensor,
  type StringTensor,
  type Tensor,
} from '../tensor/index.ts';

/** Elements in each row of a tensor: in what one index of its first dimension stands for. */
export function rowElements({ shape }: Pick<Tensor, 'shape'>): number {
  return elementCount(shape.slice(1));
}

/** The rows `from` to `to` of a tensor, as a view: it lives as long as the tensor's memory. */
export function rowsOf(tensor: Tensor, from: number, to: number): Tensor {
  const { shape } = tensor;
  if (from === 0 && to === shape[0]) return tensor;
  const rows = [to - from, ...shape.slice(1)];
  const elements = rowElements(tensor);
  if ('offsets' in tensor) {
    const { dtype, bytes, offsets } = tensor;
    const view = offsets.subarray(from * elements, to * elements + 1);
    return { dtype, shape: rows, bytes, offsets: view } satisfies StringTensor;
  }
  const { dtype, data } = tensor;
  const width = elements * slotsOf(tensor);
  const view = data.subarray(from * width, to * width);
  return { dtype, shape: rows, data: view } satisfies NumericTensor;
}

/** Slots of `data` that an element takes. */
export function slotsOf({ dtype }: Pick<NumericTensor, 'dtype'>): number {
  return dtypeInfo(dtype).slots;
}
