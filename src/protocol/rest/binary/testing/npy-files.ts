import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  DType,
  dtypeInfo,
  heapAllocator,
  type NumericTensor,
  type Tensor,
} from '../../../../tensor/index.ts';

/** A file as NumPy saved it, and what is in it. */
export interface NpyFile {
  readonly what: string;
  readonly file: Buffer;
  readonly tensor: Tensor;
  /** Whether Serval writes the tensor as the same bytes. */
  readonly isWritten: boolean;
}

interface RecordedFile {
  readonly what: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly elements: string | readonly string[];
  readonly isWritten: boolean;
  readonly file: string;
}

/** The files of `npy-files.json`, which `make_npy_files.py` wrote. */
export function npyFiles(): readonly NpyFile[] {
  const json = readFileSync(path.join(import.meta.dirname, 'npy-files.json'), 'utf8');
  return (JSON.parse(json) as readonly RecordedFile[]).map(
    ({ what, dtype, shape, elements, isWritten, file }) => ({
      what,
      file: Buffer.from(file, 'base64'),
      tensor:
        typeof elements === 'string'
          ? numbers(dtype, shape, Buffer.from(elements, 'base64'))
          : strings(
              shape,
              elements.map((one) => Buffer.from(one, 'base64')),
            ),
      isWritten,
    }),
  );
}

function numbers(name: string, shape: readonly number[], elements: Buffer): NumericTensor {
  const dtype = Object.values(DType).find((one) => dtypeInfo(one).name === name)!;
  const tensor = heapAllocator.allocate(dtype as NumericTensor['dtype'], shape);
  elements.copy(Buffer.from(tensor.data.buffer));
  return tensor;
}

/** A tensor of strings. */
export function strings(shape: readonly number[], values: readonly Uint8Array[]): Tensor {
  const offsets = new Float64Array(values.length + 1);
  values.forEach((value, i) => {
    offsets[i + 1] = offsets[i]! + value.length;
  });
  return { dtype: DType.STRING, shape, bytes: Buffer.concat(values), offsets };
}

/** Shape and elements in a form that `assert` compares bit for bit. */
export function comparable(tensor: Tensor) {
  const { dtype, shape } = tensor;
  if (tensor.dtype !== DType.STRING) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    return { dtype, shape, elements: Buffer.from(buffer, byteOffset, byteLength).toString('hex') };
  }
  const { bytes, offsets } = tensor;
  const elements = Array.from({ length: offsets.length - 1 }, (_, i) =>
    Buffer.from(bytes.subarray(offsets[i], offsets[i + 1])).toString('latin1'),
  );
  return { dtype, shape, elements };
}

/** A file of version 1.0 with any header and elements, without the padding of NumPy's. */
export function npyFile(header: string, elements: string | Uint8Array = ''): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length + 1);
  const start = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  return Buffer.concat([
    start,
    length,
    Buffer.from(`${header}\n`, 'latin1'),
    typeof elements === 'string' ? Buffer.from(elements, 'latin1') : elements,
  ]);
}
