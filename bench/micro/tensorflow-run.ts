/**
 * Runs of small models on TensorFlow: on the event loop's thread against off it, memory of the
 * engine against a copy, strings of several lengths; then the resident memory over 200,000 runs.
 * The cases are interleaved, and the medians of rounds are printed, in µs a run: compare them with
 * each other, not with another day's.
 *
 *     node bench/micro/tensorflow-run.ts
 */
import type { LoadedModel, SignatureSpec, TensorScope } from '../../src/engines/index.ts';
import {
  byteStrings,
  floats,
  loadZooModel,
  openTestEngine,
  signatureOf,
  unlimited,
} from '../../src/engines/testing/tensorflow.ts';
import { DType, type Tensor } from '../../src/tensor/index.ts';
import type { Clock } from '../../src/util/index.ts';

const rounds = 15;
const perRound = 400;

/** On this clock every run takes 10 ms, too long for the event loop's thread. */
function slowClock(): Clock {
  let now = 0;
  return { now: () => (now += 10), sleep: async () => {} };
}

interface Case {
  readonly name: string;
  readonly model: LoadedModel;
  readonly signature: SignatureSpec;
  feed(scope: TensorScope): Tensor;
  readonly times: number[];
}

function newCase(name: string, model: LoadedModel, key: string, feed: Case['feed']): Case {
  return { name, model, signature: signatureOf(model, key), feed, times: [] };
}

async function run({ model, signature, feed }: Case): Promise<void> {
  const scope = model.openScope();
  try {
    const outputs = model.run(scope, signature, [feed(scope)], null, unlimited);
    if (outputs instanceof Promise) await outputs;
  } finally {
    scope.close();
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

const inlineEngine = await openTestEngine();
const offEngine = await openTestEngine({ clock: slowClock() });
const halfPlusTwo = 'tfserving/saved_model_half_plus_two_cpu/00000123';
const small = await loadZooModel(inlineEngine, halfPlusTwo);
const smallOff = await loadZooModel(offEngine, halfPlusTwo);
const echo = await loadZooModel(inlineEngine, 'models/multi_signature/1');

const image = [1, 224, 224, 3];
const pixels = floats(image, new Array<number>(224 * 224 * 3).fill(0.5));
const strings = (count: number, size: number) =>
  byteStrings(
    [count],
    Array.from({ length: count }, () => Buffer.alloc(size, 'a')),
  );
const [short, long, mega] = [strings(100, 10), strings(100, 100), strings(1, 1_000_000)];
const three = floats([3], [1, 2, 5]);

const cases = [
  newCase('3 floats, on the thread', small, 'serving_default', () => three),
  newCase('3 floats, off the thread', smallOff, 'serving_default', () => three),
  newCase('image of floats, written in place', echo, 'echo_float32', (scope) => {
    const tensor = scope.allocate(DType.FLOAT, image);
    (tensor.data as Float32Array).fill(0.5);
    return tensor;
  }),
  newCase('image of floats, copied', echo, 'echo_float32', () => pixels),
  newCase('100 strings of 10 bytes', echo, 'echo_string', () => short),
  newCase('100 strings of 100 bytes', echo, 'echo_string', () => long),
  newCase('a string of 1 MB', echo, 'echo_string', () => mega),
];

for (let round = 0; round < rounds; round++) {
  for (const one of cases) {
    const begin = performance.now();
    for (let i = 0; i < perRound; i++) await run(one);
    one.times.push(((performance.now() - begin) / perRound) * 1000);
  }
}
for (const { name, times } of cases) console.log(name.padEnd(36), median(times).toFixed(1), 'µs');

const mebibytes = () => (process.memoryUsage.rss() / 2 ** 20).toFixed(1);
for (let i = 0; i <= 200_000; i++) {
  await run(cases[i % 2 === 0 ? 0 : 4 + ((i >> 1) % 2)]!);
  if (i % 40_000 === 20_000 || i === 200_000) console.log(`${i} runs: ${mebibytes()} MiB`);
}
await inlineEngine.close();
await offEngine.close();
