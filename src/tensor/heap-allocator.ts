import { DType, dtypeInfo } from './dtype.ts';
import { elementCount } from './shape.ts';
import type { TensorAllocator } from './tensor.ts';

/**
 * Tensors in memory of the JavaScript heap, freed by the garbage collector: for what no engine
 * reads in place, such as default values of a signature, and for tests.
 */
export const heapAllocator: TensorAllocator = {
  allocate(dtype, shape) {
    const { array, size, slots, protoName } = dtypeInfo(dtype);
    if (array === null || dtype === DType.INVALID) {
      throw new TypeError(`${protoName} has no elements of a fixed size`);
    }
    const count = elementCount(shape);
    return { dtype, shape, data: new array(new ArrayBuffer(count * size), 0, count * slots) };
  },
};
