import { internal } from '../../status/index.ts';
import type { Address } from './koffi.ts';

/**
 * A native object that one owner frees. Closing twice does nothing; use after close throws, so a
 * freed address never reaches native code. Not for the request path, where tensors are counted
 * instead.
 */
export class Handle {
  readonly #kind: string;
  readonly #free: (address: Address) => void;
  #address: Address;

  /** @param kind names the object in errors: `TF_Graph`. @param address not 0. */
  constructor(kind: string, address: Address, free: (address: Address) => void) {
    if (address === 0) throw internal(`${kind} could not be made`);
    this.#kind = kind;
    this.#address = address;
    this.#free = free;
  }

  get isOpen(): boolean {
    return this.#address !== 0;
  }

  /** @throws StatusError INTERNAL after `close` or `take`. */
  get address(): Address {
    if (this.#address === 0) throw internal(`${this.#kind} is used after it was closed`);
    return this.#address;
  }

  /** Hands the object over to the caller, who frees it; this handle is closed. */
  take(): Address {
    const address = this.address;
    this.#address = 0;
    return address;
  }

  close(): void {
    if (this.#address !== 0) this.#free(this.take());
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
