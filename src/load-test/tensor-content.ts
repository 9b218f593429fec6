import { DType, dtypeInfo } from '../tensor/index.ts';

/** The bytes of elements as a TensorProto's `tensor_content` has them (little-endian). */
export function tensorContent(dtype: DType, values: Float64Array): Uint8Array {
  const { array: Elements, size, slots } = dtypeInfo(dtype);
  if (Elements === null) throw new TypeError(`no numbers: ${dtypeInfo(dtype).protoName}`);
  const bytes = new ArrayBuffer((values.length / slots) * size);
  const elements = new Elements(bytes, 0, values.length);
  const convert = dtype === DType.HALF ? halfBits : dtype === DType.BFLOAT16 ? bfloat16Bits : null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
      elements[i] = BigInt(value);
    } else elements[i] = convert === null ? value : convert(value);
  }
  return new Uint8Array(bytes);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Of a number that is 0 or a normal one in half precision, without rounding. */
function halfBits(value: number): number {
  if (value === 0) return 0;
  float[0] = value;
  return (bits[0]! >> 13) - (112 << 10);
}

function bfloat16Bits(value: number): number {
  float[0] = value;
  return bits[0]! >> 16;
}
