import {
  lengthPrefixedSize,
  type Steps,
  varintSize,
  WireType,
  type WireWriter,
  wireTag,
} from '../util/index.ts';
import type { ClassificationResult, ExampleResult, RegressionResult } from './example-result.ts';

/** Of both results: a message for each example; of Classifications: a Class each. */
const elementTag = wireTag(1, WireType.LENGTH);
/** Of Class. */
const labelTag = wireTag(1, WireType.LENGTH);
const scoreTag = wireTag(2, WireType.FIXED32);
/** Of Regression. */
const valueTag = wireTag(1, WireType.FIXED32);

/** A tag and a float. */
const floatSize = 5;

/** Messages written between two pauses. */
const messagesPerStep = 1024;

/** Bytes of the serialized ClassificationResult or RegressionResult. */
export function* exampleResultSize(result: ExampleResult): Steps<number> {
  if (result.method === 'regress') return regressionSize(result);
  const scores = bitsOf(result.scores);
  let size = 0;
  let steps = 0;
  for (let i = 0; i < result.examples; i++) {
    size += 1 + lengthPrefixedSize(rowSize(result, scores, i));
    steps += result.classes + 1;
    if (steps < messagesPerStep) continue;
    steps = 0;
    yield;
  }
  return size;
}

export function* writeExampleResult(result: ExampleResult, writer: WireWriter): Steps<void> {
  if (result.method === 'regress') yield* writeRegressions(result, writer);
  else yield* writeClassifications(result, writer);
}

function regressionSize({ values }: RegressionResult): number {
  const bits = bitsOf(values)!;
  let size = 2 * bits.length;
  for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) size += floatSize;
  return size;
}

/** The bits of floats: a number whose bits are all 0 is the default and left out, as protobuf does. */
function bitsOf(floats: Float32Array | null): Uint32Array | null {
  if (floats === null) return null;
  return new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
}

/** Bytes of the Classifications of one example. */
function rowSize(
  result: ClassificationResult,
  scores: Uint32Array | null,
  example: number,
): number {
  const { classes } = result;
  let size = 0;
  const end = (example + 1) * classes;
  for (let i = example * classes; i < end; i++) {
    size += 1 + lengthPrefixedSize(classSize(result, scores, i));
  }
  return size;
}

function classSize(
  { labels }: ClassificationResult,
  scores: Uint32Array | null,
  index: number,
): number {
  const score = scores === null || scores[index] === 0 ? 0 : floatSize;
  if (labels === null) return score;
  const length = labels.offsets[index + 1]! - labels.offsets[index]!;
  return length === 0 ? score : score + 1 + varintSize(length) + length;
}

function* writeClassifications(result: ClassificationResult, writer: WireWriter): Steps<void> {
  const { examples, classes, labels } = result;
  const scores = bitsOf(result.scores);
  let steps = 0;
  for (let example = 0; example < examples; example++) {
    writer.varint(elementTag);
    writer.varint(rowSize(result, scores, example));
    const end = (example + 1) * classes;
    for (let i = example * classes; i < end; i++) {
      writer.varint(elementTag);
      writer.varint(classSize(result, scores, i));
      if (labels !== null && labels.offsets[i]! < labels.offsets[i + 1]!) {
        const label = labels.bytes.subarray(labels.offsets[i], labels.offsets[i + 1]);
        writer.varint(labelTag);
        writer.varint(label.length);
        writer.raw(label);
      }
      if (scores !== null && scores[i] !== 0) writeFloat(writer, scoreTag, scores[i]!);
    }
    steps += classes + 1;
    if (steps < messagesPerStep) continue;
    steps = 0;
    yield;
  }
}

function* writeRegressions({ values }: RegressionResult, writer: WireWriter): Steps<void> {
  const bits = bitsOf(values)!;
  for (let i = 0; i < bits.length; i++) {
    writer.varint(elementTag);
    writer.varint(bits[i] === 0 ? 0 : floatSize);
    if (bits[i] !== 0) writeFloat(writer, valueTag, bits[i]!);
    if (i % messagesPerStep === messagesPerStep - 1) yield;
  }
}

function writeFloat(writer: WireWriter, tag: number, bits: number): void {
  writer.varint(tag);
  const { bytes, position } = writer;
  bytes[position] = bits;
  bytes[position + 1] = bits >>> 8;
  bytes[position + 2] = bits >>> 16;
  bytes[position + 3] = bits >>> 24;
  writer.position = position + 4;
}
