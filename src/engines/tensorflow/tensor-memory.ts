import { internal, invalidArgument, resourceExhausted, unimplemented } from '../../status/index.ts';
import {
  baseDType,
  DType,
  dtypeInfo,
  elementCount,
  type NumericTensor,
  planTensorProto,
  type Shape,
  type StringPart,
  type StringTensor,
  type Tensor,
  writeTensorProto,
} from '../../tensor/index.ts';
import { WireWriter } from '../../util/index.ts';
import { type Address, detach, libc, NativeBlock, viewMemory, writeWord } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { EngineTensor, JoinedStrings, NativeTensor, SmallTensor } from './native-tensor.ts';
import { mostSmallBytes, SmallMemory } from './small-memory.ts';
import { newStatus, throwIfError } from './status.ts';
import { StringsWriter } from './strings-writer.ts';
import { readStrings, stringCount, stringsSize, tstringBytes } from './tstring.ts';

/** TensorFlow ends the process when a shape has more dimensions (TensorShape::MaxDimensions). */
const highestRank = 254;

/**
 * TensorFlow ends the process when a shape's sizes multiply past 2^63, zeros left aside. No machine
 * has nearly as much memory, so the bound is where it is certain to hold.
 */
const mostBytes = 2 ** 46;

/** Strings that take more than this are written in pieces: less is well under 1 ms. */
const mostWrittenAtOnce = 512 << 10;

/** A tensor and what owns its memory; null where that is the JavaScript heap's. */
export interface OwnedTensor<T extends Tensor> {
  readonly tensor: T;
  readonly native: NativeTensor | null;
}

/**
 * Makes TF_Tensors out of tensors and reads them back. One for each engine and thread: it reuses
 * the memory in which it passes dimensions.
 */
export class TensorMemory {
  readonly #api: TensorFlowApi;
  readonly #dims = new NativeBlock(highestRank * 8);
  readonly #small = new SmallMemory();
  readonly #memcpy = libc().memcpy;

  constructor(api: TensorFlowApi) {
    this.#api = api;
  }

  close(): void {
    this.#dims.free();
  }

