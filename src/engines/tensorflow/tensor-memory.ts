import { internal, invalidArgument, resourceExhausted, unimplemented } from '../../status/index.ts';
import {
  baseDType,
  DType,
  dtypeInfo,
  elementCount,
  type NumericTensor,
  planTensorProto,
  type Shape,
  type StringTensor,
  type Tensor,
  writeTensorProto,
} from '../../tensor/index.ts';
import { WireWriter } from '../../util/index.ts';
import { type Address, detach, NativeBlock, viewMemory, writeWord } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { EngineTensor, NativeTensor } from './native-tensor.ts';
import { newStatus, throwIfError } from './status.ts';
import { readStrings, stringsSize, tstringBytes, writeStrings } from './tstring.ts';

/** TensorFlow ends the process when a shape has more dimensions (TensorShape::MaxDimensions). */
const highestRank = 254;

/**
 * TensorFlow ends the process when a shape's sizes multiply past 2^63, zeros left aside. No machine
 * has nearly as much memory, so the bound is where it is certain to hold.
 */
const mostBytes = 2 ** 46;

/** A tensor that came out of TensorFlow, and what owns its memory; strings are copied out. */
export interface ReadTensor {
  readonly tensor: Tensor;
  readonly native: NativeTensor | null;
}

/**
 * Makes TF_Tensors out of tensors and reads them back. One for each engine and thread: it reuses
 * the memory in which it passes dimensions.
 */
export class TensorMemory {
  readonly #api: TensorFlowApi;
  readonly #dims = new NativeBlock(highestRank * 8);

  constructor(api: TensorFlowApi) {
    this.#api = api;
  }

  close(): void {
    this.#dims.free();
  }

  /**
   * Memory that is fed without a copy, not cleared. The caller is its owner.
   *
   * @throws StatusError RESOURCE_EXHAUSTED, or INVALID_ARGUMENT for a shape that no tensor can
   * have, or UNIMPLEMENTED for a dtype without elements of a fixed size.
   */
  allocate(
    dtype: NumericTensor['dtype'],
    shape: Shape,
  ): { readonly tensor: EngineTensor; readonly native: NativeTensor } {
    const { size, slots, array, protoName } = dtypeInfo(dtype);
    if (array === null) throw unimplemented(`Tensors of type ${protoName} cannot be fed`);
    const bytes = elementCount(shape) * size;
    const address = this.#allocate(dtype, shape, bytes, size);
    const view = this.#view(address, bytes);
    const native = new NativeTensor(this.#api, address, view);
    const data = new array(view, 0, (bytes / size) * slots);
    return { tensor: new EngineTensor(dtype, shape, data, native), native };
  }

  /**
   * What a run is fed with for `tensor`: its own memory where that is TensorFlow's, else a copy.
   * The caller becomes an owner.
   *
   * @param outlivesRun the model may keep what it is fed: strings then get memory of TensorFlow's
   * own, since its kernels copy a view without the bytes behind it.
   */
  feed(tensor: Tensor, outlivesRun: boolean): NativeTensor {
    const native = EngineTensor.nativeOf(tensor);
    if (native !== null) return native.retain();
    if (tensor.dtype === DType.STRING) {
      return outlivesRun ? this.#copyOwnedStrings(tensor) : this.#copyStrings(tensor);
    }
    return this.#copyNumbers(tensor);
  }

  /**
   * Reads an output, taking the TF_Tensor over also when it throws. Numbers are viewed in place,
   * strings copied out. Reference types (`DT_FLOAT_REF`) are given as what they refer to.
   *
   * @throws StatusError UNIMPLEMENTED for values that have no form outside TensorFlow.
   */
  read(address: Address): ReadTensor {
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
      const view = viewMemory(count === 0 ? 0 : api.TF_TensorData(address), count * size);
      const native = new NativeTensor(api, address, view);
      owned = false;
      const data = new array(view, 0, count * slots);
      return { tensor: new EngineTensor(dtype, shape, data, native), native };
    } finally {
      if (owned) api.TF_DeleteTensor(address);
    }
  }

  #copyNumbers(tensor: NumericTensor): NativeTensor {
    const { tensor: copy, native } = this.allocate(tensor.dtype, tensor.shape);
    const { data } = tensor;
    const expected = copy.data.byteLength;
    if (data.byteLength !== expected) {
      native.release();
      throw internal(
        `A tensor of shape [${tensor.shape.join(',')}] has ${data.byteLength} bytes, not ${expected}`,
      );
    }
    if (data.byteLength > 0) {
      new Uint8Array(copy.data.buffer).set(
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
    }
    return native;
  }

  #copyStrings(tensor: StringTensor): NativeTensor {
    this.#checkStringCount(tensor);
    const bytes = stringsSize(tensor);
    const address = this.#allocate(DType.STRING, tensor.shape, bytes, tstringBytes);
    const view = this.#view(address, bytes);
    const native = new NativeTensor(this.#api, address, view);
    try {
      if (bytes > 0) writeStrings(view, this.#api.TF_TensorData(address), tensor);
    } catch (error) {
      native.release();
      throw error;
    }
    native.detach();
    return native;
  }

  #copyOwnedStrings(tensor: StringTensor): NativeTensor {
    this.#checkStringCount(tensor);
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

  #checkStringCount(tensor: StringTensor): void {
    const count = tensor.offsets.length - 1;
    if (count !== elementCount(tensor.shape)) {
      throw internal(`A tensor of shape [${tensor.shape.join(',')}] has ${count} strings`);
    }
  }

  #allocate(dtype: number, shape: Shape, bytes: number, elementBytes: number): Address {
    const rank = shape.length;
    if (rank > highestRank) {
      throw invalidArgument(
        `A tensor has ${rank} dimensions, more than the ${highestRank} allowed`,
      );
    }
    let extent = elementBytes;
    for (let i = 0; i < rank; i++) {
      const size = shape[i]!;
      if (!(size >= 0)) throw invalidArgument(`A tensor has a dimension of size ${size}`);
      if (size > 0) extent *= size;
      writeWord(this.#dims.words, i * 2, size);
    }
    if (extent > mostBytes) throw noMemory(shape);
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

function noMemory(shape: Shape) {
  return resourceExhausted(`No memory for a tensor of shape [${shape.join(',')}]`);
}
