import { failedPrecondition } from '../../status/index.ts';
import type { NumericTensor, Shape, Tensor } from '../../tensor/index.ts';
import type { TensorScope } from '../engine.ts';
import type { NativeTensor } from './native-tensor.ts';
import type { ReadTensor, TensorMemory } from './tensor-memory.ts';

/** The tensors of one request: what it allocated and the outputs of its runs. */
export class TensorFlowScope implements TensorScope {
  readonly #memory: TensorMemory;
  readonly #tensors: NativeTensor[] = [];
  #open = true;

  constructor(memory: TensorMemory) {
    this.#memory = memory;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  allocate(dtype: NumericTensor['dtype'], shape: Shape): NumericTensor {
    if (!this.#open) throw closed();
    const { tensor, native } = this.#memory.allocate(dtype, shape);
    this.#tensors.push(native);
    return tensor;
  }

  /** Takes over an output of a run. The scope must be open. */
  adopt({ tensor, native }: ReadTensor): Tensor {
    if (native !== null) this.#tensors.push(native);
    return tensor;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const tensor of this.#tensors) {
      tensor.detach();
      tensor.release();
    }
    this.#tensors.length = 0;
  }
}

function closed() {
  return failedPrecondition('The scope of a request is used after it was closed');
}
