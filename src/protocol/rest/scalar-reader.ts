import { DType, type NumericTensor } from '../../tensor/index.ts';
import { Char } from './json/chars.ts';
import { DecimalReader, numberText } from './json/decimal.ts';

/** Digits and sign of the longest 64-bit integer. */
const maxLongBytes = 20;

/** Reads integers and truth values of valid JSON (spec 5.6) into the elements of a tensor. */
export class ScalarReader {
  readonly #json: Buffer;
  readonly #dtype: DType;
  readonly #data: NumericTensor['data'] | null;
  /** 64-bit integers as halves, low one first. */
  readonly #words: Uint32Array | null;
  readonly #decimal = new DecimalReader();

  /** @param data null: only check */
  constructor(json: Buffer, dtype: DType, data: NumericTensor['data'] | null) {
    this.#json = json;
    this.#dtype = dtype;
    this.#data = data;
    const isLong = dtype === DType.INT64 || dtype === DType.UINT64;
    this.#words =
      data !== null && isLong
        ? new Uint32Array(data.buffer, data.byteOffset, data.length * 2)
        : null;
  }

  /**
   * Reads the value at `p` into element `index`.
   *
   * @returns the position behind it, −1 if the type does not take it
   */
  read(p: number, index: number): number {
    const c = this.#json[p]!;
    if (this.#dtype === DType.BOOL) {
      if (c !== Char.LOWER_T && c !== Char.LOWER_F) return -1;
      const truth = c === Char.LOWER_T;
      this.#set(index, truth ? 1 : 0);
      return p + (truth ? 4 : 5);
    }
    if (c > Char.NINE || c === Char.QUOTE) return -1;
    const end = this.#decimal.read(this.#json, p, false);
    if (!this.#decimal.isInteger) return -1;
    const { value } = this.#decimal;
    switch (this.#dtype) {
      case DType.INT32:
      case DType.INT16:
      case DType.INT8:
      case DType.UINT8:
        // Smaller types take the low bits, as the original does.
        if (value < -0x80000000 || value > 0x7fffffff) return -1;
        this.#set(index, value);
        return end;
      case DType.UINT32:
        if (value < 0 || value > 0xffffffff) return -1;
        this.#set(index, value);
        return end;
      case DType.INT64:
        return this.#long(index, value, p, end, true) ? end : -1;
      case DType.UINT64:
        return this.#long(index, value, p, end, false) ? end : -1;
      default:
        return -1;
    }
  }

  #set(index: number, value: number): void {
    if (this.#data !== null) this.#data[index] = value;
  }

  #long(index: number, value: number, start: number, end: number, signed: boolean): boolean {
    if (!Number.isSafeInteger(value)) return this.#veryLong(index, start, end, signed);
    if (value < 0 && !signed) return false;
    if (this.#words !== null) {
      const high = Math.floor(value / 0x100000000);
      this.#words[index * 2] = value - high * 0x100000000;
      this.#words[index * 2 + 1] = high;
    }
    return true;
  }

  #veryLong(index: number, start: number, end: number, signed: boolean): boolean {
    if (end - start > maxLongBytes) return false;
    const exact = BigInt(numberText(this.#json, start, end));
    if (exact !== (signed ? BigInt.asIntN(64, exact) : BigInt.asUintN(64, exact))) return false;
    if (this.#data !== null) (this.#data as BigInt64Array | BigUint64Array)[index] = exact;
    return true;
  }
}
