import { DType } from '../../../src/tensor/index.ts';
import { seededRandom } from '../../../src/util/index.ts';
import { grpcPredict } from '../questions.ts';
import {
  type Attributes,
  floatConstant,
  floatNode,
  intVector,
  typeOf,
  writeFloatModel,
} from './graph.ts';

/** The input of {@link writeSmallCnn}. */
export const cnnShape: readonly number[] = [1, 224, 224, 3];
const classes = 10;

/** Side of the kernel, channels out, stride. */
const layers: readonly (readonly [number, number, number])[] = [
  [7, 32, 2],
  [3, 64, 2],
  [3, 128, 2],
  [3, 128, 1],
  [3, 128, 1],
  [3, 128, 1],
  [3, 256, 2],
  [3, 256, 1],
  [3, 256, 1],
  [3, 256, 1],
];

/**
 * Writes an image classifier of ten convolutions, 1.8 GFLOP an image: 10 to 20 ms on two cores.
 * Its weights are random, from a fixed seed.
 */
export function writeSmallCnn(basePath: string): Promise<void> {
  const random = seededRandom(1);
  const weights = (count: number, fanIn: number) =>
    Float32Array.from({ length: count }, () => (2 * random() - 1) * Math.sqrt(6 / fanIn));
  const nodes = [];
  let from = 'x';
  let channels = 3;
  for (const [i, [side, out, stride]] of layers.entries()) {
    const shape = [side, side, channels, out];
    const fanIn = side * side * channels;
    nodes.push(
      floatConstant(`w${i}`, shape, weights(fanIn * out, fanIn)),
      floatNode('Conv2D', `conv${i}`, [from, `w${i}`], convolution(stride)),
      floatNode('Relu', `relu${i}`, [`conv${i}`]),
    );
    from = `relu${i}`;
    channels = out;
  }
  nodes.push(
    intVector('sides', [1, 2]),
    floatNode('Mean', 'mean', [from, 'sides'], { Tidx: typeOf(DType.INT32) }),
    floatConstant('head', [channels, classes], weights(channels * classes, channels)),
    floatNode('MatMul', 'logits', ['mean', 'head']),
    floatNode('Softmax', 'y', ['logits']),
  );
  return writeFloatModel(basePath, [-1, ...cnnShape.slice(1)], nodes, [-1, classes]);
}

function convolution(stride: number): Attributes {
  return {
    strides: { value: { case: 'list', value: { i: [1n, BigInt(stride), BigInt(stride), 1n] } } },
    padding: { value: { case: 's', value: Buffer.from('SAME') } },
  };
}

/** Asks the model `cnn` of a gray image; the answer must be probabilities. */
export const grpcGrayImage = grpcPredict(
  {
    modelSpec: { name: 'cnn' },
    inputs: {
      x: {
        dtype: DType.FLOAT,
        tensorShape: { dim: cnnShape.map((size) => ({ size: BigInt(size) })) },
        tensorContent: new Uint8Array(new Float32Array(224 * 224 * 3).fill(0.5).buffer),
      },
    },
  },
  'y',
  (values) =>
    values.length === classes &&
    Math.abs(values.reduce<number>((sum, value) => sum + Number(value), 0) - 1) < 1e-5,
);
