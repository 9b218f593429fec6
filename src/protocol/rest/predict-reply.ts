import { invalidArgument } from '../../status/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import type { Steps } from '../../util/index.ts';
import { Char } from './json/chars.ts';
import { JsonWriter } from './json/json-writer.ts';
import { quote } from './json/quote.ts';
import type { PredictFormat } from './predict-request.ts';
import { stepBytes } from './step-bytes.ts';
import { TensorPrinter } from './tensor-printer.ts';

/**
 * Prints the outputs of a predict in the form of the request (spec 5.7), without white space.
 *
 * @returns the body, in memory of its own
 * @throws StatusError INVALID_ARGUMENT where the outputs cannot be written in that form
 */
export function* printPredictReply(
  aliases: readonly string[],
  tensors: readonly Tensor[],
  format: PredictFormat,
): Steps<Uint8Array> {
  if (tensors.length === 0) throw invalidArgument('Cannot convert empty tensor map to JSON');
  const out = new JsonWriter();
  const size = format === 'row' ? batchSize(aliases, tensors) : 0;
  out.ascii(format === 'row' ? '{"predictions":' : '{"outputs":');
  if (tensors.length === 1) {
    // Rows of one output are the lists of its tensor.
    const printer = new TensorPrinter(out, aliases[0]!, tensors[0]!);
    printer.begin(0);
    while (!printer.run(stepBytes)) yield;
  } else {
    const keys = aliases.map((alias) => Buffer.from(`${quote(alias)}:`));
    const printers = tensors.map((tensor, i) => new TensorPrinter(out, aliases[i]!, tensor));
    if (format === 'row') yield* printRows(out, keys, printers, size);
    else yield* printMembers(out, keys, printers, 0);
  }
  out.byte(Char.CLOSE_OBJECT);
  return out.finish();
}

/** The first dimension that all outputs share. */
function batchSize(aliases: readonly string[], tensors: readonly Tensor[]): number {
  let size = -1;
  for (let i = 0; i < tensors.length; i++) {
    const [own] = tensors[i]!.shape;
    if (own === undefined) {
      throw invalidArgument(`Tensor name: ${aliases[i]} has no shape information `);
    }
    if (size >= 0 && own !== size) {
      throw invalidArgument(
        `Tensor name: ${aliases[i]} has inconsistent batch size: ${own} expecting: ${size}`,
      );
    }
    size = own;
  }
  return size;
}

function* printRows(
  out: JsonWriter,
  keys: readonly Uint8Array[],
  printers: readonly TensorPrinter[],
  size: number,
): Steps<void> {
  out.byte(Char.OPEN_LIST);
  let pause = out.length + stepBytes;
  for (let row = 0; row < size; row++) {
    if (row > 0) out.byte(Char.COMMA);
    yield* printMembers(out, keys, printers, 1);
    if (out.length >= pause) {
      yield;
      pause = out.length + stepBytes;
    }
  }
  out.byte(Char.CLOSE_LIST);
}

function* printMembers(
  out: JsonWriter,
  keys: readonly Uint8Array[],
  printers: readonly TensorPrinter[],
  firstDimension: number,
): Steps<void> {
  for (let i = 0; i < printers.length; i++) {
    out.byte(i === 0 ? Char.OPEN_OBJECT : Char.COMMA);
    out.raw(keys[i]!);
    yield* print(printers[i]!, firstDimension);
  }
  out.byte(Char.CLOSE_OBJECT);
}

function* print(printer: TensorPrinter, firstDimension: number): Steps<void> {
  printer.begin(firstDimension);
  while (!printer.run(stepBytes)) yield;
}
