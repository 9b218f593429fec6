import { DType } from '../../../src/tensor/index.ts';
import { seededRandom } from '../../../src/util/index.ts';
import type { Question } from '../interview.ts';
import type { BenchContext } from '../method.ts';
import { grpcPredict } from '../questions.ts';
import { ExactLayers, mostValue } from './exact-layers.ts';
import { typeOf, writeFloatModel } from './graph.ts';

/** A model to be batched, and what it is asked: one row at a time. */
export interface BatchedModel {
  readonly name: string;
  write(basePath: string): Promise<void>;
  /** Each has an answer of its own, the same to the byte in whatever batch it was. */
  readonly questions: readonly Question[];
}

/** Values of an answer: enough that those of different questions differ. */
const answerSize = 16;
const questionCount = 16;

const denseInput = 256;
const denseWidth = 2560;

/** Three layers of all to all: one row reads as many weights as a hundred do. */
export const dense: BatchedModel = {
  name: 'dense',
  async write(basePath) {
    const layers = new ExactLayers();
    let last = layers.dense('layer0', 'x', denseInput, denseWidth);
    for (const name of ['layer1', 'layer2']) {
      last = layers.dense(name, last, denseWidth, denseWidth);
    }
    layers.product('y', last, denseWidth, answerSize);
    await writeFloatModel(basePath, [-1, denseInput], layers.nodes, [-1, answerSize]);
  },
  questions: questionsOf('dense', [denseInput], mostValue + 1),
};

const side = 32;

/** Convolutions of small images: many rows cost many times what one does. */
export const convolutional = convolutions('convolutional', 64, 3);

/** The same with wider layers, for what needs a slow model. */
export const slowConvolutional = convolutions('slow_convolutional', 256, 6);

function convolutions(name: string, channels: number, count: number): BatchedModel {
  const imageShape = [side, side, 3];
  return {
    name,
    async write(basePath) {
      const layers = new ExactLayers();
      let last = layers.convolution('layer0', 'x', 3, channels, 1);
      for (let i = 1; i < count; i++) {
        last = layers.convolution(`layer${i}`, last, channels, channels, 1);
      }
      const small = layers.convolution('smaller', last, channels, channels, 2);
      const flatSize = (side / 2) ** 2 * channels;
      const flat = layers.reshape('flat', small, [-1, flatSize]);
      layers.product('y', flat, flatSize, answerSize);
      await writeFloatModel(basePath, [-1, ...imageShape], layers.nodes, [-1, answerSize]);
    },
    questions: questionsOf(name, imageShape, mostValue + 1),
  };
}

const words = 1000;
const textLength = 32;
const width = 256;
const heads = 8;
const blocks = 2;

/** Blocks of attention over short texts: a part of the costs comes with a run, a part with its rows. */
export const attention: BatchedModel = {
  name: 'attention',
  async write(basePath) {
    const layers = new ExactLayers();
    layers.add({
      name: 'ids',
      op: 'Cast',
      input: ['x'],
      attr: { SrcT: typeOf(DType.FLOAT), DstT: typeOf(DType.INT32) },
    });
    layers.table('words', words, width);
    layers.add({
      name: 'embedded',
      op: 'Gather',
      input: ['words', 'ids'],
      attr: { Tparams: typeOf(DType.FLOAT), Tindices: typeOf(DType.INT32) },
    });
    let last = layers.reshape('tokens', 'embedded', [-1, width]);
    for (let i = 0; i < blocks; i++) last = block(layers, `block${i}`, last);
    const flat = layers.reshape('flat', last, [-1, textLength * width]);
    layers.product('y', flat, textLength * width, answerSize);
    await writeFloatModel(basePath, [-1, textLength], layers.nodes, [-1, answerSize]);
  },
  questions: questionsOf('attention', [textLength], words),
};

/** Models whose costs by rows differ in kind, or those of them that the command line names. */
export function modelsOf({ models }: Pick<BenchContext, 'models'>): readonly BatchedModel[] {
  const all = [dense, convolutional, attention];
  return models.length === 0 ? all : all.filter(({ name }) => models.includes(name));
}

/** Attention of the tokens of each text to each other, in heads, then a layer for each token. */
function block(layers: ExactLayers, name: string, input: string): string {
  const apart = (part: string) => {
    const all = layers.dense(`${name}_${part}`, input, width, width);
    const shape = [-1, textLength, heads, width / heads];
    const split = layers.reshape(`${name}_${part}_split`, all, shape);
    return layers.transpose(`${name}_${part}_heads`, split, [0, 2, 1, 3]);
  };
  const scores = layers.matrices(`${name}_scores`, apart('query'), apart('key'), true);
  const mixed = layers.matrices(`${name}_mixed`, scores, apart('value'), false);
  const together = layers.transpose(`${name}_together`, mixed, [0, 2, 1, 3]);
  const flat = layers.reshape(`${name}_flat`, together, [-1, width]);
  const attended = layers.sum(
    `${name}_attended`,
    input,
    layers.dense(`${name}_out`, flat, width, width),
  );
  const inner = layers.dense(`${name}_inner`, attended, width, 4 * width);
  return layers.sum(name, attended, layers.dense(`${name}_outer`, inner, 4 * width, width));
}

/** Asks a model of that name of single rows with random integers below a bound. */
function questionsOf(model: string, shape: readonly number[], below: number): readonly Question[] {
  const random = seededRandom(7);
  const size = shape.reduce((product, one) => product * one, 1);
  return Array.from({ length: questionCount }, () => {
    const values = Float32Array.from({ length: size }, () => Math.floor(below * random()));
    const x = {
      dtype: DType.FLOAT,
      tensorShape: { dim: [1, ...shape].map((length) => ({ size: BigInt(length) })) },
      tensorContent: new Uint8Array(values.buffer),
    };
    return grpcPredict({ modelSpec: { name: model }, inputs: { x } }, 'y', isAnswer);
  });
}

function isAnswer(values: readonly unknown[]): boolean {
  return values.length === answerSize && values.every(Number.isInteger);
}
