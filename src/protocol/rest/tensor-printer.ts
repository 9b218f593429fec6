import { invalidArgument } from '../../status/index.ts';
import { DType, dtypeInfo, type NumericTensor, type Tensor } from '../../tensor/index.ts';
import { Char } from './json/chars.ts';
import type { JsonWriter } from './json/json-writer.ts';

/** Bytes of a long string printed at once; divisible by 3 for base64. */
const pieceBytes = 12 * 1024;

/** Bytes of text that one element is counted as, at least. */
const elementCost = 8;

/**
 * Prints a tensor, or the part of it behind one index of its first dimension, as nested JSON lists
 * (spec 5.7).
 *
 * Resumable: after {@link begin} call {@link run} until it returns true.
 */
export class TensorPrinter {
  readonly #out: JsonWriter;
  readonly #tensor: Tensor;
  readonly #asBase64: boolean;
  /** 64-bit integers, and the same as halves, low one first. */
  readonly #longs: BigInt64Array | BigUint64Array | null;
  readonly #words: Int32Array | null;
  /** For each dimension, the elements printed of the list that is open. */
  readonly #counts: number[];
  #first = 0;
  #dimension = 0;
  /** The next element of the tensor. */
  #index = 0;
  /** Where a long string goes on; −1 for none. */
  #stringPos = -1;
  #isOpening = true;

  /** @param alias decides whether strings are printed as base64: `_bytes` at its end */
  constructor(out: JsonWriter, alias: string, tensor: Tensor) {
    this.#out = out;
    this.#tensor = tensor;
    this.#asBase64 = alias.endsWith('_bytes');
    this.#counts = new Array<number>(tensor.shape.length).fill(0);
    const isLong = tensor.dtype === DType.INT64 || tensor.dtype === DType.UINT64;
    this.#longs = isLong ? (tensor.data as BigInt64Array | BigUint64Array) : null;
    this.#words = isLong
      ? new Int32Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.length * 2)
      : null;
  }

  /**
   * The next part to print: the whole tensor (0), or what stands behind the next index of the first
   * dimension (1).
   */
  begin(firstDimension: number): void {
    this.#first = firstDimension;
    this.#dimension = firstDimension;
    this.#isOpening = true;
  }

  /**
   * Prints about `budget` bytes.
   *
   * @returns whether the part is complete
   * @throws StatusError INVALID_ARGUMENT for types that JSON cannot express
   */
  run(budget: number): boolean {
    const out = this.#out;
    const { shape } = this.#tensor;
    const rank = shape.length;
    const stop = out.length + budget;
    for (;;) {
      const dimension = this.#dimension;
      if (this.#isOpening) {
        if (dimension < rank) {
          out.byte(Char.OPEN_LIST);
          this.#counts[dimension] = 0;
          if (shape[dimension]! > 0 && dimension < rank - 1) {
            this.#dimension = dimension + 1;
            continue;
          }
        }
        this.#isOpening = false;
      }
      if (dimension === rank) {
        // A scalar.
        if (!this.#element(this.#index)) return false;
        this.#index++;
        return true;
      }
      if (dimension === rank - 1) {
        if (!this.#leaves(shape[dimension]!, stop)) return false;
      }
      out.byte(Char.CLOSE_LIST);
      // Close all lists that are full now.
      let open = dimension - 1;
      for (; open >= this.#first; open--) {
        this.#counts[open]! += 1;
        if (this.#counts[open]! < shape[open]!) break;
        out.byte(Char.CLOSE_LIST);
      }
      if (open < this.#first) return true;
      out.byte(Char.COMMA);
      this.#dimension = open + 1;
      this.#isOpening = true;
      if (out.length >= stop) return false;
    }
  }

  /** The elements of an innermost list. @returns whether all of them are printed */
  #leaves(size: number, stop: number): boolean {
    const out = this.#out;
    const counts = this.#counts;
    const last = counts.length - 1;
    let count = counts[last]!;
    const { dtype } = this.#tensor;
    const first = this.#index;
    const end = first + size - count;
    // For numbers a budget in bytes bounds the elements too.
    if (dtype === DType.FLOAT) {
      const data = this.#tensor.data as Float32Array;
      this.#index = out.float32s(data, first, end, count === 0, stop);
      count += this.#index - first;
    } else if (isInteger(dtype)) {
      const { data } = this.#tensor as NumericTensor;

      this.#index = out.integers(data as Int32Array, first, end, count === 0, stop);
      count += this.#index - first;
    } else {
      let cost = out.length;
      for (; count < size && cost < stop; count++) {
        if (count > 0 && this.#stringPos < 0) out.byte(Char.COMMA);
        if (!this.#element(this.#index)) break;
        this.#index++;
        cost = Math.max(cost + elementCost, out.length);
      }
    }
    counts[last] = count;
    return count === size;
  }

  /** @returns false when a long string is not complete yet */
  #element(index: number): boolean {
    const out = this.#out;
    const tensor = this.#tensor;
    switch (tensor.dtype) {
      case DType.FLOAT:
        out.float32(tensor.data[index] as number);
        return true;
      case DType.DOUBLE:
        out.float64(tensor.data[index] as number);
        return true;
      case DType.INT32:
      case DType.INT16:
      case DType.INT8:
      case DType.UINT8:
      case DType.UINT32:
        out.integer(tensor.data[index] as number);
        return true;
      case DType.INT64:
      case DType.UINT64:
        this.#long(index, tensor.dtype === DType.UINT64);
        return true;
      case DType.BOOL:
        out.ascii(tensor.data[index] === 0 ? 'false' : 'true');
        return true;
      case DType.STRING:
        return this.#string(tensor.bytes, tensor.offsets[index]!, tensor.offsets[index + 1]!);
      default: {
        const { name } = dtypeInfo(tensor.dtype);
        throw invalidArgument(`Failed to write JSON value for tensor type: ${name}`);
      }
    }
  }

  #long(index: number, unsigned: boolean): void {
    const words = this.#words!;
    const low = words[index * 2]! >>> 0;
    const high = unsigned ? words[index * 2 + 1]! >>> 0 : words[index * 2 + 1]!;
    const value = high * 0x100000000 + low;
    if (Number.isSafeInteger(value)) this.#out.integer(value);
    else this.#out.ascii(String(this.#longs![index]));
  }

  #string(bytes: Uint8Array, start: number, end: number): boolean {
    const out = this.#out;
    if (this.#stringPos < 0) {
      out.ascii(this.#asBase64 ? '{"b64":"' : '"');
      this.#stringPos = start;
    }
    const stop = Math.min(end, this.#stringPos + pieceBytes);
    if (this.#asBase64) out.base64(bytes, this.#stringPos, stop);
    else out.escaped(bytes, this.#stringPos, stop);
    this.#stringPos = stop;
    if (stop < end) return false;
    out.ascii(this.#asBase64 ? '"}' : '"');
    this.#stringPos = -1;
    return true;
  }
}

/** Whether the elements are integers that JavaScript has as numbers. */
function isInteger(dtype: DType): boolean {
  switch (dtype) {
    case DType.INT32:
    case DType.INT16:
    case DType.INT8:
    case DType.UINT8:
    case DType.UINT32:
      return true;
    default:
      return false;
  }
}
