import { resourceExhausted } from '../status/index.ts';
import { DType, type Shape, type StringTensor } from '../tensor/index.ts';
import { type Address, detach, libc, viewMemory } from './ffi/index.ts';

/** To view so many bytes elsewhere, and to free them, takes longer than to send them. */
const mostSentBytes = 1024;

/** Strings on their way to another thread. */
export interface StringParcel {
  readonly shape: Shape;
  /** Counted from the first byte. */
  readonly offsets: Float64Array;
  /** Those of all strings; a number: so many lie at the parcel's address, in memory of whoever holds it. */
  readonly bytes: Uint8Array | number;
}

/** The strings, and where their bytes are; 0: nowhere else. */
export interface PackedStrings {
  readonly address: Address;
  readonly strings: StringParcel;
}

/** Copies strings for another thread, once. @throws StatusError RESOURCE_EXHAUSTED */
export function packStrings({ shape, bytes, offsets }: StringTensor): PackedStrings {
  const first = offsets[0]!;
  const own = offsets.map((offset) => offset - first);
  const all = bytes.subarray(first, offsets.at(-1)!);
  const size = all.length;
  if (size <= mostSentBytes) {
    return { address: 0, strings: { shape, offsets: own, bytes: Uint8Array.from(all) } };
  }
  const address = libc().malloc(size);
  if (address === 0) throw resourceExhausted(`No memory for strings of ${size} bytes`);
  const view = viewMemory(address, size);
  new Uint8Array(view).set(all);
  detach(view);
  return { address, strings: { shape, offsets: own, bytes: size } };
}

/** The strings where they are, until `end` is called, once: then nothing can be read of them. Null: there is nothing to end. */
export function unpackStrings({ address, strings }: PackedStrings): {
  readonly tensor: StringTensor;
  readonly end: (() => void) | null;
} {
  const { shape, offsets, bytes } = strings;
  const dtype = DType.STRING;
  if (typeof bytes !== 'number') return { tensor: { dtype, shape, bytes, offsets }, end: null };
  const view = viewMemory(address, bytes);
  const end = () => {
    detach(view);
    libc().free(address);
  };
  return { tensor: { dtype, shape, bytes: new Uint8Array(view), offsets }, end };
}

/** Frees strings that nobody unpacks. */
export function dropStrings({ address }: PackedStrings): void {
  if (address !== 0) libc().free(address);
}
