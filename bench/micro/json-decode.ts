/**
 * Reading of a predict request with a 224 × 224 RGB image as JSON, against `JSON.parse` and a loop
 * that flattens its lists; and printing of as many outputs, against `JSON.stringify`. One call of
 * each in turn; the median and the shortest time, and how many times as fast as the built-in
 * functions that is. `spaced` is text as Python's `json.dumps` writes it, with a space behind each
 * comma; the other has none, as JavaScript writes it.
 *
 *     node bench/micro/json-decode.ts
 */

import { signatureSpec, tensorSpec } from '../../src/inference/testing/fake-model.ts';
import { numberKernel } from '../../src/protocol/rest/number-kernel.ts';
import { printPredictReply } from '../../src/protocol/rest/predict-reply.ts';
import { readInputs, scanPredictRequest } from '../../src/protocol/rest/predict-request.ts';
import { runToEnd } from '../../src/protocol/rest/testing/run-to-end.ts';
import { DType, heapAllocator, type NumericTensor } from '../../src/tensor/index.ts';

type Pixels = number | readonly Pixels[];

const side = 224;
const msEach = 1500;

/** The types into which each kind of pixel is read, with the arrays that flattening fills. */
const pixels: Readonly<Record<string, readonly [pixel: () => number, into: readonly DType[]]>> = {
  'float32 written as doubles': [() => Math.fround(Math.random()), [DType.FLOAT, DType.DOUBLE]],
  'normal float32 as doubles': [() => Math.fround(normal()), [DType.FLOAT]],
  'four decimals': [() => Math.round(Math.random() * 1e4) / 1e4, [DType.FLOAT]],
  'integers to 255': [
    () => Math.floor(Math.random() * 256),
    [DType.FLOAT, DType.INT32, DType.UINT8],
  ],
};

const arrays: Partial<Record<DType, new (length: number) => NumericTensor['data']>> = {
  [DType.FLOAT]: Float32Array,
  [DType.DOUBLE]: Float64Array,
  [DType.INT32]: Int32Array,
  [DType.UINT8]: Uint8Array,
};

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

function flatten(body: Buffer, dtype: DType): NumericTensor['data'] {
  const flat = new arrays[dtype]!(side * side * 3);
  let length = 0;
  const visit = (value: Pixels): void => {
    if (typeof value === 'number') flat[length++] = value;
    else for (const one of value) visit(one);
  };
  visit((JSON.parse(body.toString()) as { instances: Pixels }).instances);
  return flat;
}

function read(body: Buffer, dtype: DType): NumericTensor {
  const signature = signatureSpec({ inputs: [tensorSpec('x', dtype, null)], outputs: [] });
  const document = runToEnd(scanPredictRequest(body, 256, () => signature, numberKernel));
  return runToEnd(readInputs(document, signature, heapAllocator)).feeds[0] as NumericTensor;
}

/** Times in ms of two actions in turn, shortest first. */
function times(ours: () => unknown, theirs: () => unknown): readonly [number[], number[]] {
  const results: readonly [number[], number[]] = [[], []];
  const end = performance.now() + msEach;
  while (performance.now() < end) {
    for (const [i, action] of [ours, theirs].entries()) {
      const start = performance.now();
      action();
      results[i]!.push(performance.now() - start);
    }
  }
  for (const list of results) list.sort((a, b) => a - b);
  return results;
}

function report(what: string, ours: () => unknown, theirs: () => unknown): void {
  const [own, other] = times(ours, theirs);
  const columns = [Math.floor(own.length / 2), 0].map((at) => {
    const [a, b] = [own[at]!, other[at]!];
    return `${a.toFixed(2).padStart(6)} ms against ${b.toFixed(2).padStart(5)}  ${(b / a).toFixed(2).padStart(5)} ×`;
  });
  console.log(`${what.padEnd(62)}${columns.join('   |')}`);
}

console.log(`${''.padEnd(62)}${'median'.padEnd(33)}shortest`);
for (const [name, [pixel, dtypes]] of Object.entries(pixels)) {
  const row = () => Array.from({ length: side }, () => [pixel(), pixel(), pixel()]);
  const image = Array.from({ length: side }, row);
  const text = JSON.stringify({ instances: [image] });
  for (const spaced of [true, false]) {
    const body = Buffer.from(spaced ? text.replaceAll(',', ', ') : text);
    const form = `${(body.length / 1e6).toFixed(1)} MB${spaced ? ', spaced' : ''}`;
    for (const dtype of dtypes) {
      const into = Object.keys(DType).find((key) => DType[key as keyof typeof DType] === dtype);
      report(
        `read ${name} into ${into}, ${form}`,
        () => read(body, dtype),
        () => flatten(body, dtype),
      );
    }
  }
  const tensor = read(Buffer.from(text), DType.FLOAT);
  const values = { predictions: [...tensor.data] };
  report(
    `print ${name}`,
    () => runToEnd(printPredictReply(['y'], [tensor], 'row')),
    () => Buffer.from(JSON.stringify(values)),
  );
}
