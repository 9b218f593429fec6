import type { TensorProto } from '../../src/proto/index.ts';

/**
 * The elements of a TensorProto, read independently of Serval's own codec: floats as numbers,
 * integers as bigints, booleans, strings as base64; complex numbers as two numbers each.
 */
export function tensorValues(tensor: TensorProto): readonly (number | bigint | boolean | string)[] {
  const { tensorContent: content } = tensor;
  const slots = elementCount(tensor) * (isComplex(tensor.dtype) ? 2 : 1);
  if (content.length > 0) {
    if (tensor.dtype === 7) return contentStrings(content, slots);
    return Array.from({ length: slots }, (_, index) => contentValue(tensor.dtype, content, index));
  }
  const typed = typedValues(tensor);
  // Fewer values than elements: the last one stands for the rest.
  return Array.from({ length: slots }, (_, index) => typed[Math.min(index, typed.length - 1)] ?? 0);
}

function elementCount(tensor: TensorProto): number {
  return (tensor.tensorShape?.dim ?? []).reduce((count, dim) => count * Number(dim.size), 1);
}

const isComplex = (dtype: number) => dtype === 8 || dtype === 18;

function typedValues(tensor: TensorProto): readonly (number | bigint | boolean | string)[] {
  switch (tensor.dtype) {
    case 1:
      return tensor.floatVal;
    case 2:
      return tensor.doubleVal;
    case 7:
      return tensor.stringVal.map(base64);
    case 8:
      return tensor.scomplexVal;
    case 9:
      return tensor.int64Val;
    case 10:
      return tensor.boolVal;
    case 14:
      return tensor.halfVal.map(bfloat16);
    case 18:
      return tensor.dcomplexVal;
    case 19:
      return tensor.halfVal.map(half);
    case 22:
      return tensor.uint32Val.map(BigInt);
    case 23:
      return tensor.uint64Val;
    default:
      return tensor.intVal.map(BigInt);
  }
}

const sizes: Readonly<Record<number, number>> = {
  1: 4,
  2: 8,
  3: 4,
  4: 1,
  5: 2,
  6: 1,
  8: 4,
  9: 8,
  10: 1,
  14: 2,
  17: 2,
  18: 8,
  19: 2,
  22: 4,
  23: 8,
};

function contentValue(dtype: number, content: Uint8Array, index: number) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const at = index * (sizes[dtype] ?? 1);
  switch (dtype) {
    case 1:
    case 8:
      return view.getFloat32(at, true);
    case 2:
    case 18:
      return view.getFloat64(at, true);
    case 3:
      return BigInt(view.getInt32(at, true));
    case 5:
      return BigInt(view.getInt16(at, true));
    case 6:
      return BigInt(view.getInt8(at));
    case 9:
      return view.getBigInt64(at, true);
    case 10:
      return view.getUint8(at) !== 0;
    case 14:
      return bfloat16(view.getUint16(at, true));
    case 17:
      return BigInt(view.getUint16(at, true));
    case 19:
      return half(view.getUint16(at, true));
    case 22:
      return BigInt(view.getUint32(at, true));
    case 23:
      return view.getBigUint64(at, true);
    default:
      return BigInt(view.getUint8(at));
  }
}

/** The lengths of all strings as varints, then their bytes. */
function contentStrings(content: Uint8Array, count: number): readonly string[] {
  let at = 0;
  const lengths = Array.from({ length: count }, () => {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = content[at++]!;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return length;
    }
  });
  return lengths.map((length) => base64(content.subarray(at, (at += length))));
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function bfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