  /**
   * Memory for a tensor that is to be fed, not cleared: TensorFlow's own, which is fed without a
   * copy, or for small ones the JavaScript heap's. The caller is its owner.
   *
   * @throws StatusError RESOURCE_EXHAUSTED, or INVALID_ARGUMENT for a shape that no tensor can
   * have, or UNIMPLEMENTED for a dtype without elements of a fixed size.
   */
  allocate(dtype: NumericTensor['dtype'], shape: Shape): OwnedTensor<NumericTensor> {
    const { size, slots, array, protoName } = dtypeInfo(dtype);
    if (array === null) throw unimplemented(`Tensors of type ${protoName} cannot be fed`);
    const bytes = elementCount(shape) * size;
    if (bytes <= mostSmallBytes) {
      checkShape(shape, size);
      return { tensor: this.#newSmall(dtype, shape, bytes), native: null };
    }
    const address = this.#allocate(dtype, shape, bytes, size);
    const view = this.#view(address, bytes);
    const native = new NativeTensor(this.#api, address, view);
    const data = new array(view, 0, (bytes / size) * slots);
    return { tensor: new EngineTensor(dtype, shape, data, native), native };
  }

  /**
   * What a run is fed with for `tensor`: its own memory where that is TensorFlow's, else a copy.
   * The caller becomes an owner, and sees to it that it is filled (`NativeTensor.isFilled`) while
   * `tensor` lives.
   *
   * @param outlivesRun the model may keep what it is fed: strings then get memory of TensorFlow's
   * own, since its kernels copy a view without the bytes behind it.
   */
  feed(tensor: Tensor, outlivesRun: boolean): NativeTensor {
    const native = EngineTensor.nativeOf(tensor);
    if (native !== null) return native.retain();
    if (tensor.dtype === DType.STRING) {
      const joined = JoinedStrings.nativeOf(tensor);
      if (joined !== null) {
        if (outlivesRun) throw internal('Joined strings are fed to a model that keeps state');
        return joined.retain();
      }
      return outlivesRun ? this.#copyOwnedStrings(tensor) : this.#copyStrings(tensor);
    }
    return this.#copyNumbers(tensor);
  }

  /**
   * Strings of several tensors in memory of TensorFlow's own, which is fed without a copy. The caller is its
   * owner, and sees to it that it is filled while the parts live.
   *
   * @throws StatusError as {@link TensorMemory.allocate}; INTERNAL for offsets outside of a part's bytes.
   */
  joinStrings(
    shape: Shape,
    parts: readonly StringPart[],
  ): { readonly tensor: StringTensor; readonly native: NativeTensor } {
    const count = parts.reduce((sum, part) => sum + stringCount(part), 0);
    checkStringCount(shape, count);
    const size = stringsSize(parts);
    const native = this.#newStrings(shape, parts, size);
    return { tensor: new JoinedStrings(shape, native, size), native };
  }

  /**
   * Reads an output, taking the TF_Tensor over also when it throws. Numbers are viewed in place,
   * small tensors and strings copied out. Reference types (`DT_FLOAT_REF`) are given as what they refer to.
   *
   * @throws StatusError UNIMPLEMENTED for values that have no form outside TensorFlow.
   */
  read(address: Address): OwnedTensor<Tensor> {
    const api = this.#api;
    let owned = true;
    try {
      const number = api.TF_TensorType(address);
      const dtype = baseDType(number);
      const { size, slots, array, protoName } = dtypeInfo(dtype);
      const rank = api.TF_NumDims(address);
      const shape = new Array<number>(rank);
      for (let i = 0; i < rank; i++) shape[i] = api.TF_Dim(address, i);
      const count = elementCount(shape);
      if (dtype === DType.STRING) {
        const data = count === 0 ? 0 : api.TF_TensorData(address);
        const structs = viewMemory(data, count * tstringBytes);
        const strings = readStrings(structs, data, count);
        detach(structs);
        return { tensor: { dtype, shape, ...strings }, native: null };
      }
      if (array === null) {
        const name = dtype === DType.INVALID ? `number ${number}` : protoName;
        throw unimplemented(`An output has type ${name}, which cannot leave the model`);
      }
      const bytes = count * size;
      if (bytes <= mostSmallBytes) {
        const tensor = this.#newSmall(dtype, shape, bytes);
        if (bytes > 0) this.#memcpy(this.#small.address, api.TF_TensorData(address), bytes);
        return { tensor, native: null };
      }
      const view = viewMemory(api.TF_TensorData(address), bytes);
      const native = new NativeTensor(api, address, view);
      owned = false;
      const data = new array(view, 0, count * slots);
      return { tensor: new EngineTensor(dtype, shape, data, native), native };
    } finally {
      if (owned) api.TF_DeleteTensor(address);
    }
  }

  #newSmall(dtype: NumericTensor['dtype'], shape: Shape, bytes: number): SmallTensor {
    const { size, slots, array } = dtypeInfo(dtype);
    const small = this.#small;
    const data = new array!(small.take(bytes), small.offset, (bytes / size) * slots);
    return new SmallTensor(dtype, shape, data, small.address);
  }

  #copyNumbers(tensor: NumericTensor): NativeTensor {
    const { dtype, shape, data } = tensor;
    const { size, array, protoName } = dtypeInfo(dtype);
    if (array === null) throw unimplemented(`Tensors of type ${protoName} cannot be fed`);
    const bytes = elementCount(shape) * size;
    const address = this.#allocate(dtype, shape, bytes, size);
    if (data.byteLength !== bytes) {
      this.#api.TF_DeleteTensor(address);
      throw internal(
        `A tensor of shape [${shape.join(',')}] has ${data.byteLength} bytes, not ${bytes}`,
      );
    }
    if (bytes > mostSmallBytes) {
      const view = this.#view(address, bytes);
      new Uint8Array(view).set(new Uint8Array(data.buffer, data.byteOffset, bytes));
      return new NativeTensor(this.#api, address, view);
    }
    if (bytes > 0) {
      const from = SmallTensor.addressOf(tensor) || this.#copySmall(data);
      this.#memcpy(this.#api.TF_TensorData(address), from, bytes);
    }
    return new NativeTensor(this.#api, address, null);
  }

  /** @returns where the copy is, until the next small tensor is made. */
  #copySmall({ buffer, byteOffset, byteLength }: NumericTensor['data']): Address {
    const small = this.#small;
    const copy = new Uint8Array(small.take(byteLength), small.offset, byteLength);
    copy.set(new Uint8Array(buffer, byteOffset, byteLength));
    return small.address;
  }

  #copyStrings(tensor: StringTensor): NativeTensor {
    checkStringCount(tensor.shape, tensor.offsets.length - 1);
    const parts = [{ tensor, elements: null }];
    const bytes = stringsSize(parts);
    const native = this.#newStrings(tensor.shape, parts, bytes);
    try {
      if (bytes <= mostWrittenAtOnce) while (!native.isFilled) native.fillOn();
      return native;
    } catch (error) {
      native.release();
      throw error;
    }
  }

