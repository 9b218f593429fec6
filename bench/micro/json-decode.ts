/**
 * Reading of a predict request with a 224 × 224 RGB image as JSON, against `JSON.parse` and a loop
 * that flattens its lists; and printing of as many outputs, against `JSON.stringify`. The shortest
 * of many times, and how many times as fast as the built-in functions that is.
 *
 *     node bench/micro/json-decode.ts
 */

import { signatureSpec, tensorSpec } from '../../src/inference/testing/fake-model.ts';
import { printPredictReply } from '../../src/protocol/rest/predict-reply.ts';
import { readInputs, scanPredictRequest } from '../../src/protocol/rest/predict-request.ts';
import { runToEnd } from '../../src/protocol/rest/testing/run-to-end.ts';
import { DType, heapAllocator, type NumericTensor } from '../../src/tensor/index.ts';

type Pixels = number | readonly Pixels[];

const side = 224;
const signature = signatureSpec({ inputs: [tensorSpec('x', DType.FLOAT, null)], outputs: [] });

/** The shortest time of one call in ms. */
function shortest(action: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + 2000;
  while (performance.now() < end) {
    const start = performance.now();
    action();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function flatten(body: Buffer): Float32Array {
  const flat = new Float32Array(side * side * 3);
  let length = 0;
  const visit = (value: Pixels): void => {
    if (typeof value === 'number') flat[length++] = value;
    else for (const one of value) visit(one);
  };
  visit((JSON.parse(body.toString()) as { instances: Pixels }).instances);
  return flat;
}

function read(body: Buffer): NumericTensor {
  const document = runToEnd(scanPredictRequest(body, 256));
  return runToEnd(readInputs(document, signature, heapAllocator)).feeds[0] as NumericTensor;
}

function report(what: string, ours: number, theirs: number): void {
  const times = `${ours.toFixed(2)} ms against ${theirs.toFixed(2)} ms`;
  console.log(`${what.padEnd(44)} ${times.padStart(24)}   ${(theirs / ours).toFixed(2)} ×`);
}

const pixels: Readonly<Record<string, () => number>> = {
  'four decimals': () => Math.round(Math.random() * 1e4) / 1e4,
  'float32 written as doubles': () => Math.fround(Math.random()),
  'integers to 255': () => Math.floor(Math.random() * 256),
};

for (const [name, pixel] of Object.entries(pixels)) {
  const row = () => Array.from({ length: side }, () => [pixel(), pixel(), pixel()]);
  const image = Array.from({ length: side }, row);
  const body = Buffer.from(JSON.stringify({ instances: [image] }));
  const size = `${(body.length / 1e6).toFixed(1)} MB`;
  report(
    `read ${name}, ${size}`,
    shortest(() => read(body)),
    shortest(() => flatten(body)),
  );
  const tensor = read(body);
  const values = { predictions: [...tensor.data] };
  report(
    `print ${name}`,
    shortest(() => runToEnd(printPredictReply(['y'], [tensor], 'row'))),
    shortest(() => Buffer.from(JSON.stringify(values))),
  );
}
