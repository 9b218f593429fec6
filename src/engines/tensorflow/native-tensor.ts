import { failedPrecondition } from '../../status/index.ts';
import type {
  ElementArray,
  NumericTensor,
  PendingFill,
  Shape,
  StringTensor,
  Tensor,
} from '../../tensor/index.ts';
import { DType } from '../../tensor/index.ts';
import { type Address, detach } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';

/** Memory of TensorFlow's that is filled in pieces. */
export interface MemoryFill extends PendingFill {
  /** Leaves the memory such that TensorFlow can free it; no piece is filled any more. */
  abandon(): void;
}

/**
 * A TF_Tensor and the view on its memory. Counted: the scope that it belongs to and every run that
 * it is fed to are its owners, and the last one to release it frees it. The view is detached when
 * the scope closes, even where a native run still reads the memory.
 */
export class NativeTensor {
  readonly #api: TensorFlowApi;
  readonly #address: Address;
  readonly #view: ArrayBuffer | null;
  #fill: MemoryFill | null = null;
  #owners = 1;

  /** Takes the TF_Tensor over; its maker is its first owner. */
  constructor(api: TensorFlowApi, address: Address, view: ArrayBuffer | null) {
    this.#api = api;
    this.#address = address;
    this.#view = view;
  }

  /** Whether nothing is left for {@link fillOn} to do: only then may a run be fed with it. */
  get isFilled(): boolean {
    return this.#fill === null;
  }

  /** Leaves it to {@link fillOn} to fill the memory. */
  fillLater(fill: MemoryFill): void {
    this.#fill = fill;
  }

  /** Fills a piece, by the owner for whom it was made, and detaches the view with the last one. */
  fillOn(): void {
    if (this.#owners === 0) throw freed();
    if (this.#fill?.step() === false) return;
    this.#fill = null;
    this.detach();
  }

  /** @throws StatusError FAILED_PRECONDITION once it is freed. */
  get address(): Address {
    if (this.#owners === 0) throw freed();
    return this.#address;
  }

  /** @throws StatusError FAILED_PRECONDITION once it is freed. */
  retain(): this {
    if (this.#owners === 0) throw freed();
    this.#owners++;
    return this;
  }

  /**
   * Gives the TF_Tensor to the caller, who frees it, filled; its view is empty from then on.
   * @throws StatusError FAILED_PRECONDITION once it is freed, and while it has another owner.
   */
  take(): Address {
    if (this.#owners === 0) throw freed();
    if (this.#owners > 1) throw failedPrecondition('A tensor is given away while a run uses it');
    while (!this.isFilled) this.fillOn();
    this.#owners = 0;
    this.detach();
    return this.#address;
  }

  /** Called once by each owner. */
  release(): void {
    if (this.#owners === 0) throw freed();
    if (--this.#owners > 0) return;
    this.detach();
    this.#api.TF_DeleteTensor(this.#address);
  }

  /** Empties the view: whoever still reads or writes it does so in vain, not in freed memory. What is not yet filled stays so. */
  detach(): void {
    this.#fill?.abandon();
    this.#fill = null;
    if (this.#view !== null) detach(this.#view);
  }
}

function freed() {
  return failedPrecondition('A tensor is used after its scope was closed');
}

/** A numeric tensor in TensorFlow's memory: fed to a run, it needs no copy. */
export class EngineTensor implements NumericTensor {
  readonly dtype: NumericTensor['dtype'];
  readonly shape: Shape;
  readonly data: ElementArray;
  readonly #native: NativeTensor;

  constructor(
    dtype: NumericTensor['dtype'],
    shape: Shape,
    data: ElementArray,
    native: NativeTensor,
  ) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
    this.#native = native;
  }

  /** The TF_Tensor behind a tensor; null where it is not TensorFlow's memory. */
  static nativeOf(tensor: Tensor): NativeTensor | null {
    return #native in tensor ? tensor.#native : null;
  }
}

/** Strings that were joined in TensorFlow's memory, to be fed without a copy: they cannot be read. */
export class JoinedStrings implements StringTensor {
  readonly dtype = DType.STRING;
  readonly shape: Shape;
  readonly bytes = new Uint8Array();
  readonly offsets = new Float64Array(1);
  readonly #native: NativeTensor;
  readonly #size: number;

  /** @param size bytes of its memory */
  constructor(shape: Shape, native: NativeTensor, size: number) {
    this.shape = shape;
    this.#native = native;
    this.#size = size;
  }

  /** The TF_Tensor behind them; null where a tensor is nothing of this kind. */
  static nativeOf(tensor: Tensor): NativeTensor | null {
    return #native in tensor ? tensor.#native : null;
  }

  /** Bytes of the memory of a tensor of strings, more or less. */
  static sizeOf(tensor: StringTensor): number {
    return #native in tensor ? tensor.#size : tensor.bytes.length;
  }
}

/** A small numeric tensor in the JavaScript heap: the runs it is fed to copy it. */
export class SmallTensor implements NumericTensor {
  readonly dtype: NumericTensor['dtype'];
  readonly shape: Shape;
  readonly data: ElementArray;
  readonly #address: Address;

  /** @param address of the data. */
  constructor(dtype: NumericTensor['dtype'], shape: Shape, data: ElementArray, address: Address) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
    this.#address = address;
  }

  /** Where the data of a tensor is; 0 where it is not such a tensor. Valid while the tensor is held. */
  static addressOf(tensor: NumericTensor): Address {
    return #address in tensor ? tensor.#address : 0;
  }
}
