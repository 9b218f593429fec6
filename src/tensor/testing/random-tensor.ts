import { DType, dtypeInfo, elementCount, heapAllocator, type Tensor } from '../index.ts';

/** Every dtype that a TensorProto can carry. */
export const encodableDTypes: readonly DType[] = Object.values(DType).filter(
  (dtype) => dtypeInfo(dtype).array !== null || dtype === DType.STRING,
);

/** Numbers in [0, 1) that a seed decides (mulberry32), so that a failure can be repeated. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A tensor of up to four small dimensions, some of them 0, with any bits that the dtype allows:
 * small and large numbers, every sign, NaNs with payloads, strings of any bytes.
 */
export function randomTensor(dtype: DType, random: () => number): Tensor {
  const below = (limit: number) => Math.floor(random() * limit);
  const shape = Array.from({ length: below(5) }, () => (random() < 0.05 ? 0 : 1 + below(5)));
  const count = elementCount(shape);
  if (dtype === DType.STRING) {
    const lengths = Array.from({ length: count }, () => below(random() < 0.1 ? 300 : 10));
    const offsets = new Float64Array(count + 1);
    for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i]! + lengths[i]!;
    const bytes = Uint8Array.from({ length: offsets[count]! }, () => below(256));
    return { dtype, shape, bytes, offsets };
  }
  const tensor = heapAllocator.allocate(dtype, shape);
  const { buffer } = tensor.data;
  const bytes = new Uint8Array(buffer);
  const { size } = dtypeInfo(dtype);
  for (let start = 0; start < bytes.length; start += size) {
    const used = dtype === DType.BOOL ? 1 : below(size + 1);
    for (let i = 0; i < used; i++) bytes[start + i] = dtype === DType.BOOL ? below(2) : below(256);
    if (used < size && random() < 0.3) bytes.fill(0xff, start + used, start + size);
  }
  return tensor;
}
