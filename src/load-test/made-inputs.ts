import { invalidArgument } from '../status/index.ts';
import { DType, dtypeInfo, elementCount, type Shape } from '../tensor/index.ts';
import type { InputSpec, Signature } from './signature.ts';

/** An input with its elements: strings, or numbers (for complex ones pairs). */
export interface MadeInput {
  readonly alias: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: readonly (string | Uint8Array)[] | Float64Array;
}

/** What bounds whole numbers that are made. */
export interface NumberBounds {
  /** They are below this; null: below 10, and bytes any. */
  readonly all: number | null;
  /** Those of one input. */
  readonly named: ReadonlyMap<string, number>;
}

/** Letters of a string. */
const stringLength = 8;

/**
 * Random elements that models bear: floats in [0, 1) with few digits, bytes of images, small whole
 * numbers, truth values, words. Signatures of Classify and Regress take serialized Examples: they
 * get empty ones.
 *
 * @param shapes of the inputs, in their order
 * @param below of whole numbers
 * @param random uniform in [0, 1)
 * @throws StatusError INVALID_ARGUMENT a type that no client can send
 */
export function makeInputs(
  { inputs, methodName }: Signature,
  shapes: readonly Shape[],
  below: NumberBounds,
  random: () => number,
): MadeInput[] {
  const takesExamples = /\/(classify|regress)$/.test(methodName);
  return inputs.map(({ alias, dtype }, i) => {
    const shape = shapes[i]!;
    if (dtype === DType.STRING) {
      const make = takesExamples ? () => '' : () => word(random);
      const values = Array.from({ length: elementCount(shape) }, make);
      return { alias, dtype, shape, values };
    }
    return { alias, dtype, shape, values: numbers({ alias, dtype }, shape, below, random) };
  });
}

function numbers(
  { alias, dtype }: Pick<InputSpec, 'alias' | 'dtype'>,
  shape: Shape,
  { all, named }: NumberBounds,
  random: () => number,
): Float64Array {
  const { size, slots, protoName } = dtypeInfo(dtype);
  if (size === 0) {
    throw invalidArgument(`The input ${alias} is a ${protoName}, which no client can make`);
  }
  const make = maker(dtype, named.get(alias) ?? all);
  return Float64Array.from({ length: elementCount(shape) * slots }, () => make(random()));
}

/** Turns a number in [0, 1) into an element. */
function maker(dtype: DType, below: number | null): (random: number) => number {
  switch (dtype) {
    case DType.FLOAT:
    case DType.DOUBLE:
    case DType.COMPLEX64:
    case DType.COMPLEX128:
      return (random) => Math.floor(random * 10_000) / 10_000;
    case DType.HALF:
    case DType.BFLOAT16:
      // What both hold exactly.
      return (random) => Math.floor(random * 128) / 128;
    case DType.BOOL:
      return (random) => Math.floor(random * 2);
    case DType.UINT8:
      return (random) => Math.floor(random * (below ?? 256));
    default:
      return (random) => Math.floor(random * (below ?? 10));
  }
}

function word(random: () => number): string {
  let letters = '';
  for (let i = 0; i < stringLength; i++) letters += String.fromCharCode(97 + random() * 26);
  return letters;
}
