import {
  DType,
  type Shape,
  type StringJoin,
  type StringJoiner,
  type StringPart,
} from '../index.ts';

/** Joins strings in the JavaScript heap, one a step, where they can be read; counts the bytes that it copies. */
export class HeapJoiner implements StringJoiner {
  copiedBytes = 0;

  joinStrings(shape: Shape, parts: readonly StringPart[]): StringJoin {
    const strings = parts.flatMap(({ tensor: { bytes, offsets }, elements }) =>
      Array.from(elements ?? Array(offsets.length - 1).keys(), (i) =>
        bytes.subarray(offsets[i], offsets[i + 1]),
      ),
    );
    const offsets = new Float64Array(strings.length + 1);
    for (const [i, { length }] of strings.entries()) offsets[i + 1] = offsets[i]! + length;
    const bytes = new Uint8Array(offsets.at(-1)!);
    let filled = 0;
    const step = () => {
      const string = strings[filled];
      if (string === undefined) return true;
      bytes.set(string, offsets[filled]);
      this.copiedBytes += string.length;
      return ++filled === strings.length;
    };
    return { tensor: { dtype: DType.STRING, shape, bytes, offsets }, step };
  }
}
