import koffi from 'koffi';
import { resourceExhausted } from '../../status/index.ts';
import type { Address } from './koffi.ts';
import { libc } from './libc.ts';

const two32 = 2 ** 32;

/**
 * The memory at an address, without a copy. Nothing ties its life to the memory's: {@link detach}
 * it before the memory is freed.
 */
export function viewMemory(address: Address, bytes: number): ArrayBuffer {
  return koffi.view(address, bytes);
}

/** Empties a view, so that late use throws or reads nothing instead of reading freed memory. */
export function detach(view: ArrayBuffer): void {
  if (!view.detached) view.transfer(0);
}

/** Where a buffer's bytes are. Only buffers that nobody detaches meanwhile may be asked for. */
export function addressOf(buffer: ArrayBuffer): Address {
  return Number(koffi.address(buffer));
}

/** Reads a 64-bit unsigned number below 2^53 (a size, an address) at a 32-bit index. */
export function readWord(words: Uint32Array, index: number): number {
  return words[index]! + words[index + 1]! * two32;
}

/** Writes a non-negative integer below 2^53 as 64 bits at a 32-bit index. */
export function writeWord(words: Uint32Array, index: number, value: number): void {
  words[index] = value >>> 0;
  words[index + 1] = Math.floor(value / two32);
}

/**
 * Memory from the C heap with a view on it, for structures that native code reads or writes. Owned
 * by whoever made it, who calls `free` once; the views are empty from then on.
 */
export class NativeBlock {
  readonly address: Address;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array;
  readonly #buffer: ArrayBuffer;
  #freed = false;

  /** @throws StatusError RESOURCE_EXHAUSTED where the memory cannot be had. */
  constructor(size: number) {
    const rounded = Math.max(8, Math.ceil(size / 8) * 8);
    this.address = libc().malloc(rounded);
    if (this.address === 0) throw resourceExhausted(`No memory for ${size} bytes`);
    this.#buffer = viewMemory(this.address, rounded);
    this.bytes = new Uint8Array(this.#buffer);
    this.words = new Uint32Array(this.#buffer);
  }

  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    detach(this.#buffer);
    libc().free(this.address);
  }
}
