import { invalidArgument, resourceExhausted } from '../../../status/index.ts';
import {
  DType,
  dtypeInfo,
  type NumericTensor,
  type Shape,
  type StringTensor,
  type Tensor,
} from '../../../tensor/index.ts';
import type { Steps } from '../../../util/index.ts';
import { npyTypeName } from './npy-type.ts';

/** NumPy aligns the elements to this many bytes. */
const alignment = 64;

/** Magic string, version 1.0 and the length of the header. */
const fixedBytes = 10;

/** Bytes copied in one step. */
const stepBytes = 128 << 10;

/** Strings written in one step. */
const stepStrings = 1024;

/** How much larger than its strings a reply may be: every cell has the size of the longest. */
const mostPadding = 16;

/** Cells up to these bytes together are written however much padding they have. */
const freePaddingBytes = 64 * 2 ** 20;

/**
 * A tensor as a .npy file of version 1.0, in one buffer: numbers are copied once, bit for bit. Strings
 * get dtype S with the length of the longest; bfloat16 is V2, as `ml_dtypes` saves it.
 *
 * @param alias of the tensor, for error texts
 * @throws StatusError INVALID_ARGUMENT for what NumPy has no dtype for, and for strings that end in a
 * zero byte, which it would cut off; RESOURCE_EXHAUSTED where one long string would make the others
 * far too long
 */
export function writeNpy(alias: string, tensor: Tensor): Steps<Uint8Array> {
  return tensor.dtype === DType.STRING ? writeStrings(alias, tensor) : writeNumbers(alias, tensor);
}

/** The refusal of an output that has no .npy form. */
export function noNpyForm(alias: string, dtype: DType) {
  return invalidArgument(
    `Output ${alias} has type ${dtypeInfo(dtype).name}, which .npy cannot hold; ` +
      'accept application/x-protobuf',
  );
}

function* writeNumbers(alias: string, { dtype, shape, data }: NumericTensor): Steps<Uint8Array> {
  const descr = npyTypeName(dtype);
  if (descr === null) throw noNpyForm(alias, dtype);
  const { file, start } = begin(descr, shape, data.byteLength);
  const source = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < source.length; at += stepBytes) {
    if (at > 0) yield;
    file.set(source.subarray(at, at + stepBytes), start + at);
  }
  return file;
}

function* writeStrings(alias: string, tensor: StringTensor): Steps<Uint8Array> {
  const { shape, bytes, offsets } = tensor;
  const count = offsets.length - 1;
  let longest = 1;
  for (let i = 0; i < count; i++) {
    if (i % stepStrings === stepStrings - 1) yield;
    const end = offsets[i + 1]!;
    const length = end - offsets[i]!;
    if (length > longest) longest = length;
    if (length > 0 && bytes[end - 1] === 0) {
      throw invalidArgument(
        `Output ${alias} has a string that ends in a zero byte, which .npy cannot hold; ` +
          'accept application/x-protobuf',
      );
    }
  }
  const size = count * longest;
  if (size > Math.max(freePaddingBytes, mostPadding * (offsets[count]! - offsets[0]!))) {
    throw resourceExhausted(
      `Output ${alias} takes ${size} bytes as .npy, where every string takes as many as the ` +
        'longest; accept application/x-protobuf',
    );
  }
  const { file, start } = begin(`|S${longest}`, shape, size);
  for (let i = 0; i < count; i++) {
    if (i % stepStrings === stepStrings - 1) yield;
    const length = offsets[i + 1]! - offsets[i]!;
    const to = start + i * longest;
    file.set(bytes.subarray(offsets[i], offsets[i + 1]), to);
    file.fill(0, to + length, to + longest);
  }
  return file;
}

/** A buffer for the whole file, with everything in it before the elements. */
function begin(descr: string, shape: Shape, bytes: number) {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((fixedBytes + header.length + 1) / alignment) * alignment;
  const file = Buffer.allocUnsafeSlow(start + bytes);
  file.write('\x93NUMPY\x01\x00', 'latin1');
  file.writeUInt16LE(start - fixedBytes, fixedBytes - 2);
  file.write(`${header.padEnd(start - fixedBytes - 1)}\n`, fixedBytes, 'latin1');
  return { file, start };
}
