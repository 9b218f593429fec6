import { type Address, type Handle, NativeBlock, readWord, writeWord } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { newStatus } from './status.ts';

/** Bytes of a TF_Output: a pointer to the operation, an int index, padding. */
export const tfOutputBytes = 16;

/** Writes entry `index` of an array of TF_Output. */
export function writeTfOutput(
  words: Uint32Array,
  byteOffset: number,
  operation: Address,
  index: number,
): void {
  const word = byteOffset / 4;
  writeWord(words, word, operation);
  words[word + 2] = index;
  words[word + 3] = 0;
}

/** The longest time limit that is passed on; longer ones (24 days) are as good as none. */
const longestTimeoutMs = 2 ** 31 - 1;

const optionsAt = 24;
const valuesAt = 40;

/**
 * The memory of one TF_SessionRun call, used again for the next. Native threads read and write it
 * while a run goes on, so it lies on the C heap:
 *
 *     0   TF_Buffer { data, length, deallocator } of the run's options
 *     24  serialized RunOptions, up to 16 bytes
 *     40  TF_Tensor* of each input, then of each output
 *     …   TF_Output of each fetch, where not all of the signature's outputs are fetched
 *     …   TF_Output of each feed, where the signature combines others
 */
export class RunFrame {
  readonly #status: Handle;
  #block = new NativeBlock(valuesAt + 16 * (8 + tfOutputBytes));
  #inputs = 0;
  #outputs = 0;

  constructor(api: TensorFlowApi) {
    this.#status = newStatus(api);
  }

  /** Makes room for a run; what was written before is void. */
  prepare(inputs: number, outputs: number): void {
    const bytes = valuesAt + (inputs + outputs) * (8 + tfOutputBytes);
    if (bytes > this.#block.bytes.length) {
      this.#block.free();
      this.#block = new NativeBlock(bytes);
    }
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  get status(): Address {
    return this.#status.address;
  }

  get inputValues(): Address {
    return this.#block.address + valuesAt;
  }

  get outputValues(): Address {
    return this.#block.address + valuesAt + this.#inputs * 8;
  }

  get fetches(): Address {
    return this.#block.address + this.#fetchesAt;
  }

  get feeds(): Address {
    return this.#block.address + this.#feedsAt;
  }

  get #feedsAt(): number {
    return this.#fetchesAt + this.#outputs * tfOutputBytes;
  }

  get #fetchesAt(): number {
    return valuesAt + (this.#inputs + this.#outputs) * 8;
  }

  setInput(index: number, tensor: Address): void {
    writeWord(this.#block.words, valuesAt / 4 + index * 2, tensor);
  }

  /** Copies entry `from` of an array of TF_Output to fetch `index`. */
  setFetch(index: number, outputs: { readonly bytes: Uint8Array }, from: number): void {
    this.#copyOutput(outputs.bytes, from, this.#fetchesAt + index * tfOutputBytes);
  }

  /** The same for what is fed. */
  setFeed(index: number, inputs: { readonly bytes: Uint8Array }, from: number): void {
    this.#copyOutput(inputs.bytes, from, this.#feedsAt + index * tfOutputBytes);
  }

  #copyOutput(array: Uint8Array, from: number, at: number): void {
    this.#block.bytes.set(array.subarray(from * tfOutputBytes, (from + 1) * tfOutputBytes), at);
  }

  /** The TF_Tensor that the run made; 0 after a failed run. */
  output(index: number): Address {
    return readWord(this.#block.words, valuesAt / 4 + (this.#inputs + index) * 2);
  }

  /**
   * The TF_Buffer of `RunOptions { timeout_in_ms }`, 0 (no options) where there is no limit.
   *
   * @param milliseconds may be Infinity; rounded up, at least 1.
   */
  timeoutOptions(milliseconds: number): Address {
    if (milliseconds > longestTimeoutMs) return 0;
    const { address, bytes, words } = this.#block;
    let rest = Math.max(1, Math.ceil(milliseconds));
    let at = optionsAt;
    bytes[at++] = (2 << 3) | 0;
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
    writeWord(words, 0, address + optionsAt);
    writeWord(words, 2, at - optionsAt);
    writeWord(words, 4, 0);
    return address;
  }

  free(): void {
    this.#status.close();
    this.#block.free();
  }
}

/** Frames that no run uses. Grows to as many as ever ran at once. */
export class FramePool {
  readonly #api: TensorFlowApi;
  readonly #idle: RunFrame[] = [];
  #closed = false;

  constructor(api: TensorFlowApi) {
    this.#api = api;
  }

  take(inputs: number, outputs: number): RunFrame {
    const frame = this.#idle.pop() ?? new RunFrame(this.#api);
    frame.prepare(inputs, outputs);
    return frame;
  }

  giveBack(frame: RunFrame): void {
    if (this.#closed) frame.free();
    else this.#idle.push(frame);
  }

  close(): void {
    this.#closed = true;
    for (const frame of this.#idle) frame.free();
    this.#idle.length = 0;
  }
}