  /** Memory of so many bytes for strings, which are not yet written. */
  #newStrings(shape: Shape, parts: readonly StringPart[], bytes: number): NativeTensor {
    const address = this.#allocate(DType.STRING, shape, bytes, tstringBytes);
    const view = this.#view(address, bytes);
    const native = new NativeTensor(this.#api, address, view);
    try {
      if (bytes > 0) {
        native.fillLater(new StringsWriter(view, this.#api.TF_TensorData(address), parts));
      }
      return native;
    } catch (error) {
      native.release();
      throw error;
    }
  }

  #copyOwnedStrings(tensor: StringTensor): NativeTensor {
    checkStringCount(tensor.shape, tensor.offsets.length - 1);
    const plan = planTensorProto(tensor, { asTensorContent: true });
    const writer = new WireWriter(plan.size);
    writeTensorProto(plan, writer);
    const api = this.#api;
    const address = this.#allocate(DType.STRING, [0], 0, tstringBytes);
    const native = new NativeTensor(api, address, null);
    const status = newStatus(api);
    const buffer = api.TF_NewBufferFromString(writer.bytes, plan.size);
    try {
      api.TF_TensorFromProto(buffer, address, status.address);
      throwIfError(api, status.address);
      return native;
    } catch (error) {
      native.release();
      throw error;
    } finally {
      api.TF_DeleteBuffer(buffer);
      status.close();
    }
  }

  #allocate(dtype: number, shape: Shape, bytes: number, elementBytes: number): Address {
    checkShape(shape, elementBytes);
    const rank = shape.length;
    for (let i = 0; i < rank; i++) writeWord(this.#dims.words, i * 2, shape[i]!);
    const address = this.#api.TF_AllocateTensor(dtype, this.#dims.address, rank, bytes);
    if (address === 0) throw noMemory(shape);
    return address;
  }

  /** The view on a fresh TF_Tensor, which is deleted where there is no memory behind it. */
  #view(address: Address, bytes: number): ArrayBuffer {
    try {
      const data = bytes === 0 ? 0 : this.#api.TF_TensorData(address);
      if (bytes > 0 && data === 0)
        throw resourceExhausted(`No memory for a tensor of ${bytes} bytes`);
      return viewMemory(data, bytes);
    } catch (error) {
      this.#api.TF_DeleteTensor(address);
      throw error;
    }
  }
}

function checkStringCount(shape: Shape, count: number): void {
  if (count === elementCount(shape)) return;
  throw internal(`A tensor of shape [${shape.join(',')}] has ${count} strings`);
}

/** Keeps from TensorFlow what would end the process. @throws StatusError */
function checkShape(shape: Shape, elementBytes: number): void {
  const rank = shape.length;
  if (rank > highestRank) {
    throw invalidArgument(`A tensor has ${rank} dimensions, more than the ${highestRank} allowed`);
  }
  let extent = elementBytes;
  for (let i = 0; i < rank; i++) {
    const size = shape[i]!;
    if (!(size >= 0)) throw invalidArgument(`A tensor has a dimension of size ${size}`);
    if (size > 0) extent *= size;
  }
  if (extent > mostBytes) throw noMemory(shape);
}

function noMemory(shape: Shape) {
  return resourceExhausted(`No memory for a tensor of shape [${shape.join(',')}]`);
}
