import { invalidArgument } from '../status/index.ts';
import { lengthPrefixedSize, type Steps, varintSize, type WireWriter } from '../util/index.ts';
import { DType } from './dtype.ts';
import { intListSize, writeIntList } from './int-list-encode.ts';
import type { Shape } from './shape.ts';
import {
  stringContentSize,
  stringListSize,
  writeStringContent,
  writeStringLengths,
  writeStringList,
} from './string-list-encode.ts';
import type { NumericTensor, StringTensor, Tensor } from './tensor.ts';
import { isLong, partBytes, partsOf } from './tensor-parts.ts';
import {
  contentTag,
  dimSizeTag,
  dimTag,
  dtypeTag,
  rawBytes,
  shapeTag,
  typedListOf,
} from './tensor-proto-fields.ts';

/** How tensors are laid out. */
export interface TensorEncodeOptions {
  /** Every dtype in `tensor_content`: `--enable_serialization_as_tensor_content`. */
  readonly asTensorContent: boolean;
}

/** A TensorProto whose size is known and that is not written yet. */
export interface TensorProtoPlan {
  /** Bytes of the whole message. */
  readonly size: number;
  readonly tensor: Tensor;
  readonly shapeSize: number;
  /** Bytes of the elements, without `elementsTag` and their length. */
  readonly elementsSize: number;
  /** The tag before all elements; 0 where each has its own. */
  readonly elementsTag: number;
  readonly layout: 'raw' | 'ints' | 'strings' | 'string content';
}

/**
 * Plans a tensor's TensorProto, so that the message around it can be written into one buffer of
 * the right size: typed lists, packed, one value for each element, or tensor_content (spec 6.9).
 * Dtype and shape are always there. The tensor must not change until it is written.
 *
 * @throws StatusError INVALID_ARGUMENT for a dtype that no TensorProto can carry
 */
export function planTensorProto(
  tensor: Tensor,
  { asTensorContent }: TensorEncodeOptions,
): TensorProtoPlan {
  const list = typedListOf(tensor.dtype);
  if (list === undefined) throw invalidArgument(`dtype ${tensor.dtype} cannot be sent as a tensor`);
  const listTag = asTensorContent ? contentTag : list.packedTag;
  if (tensor.dtype === DType.STRING) {
    return asTensorContent
      ? plan(tensor, 'string content', listTag, stringContentSize(tensor))
      : plan(tensor, 'strings', 0, stringListSize(tensor, list.elementTag));
  }
  return list.kind === 'int' && !asTensorContent
    ? plan(tensor, 'ints', listTag, intListSize(tensor))
    : plan(tensor, 'raw', listTag, tensor.data.byteLength);
}

/** The same in steps of about 20 to 100 µs, for large tensors: to measure whole numbers and strings takes time. */
export function* planTensorProtoInSteps(
  tensor: Tensor,
  options: TensorEncodeOptions,
): Steps<TensorProtoPlan> {
  let whole: TensorProtoPlan | null = null;
  let elementsSize = 0;
  for (const part of partsOf(tensor)) {
    whole = planTensorProto(part, options);
    // Raw elements have the size of the tensor's memory.
    if (whole.layout === 'raw') return planTensorProto(tensor, options);
    elementsSize += whole.elementsSize;
    yield;
  }
  if (whole === null) return planTensorProto(tensor, options);
  return plan(tensor, whole.layout, whole.elementsTag, elementsSize);
}

function plan(
  tensor: Tensor,
  layout: TensorProtoPlan['layout'],
  elementsTag: number,
  elementsSize: number,
): TensorProtoPlan {
  const shapeSize = sizeOfShape(tensor.shape);
  let size = varintSize(dtypeTag) + varintSize(tensor.dtype);
  size += varintSize(shapeTag) + lengthPrefixedSize(shapeSize);
  if (elementsTag === 0) size += elementsSize;
  else if (elementsSize > 0) size += varintSize(elementsTag) + lengthPrefixedSize(elementsSize);
  return { size, tensor, shapeSize, elementsSize, elementsTag, layout };
}

