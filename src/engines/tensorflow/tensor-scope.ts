import { failedPrecondition } from '../../status/index.ts';
import type { NumericTensor, Shape, StringJoin, StringPart, Tensor } from '../../tensor/index.ts';
import type { TensorScope } from '../engine.ts';
import type { Address } from '../ffi/index.ts';
import { EngineTensor, type NativeTensor } from './native-tensor.ts';
import type { OwnedTensor, TensorMemory } from './tensor-memory.ts';

/** The tensors of one request: what it allocated and the outputs of its runs. */
export class TensorFlowScope implements TensorScope {
  readonly #memory: TensorMemory;
  readonly #tensors: NativeTensor[] = [];
  #onClose: (() => void)[] | null = null;
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
    if (native !== null) this.#tensors.push(native);
    return tensor;
  }

  joinStrings(shape: Shape, parts: readonly StringPart[]): StringJoin {
    if (!this.#open) throw closed();
    const { tensor, native } = this.#memory.joinStrings(shape, parts);
    this.#tensors.push(native);
    const step = () => {
      native.fillOn();
      return native.isFilled;
    };
    return { tensor, step };
  }

  /** Takes over an output of a run. The scope must be open. */
  adopt({ tensor, native }: OwnedTensor<Tensor>): Tensor {
    if (native !== null) this.#tensors.push(native);
    return tensor;
  }

  /**
   * Gives a tensor away, a copy where it is not TensorFlow's memory. The caller frees the TF_Tensor.
   * @throws StatusError FAILED_PRECONDITION for one of another scope, and while a run uses it.
   */
  giveAway(tensor: NumericTensor): Address {
    if (!this.#open) throw closed();
    const native = EngineTensor.nativeOf(tensor);
    if (native === null) return this.#memory.feed(tensor, false).take();
    const index = this.#tensors.indexOf(native);
    if (index < 0) throw failedPrecondition('A tensor is given away that its scope does not own');
    const address = native.take();
    this.#tensors.splice(index, 1);
    return address;
  }

  onClose(act: () => void): void {
    if (!this.#open) act();
    else if (this.#onClose === null) this.#onClose = [act];
    else this.#onClose.push(act);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const tensor of this.#tensors) {
      tensor.detach();
      tensor.release();
    }
    this.#tensors.length = 0;
    if (this.#onClose !== null) for (const act of this.#onClose) act();
  }
}

function closed() {
  return failedPrecondition('The scope of a request is used after it was closed');
}
