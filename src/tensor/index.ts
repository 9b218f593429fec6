export type { DTypeInfo, ElementArray } from './dtype.ts';
export { baseDType, DType, dtypeInfo } from './dtype.ts';
export { heapAllocator } from './heap-allocator.ts';
export type { PendingFill } from './repeat-last.ts';
export { RepeatLast } from './repeat-last.ts';
export type { PartialShape, Shape } from './shape.ts';
export { elementCount, matchesPartialShape, shapeText } from './shape.ts';
export type {
  NumericTensor,
  StringJoin,
  StringJoiner,
  StringPart,
  StringTensor,
  Tensor,
  TensorAllocator,
} from './tensor.ts';
export type { TensorDecodeOptions } from './tensor-proto-decode.ts';
export { decodeTensorProto, defaultMaxFilledBytes } from './tensor-proto-decode.ts';
export type { TensorEncodeOptions, TensorProtoPlan } from './tensor-proto-encode.ts';
export {
  planTensorProto,
  planTensorProtoInSteps,
  writeTensorProto,
  writeTensorProtoInSteps,
} from './tensor-proto-encode.ts';