/** Writes the `plan.size` bytes of the message; the elements are copied once, in bulk where possible. */
export function writeTensorProto(plan: TensorProtoPlan, writer: WireWriter): void {
  const { tensor, layout, elementsSize, elementsTag } = plan;
  writer.varint(dtypeTag);
  writer.varint(tensor.dtype);
  writer.varint(shapeTag);
  writer.varint(plan.shapeSize);
  writeShape(tensor.shape, writer);
  if (elementsSize === 0) return;
  if (elementsTag !== 0) {
    writer.varint(elementsTag);
    writer.varint(elementsSize);
  }
  writeElements(layout, tensor, writer);
}

/** The same in steps of about 20 to 100 µs, for large tensors. */
export function* writeTensorProtoInSteps(plan: TensorProtoPlan, writer: WireWriter): Steps<void> {
  const { tensor, layout } = plan;
  writeHead(plan, writer);
  if (plan.elementsSize === 0) return;
  if (layout === 'string content') {
    const { bytes, offsets } = tensor as StringTensor;
    for (const part of partsOf(tensor)) {
      writeStringLengths(part as StringTensor, writer);
      yield;
    }
    yield* writeRawInSteps(bytes.subarray(offsets[0], offsets.at(-1)), writer);
    return;
  }
  for (const part of partsOf(tensor)) {
    if (isLong(part)) yield* writeLongString(part as StringTensor, writer);
    else writeElements(layout, part, writer);
    yield;
  }
}

/** All that comes before the elements. */
function writeHead(plan: TensorProtoPlan, writer: WireWriter): void {
  const { tensor, elementsSize, elementsTag } = plan;
  writer.varint(dtypeTag);
  writer.varint(tensor.dtype);
  writer.varint(shapeTag);
  writer.varint(plan.shapeSize);
  writeShape(tensor.shape, writer);
  if (elementsSize === 0 || elementsTag === 0) return;
  writer.varint(elementsTag);
  writer.varint(elementsSize);
}

/** @param tensor of the plan, or a part of it */
function writeElements(
  layout: TensorProtoPlan['layout'],
  tensor: Tensor,
  writer: WireWriter,
): void {
  switch (layout) {
    case 'raw':
      writer.raw(rawBytes((tensor as NumericTensor).data));
      return;
    case 'ints':
      writeIntList(tensor as NumericTensor, writer);
      return;
    case 'strings':
      writeStringList(tensor as StringTensor, typedListOf(tensor.dtype)!.elementTag, writer);
      return;
    case 'string content':
      writeStringContent(tensor as StringTensor, writer);
      return;
    default:
      layout satisfies never;
  }
}

/** One string, in pieces. */
function* writeLongString({ bytes, offsets }: StringTensor, writer: WireWriter): Steps<void> {
  const text = bytes.subarray(offsets[0], offsets[1]);
  writer.varint(typedListOf(DType.STRING)!.elementTag);
  writer.varint(text.length);
  yield* writeRawInSteps(text, writer);
}

function* writeRawInSteps(bytes: Uint8Array, writer: WireWriter): Steps<void> {
  for (let from = 0; from < bytes.length; from += partBytes) {
    writer.raw(bytes.subarray(from, from + partBytes));
    yield;
  }
}

function sizeOfShape(shape: Shape): number {
  let size = 0;
  for (let i = 0; i < shape.length; i++) {
    size += varintSize(dimTag) + lengthPrefixedSize(sizeOfDim(shape[i]!));
  }
  return size;
}

/** A dimension of 0 is the field's default and left out, as protobuf does. */
function sizeOfDim(dim: number): number {
  return dim === 0 ? 0 : varintSize(dimSizeTag) + varintSize(dim);
}

function writeShape(shape: Shape, writer: WireWriter): void {
  for (let i = 0; i < shape.length; i++) {
    const dim = shape[i]!;
    writer.varint(dimTag);
    writer.varint(sizeOfDim(dim));
    if (dim === 0) continue;
    writer.varint(dimSizeTag);
    writer.varint(dim);
  }
}
