import { numberListsWasm } from './gen/number-lists-wasm.ts';

/** The part of the global of this name that is used here; Node.js's types do not have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: KernelExports };
};

interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly floats: ReadWindow;
  readonly doubles: ReadWindow;
  readonly ints: ReadWindow;
}

/**
 * Reads on from the text at `start`, from where the state says the last call stopped; starts no
 * token at or behind `end`.
 *
 * @returns where it stopped; the state says why
 */
export type ReadWindow = (start: number, end: number) => number;

/** Where things are in the memory of the kernel, in bytes; see `wasm/number-lists.ts`. */
export const Layout = {
  LEVEL: 1024,
  RANK: 1028,
  EXPECT: 1032,
  MAX_LEVEL: 1036,
  WRITTEN: 1040,
  STATUS: 1044,
  UNIT: 1048,
  LEAST: 1056,
  GREATEST: 1064,
  CONSTANTS: 1088,
  SWIZZLES: 1184,
  INTEGERS: 1216,
  SIZES: 1536,
  COUNTS: 2560,
  POWERS: 3584,
  SIGNIFICANDS: 4864,
  TEXT: 8192,
  ELEMENTS: 49152,
} as const;

/** Levels that the kernel has room for. */
export const kernelLevels = 256;

/** Bytes of text that fit into the kernel, and those that it may look at behind a token's start. */
export const textWindow = 32 * 1024;
export const textMargin = 64;

/** Why the kernel stopped. */
export const Stop = { MORE: 0, DONE: 1, HARD: 2, ODD: 3 } as const;

/** What the kernel expects next. */
export const KernelExpect = { VALUE: 0, FIRST: 1, DELIMITER: 2 } as const;

/** The greatest powers of ten in the tables: as integers, and of doubles and significands. */
const maxIntegerPower = 18;
const maxPower = 64;

/**
 * The compiled `wasm/number-lists.ts` with its memory. One a thread: who uses it finds nothing in
 * it that is his own, and leaves nothing that he needs.
 */
export interface NumberKernel {
  readonly floats: ReadWindow;
  readonly doubles: ReadWindow;
  readonly ints: ReadWindow;
  /** Bytes of text that it is given at once. */
  readonly window: number;
  /** Three views of its memory. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
}

/** Gives a reader the kernel, or null: then it reads without one, with the same result. */
export type KernelSource = () => NumberKernel | null;

let kernel: NumberKernel | null | undefined;

/** The kernel of this thread, made when first asked for; null where it cannot run. */
export function numberKernel(): NumberKernel | null {
  kernel ??= createKernel();
  return kernel;
}

function createKernel(): NumberKernel | null {
  let exports: KernelExports;
  try {
    const module = new WebAssembly.Module(Buffer.from(numberListsWasm, 'base64'));
    ({ exports } = new WebAssembly.Instance(module));
  } catch {
    // No WebAssembly or no SIMD: everything is read without it, only slower.
    return null;
  }
  const { floats, doubles, ints, memory } = exports;
  const { buffer } = memory;
  fillTables(buffer);
  return {
    floats,
    doubles,
    ints,
    window: textWindow,
    bytes: new Uint8Array(buffer),
    words: new Int32Array(buffer),
    longs: new BigInt64Array(buffer),
  };
}

function fillTables(buffer: ArrayBuffer): void {
  const bytes = (from: number, length: number) => new Uint8Array(buffer, from, length);
  const { CONSTANTS, SWIZZLES } = Layout;
  // Moves the digits to the lowest signed bytes; the highest of these; the digit 0.
  bytes(CONSTANTS, 16).fill(0x80 - 0x30);
  bytes(CONSTANTS + 16, 16).fill(0x89);
  bytes(CONSTANTS + 32, 16).fill(0x30);
  // Multipliers that join neighbors: digits, pairs, fours.
  new Uint16Array(buffer, CONSTANTS + 48, 8).fill((10 << 8) | 1);
  new Uint32Array(buffer, CONSTANTS + 64, 4).fill((1 << 16) | 100);
  new Uint32Array(buffer, CONSTANTS + 80, 4).fill((1 << 16) | 10_000);
  // Indices out of range give zeros.
  bytes(SWIZZLES, 16).fill(0x80);
  bytes(SWIZZLES + 16, 16).set(Array.from({ length: 16 }, (_, i) => i));

  const integers = new BigUint64Array(buffer, Layout.INTEGERS, maxIntegerPower + 1);
  for (let i = 0; i <= maxIntegerPower; i++) integers[i] = 10n ** BigInt(i);
  const powers = new Float64Array(buffer, Layout.POWERS, 2 * maxPower + 1);
  const significands = new BigUint64Array(buffer, Layout.SIGNIFICANDS, 2 * powers.length);
  for (let i = 0; i < powers.length; i++) {
    powers[i] = Number(`1e${i - maxPower}`);
    const significand = significandOf(i - maxPower);
    significands[2 * i] = significand >> 64n;
    significands[2 * i + 1] = BigInt.asUintN(64, significand);
  }
}

/** The first 128 bits of 10^`power`, what follows them cut off. */
function significandOf(power: number): bigint {
  const size = 10n ** BigInt(Math.abs(power));
  const bits = BigInt(size.toString(2).length);
  if (power >= 0) return (size << 128n) >> bits;
  return (1n << (127n + bits)) / size;
}
