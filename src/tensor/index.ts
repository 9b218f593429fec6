export type { DTypeInfo, ElementArray } from './dtype.ts';
export { baseDType, DType, dtypeInfo } from './dtype.ts';
export type { PartialShape, Shape } from './shape.ts';
export { elementCount, matchesPartialShape, shapeText } from './shape.ts';
export type { NumericTensor, StringTensor, Tensor, TensorAllocator } from './tensor.ts';
