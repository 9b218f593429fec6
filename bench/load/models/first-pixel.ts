import { DType } from '../../../src/tensor/index.ts';
import { grpcPredict } from '../questions.ts';
import { floatNode, intVector, typeOf, writeFloatModel } from './graph.ts';

/** Sides of the image of {@link writeFirstPixel}. */
export const side = 224;

/**
 * Writes a model that takes images of floats and answers with the first pixel of the first: as
 * little work for the engine as an image can be.
 */
export function writeFirstPixel(basePath: string): Promise<void> {
  return writeFloatModel(
    basePath,
    [-1, side, side, 3],
    [
      intVector('begin', [0, 0, 0, 0]),
      intVector('size', [1, 1, 1, 3]),
      floatNode('Slice', 'y', ['x', 'begin', 'size'], { Index: typeOf(DType.INT32) }),
    ],
    [1, 1, 1, 3],
  );
}

/** Of the images that it is asked here, and so its answer. */
export const firstPixel: readonly number[] = [0.25, 0.5, 1];

/** Asks the model `first_pixel` of one image: 602,112 bytes of tensor_content. */
export const grpcImage = grpcPredict(imageRequest(), 'y', firstPixel);

function imageRequest() {
  const pixels = Float32Array.from({ length: side * side * 3 }, (_, i) => (i % 256) / 256);
  pixels.set(firstPixel);
  return {
    modelSpec: { name: 'first_pixel' },
    inputs: {
      x: {
        dtype: DType.FLOAT,
        tensorShape: { dim: [1, side, side, 3].map((size) => ({ size: BigInt(size) })) },
        tensorContent: new Uint8Array(pixels.buffer),
      },
    },
  };
}
