import type { ClassificationResult, ExampleResult } from '../../inference/index.ts';
import { invalidArgument } from '../../status/index.ts';
import type { Steps } from '../../util/index.ts';
import { Char } from './json/chars.ts';
import { JsonWriter } from './json/json-writer.ts';
import { stepBytes } from './step-bytes.ts';

/** Bytes of a long label printed at once. */
const pieceBytes = 12 * 1024;

/**
 * Prints what a classify or regress is answered with (spec 5.8), without white space.
 *
 * @returns the body, in memory of its own
 * @throws StatusError INVALID_ARGUMENT for a result without examples
 */
export function* printExamplesReply(result: ExampleResult): Steps<Uint8Array> {
  const out = new JsonWriter();
  out.ascii('{"results":[');
  if (result.method === 'classify') yield* printClassifications(out, result);
  else {
    const { values } = result;
    if (values.length === 0) throw cannotConvert('RegressionResults');
    for (let i = 0; i < values.length; ) {
      i = out.float32s(values, i, values.length, i === 0, out.length + stepBytes);
      if (i < values.length) yield;
    }
  }
  out.ascii(']}');
  return out.finish();
}

function* printClassifications(out: JsonWriter, result: ClassificationResult): Steps<void> {
  const { examples, classes, labels, scores } = result;
  if (examples === 0) throw cannotConvert('ClassificationResults');
  let pause = out.length + stepBytes;
  for (let example = 0; example < examples; example++) {
    if (example > 0) out.byte(Char.COMMA);
    out.byte(Char.OPEN_LIST);
    const end = (example + 1) * classes;
    for (let i = example * classes; i < end; i++) {
      out.ascii(i % classes > 0 ? ',["' : '["');
      if (labels !== null) yield* printLabel(out, labels.bytes, labels.offsets, i);
      out.ascii('",');
      out.float32(scores === null ? 0 : scores[i]!);
      out.byte(Char.CLOSE_LIST);
      if (out.length < pause) continue;
      pause = out.length + stepBytes;
      yield;
    }
    out.byte(Char.CLOSE_LIST);
  }
}

function* printLabel(
  out: JsonWriter,
  bytes: Uint8Array,
  offsets: Float64Array,
  index: number,
): Steps<void> {
  const end = offsets[index + 1]!;
  for (let at = offsets[index]!; at < end; at += pieceBytes) {
    if (at > offsets[index]!) yield;
    out.escaped(bytes, at, Math.min(at + pieceBytes, end));
  }
}

function cannotConvert(what: string) {
  return invalidArgument(`Cannot convert empty ${what} to JSON`);
}
