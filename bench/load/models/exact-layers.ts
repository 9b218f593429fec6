import { DType } from '../../../src/tensor/index.ts';
import { seededRandom } from '../../../src/util/index.ts';
import {
  type Attributes,
  floatConstant,
  floatNode,
  intVector,
  type Node,
  typeOf,
} from './graph.ts';

/** The greatest value that a layer of {@link ExactLayers} gives. */
export const mostValue = 6;

/**
 * A graph of layers whose weights are −1, 0 or 1 and whose values are integers from 0 to 6. All sums are integers
 * that a float holds exactly: an answer is the same to the byte whatever batch its row was in, in
 * whatever order an engine adds up. What it costs is what it would cost with any weights.
 */
export class ExactLayers {
  readonly nodes: Node[] = [];
  readonly #random = seededRandom(1);

  /** A layer of all inputs [rows, from] to all outputs [rows, to], cut off at 0 and 6. @returns its name */
  dense(name: string, input: string, from: number, to: number): string {
    return this.#cut(name, this.product(`${name}_sums`, input, from, to));
  }

  /** The sums of such a layer, not cut off. */
  product(name: string, input: string, from: number, to: number): string {
    this.#weights(`${name}_weights`, [from, to]);
    return this.add(floatNode('MatMul', name, [input, `${name}_weights`]));
  }

  /** A convolution of images [rows, height, width, from] with a 3 × 3 kernel, cut off at 0 and 6. */
  convolution(name: string, input: string, from: number, to: number, stride: number): string {
    this.#weights(`${name}_weights`, [3, 3, from, to]);
    const attributes: Attributes = {
      strides: { value: { case: 'list', value: { i: [1n, BigInt(stride), BigInt(stride), 1n] } } },
      padding: { value: { case: 's', value: Buffer.from('SAME') } },
    };
    const sums = floatNode('Conv2D', `${name}_sums`, [input, `${name}_weights`], attributes);
    return this.#cut(name, this.add(sums));
  }

  /** A table of so many rows of values from 0 to 6. */
  table(name: string, rows: number, width: number): string {
    const values = Float32Array.from({ length: rows * width }, () => this.#integer(mostValue + 1));
    return this.add(floatConstant(name, [rows, width], values));
  }

  reshape(name: string, input: string, shape: readonly number[]): string {
    this.add(intVector(`${name}_shape`, shape));
    const attributes = { Tshape: typeOf(DType.INT32) };
    return this.add(floatNode('Reshape', name, [input, `${name}_shape`], attributes));
  }

  transpose(name: string, input: string, order: readonly number[]): string {
    this.add(intVector(`${name}_order`, order));
    const attributes = { Tperm: typeOf(DType.INT32) };
    return this.add(floatNode('Transpose', name, [input, `${name}_order`], attributes));
  }

  /** Products of two stacks of matrices, cut off at 0 and 6. */
  matrices(name: string, left: string, right: string, isRightTransposed: boolean): string {
    const attributes: Attributes = { adj_y: { value: { case: 'b', value: isRightTransposed } } };
    return this.#cut(
      name,
      this.add(floatNode('BatchMatMulV2', `${name}_sums`, [left, right], attributes)),
    );
  }

  /** The sum of two layers of one shape, cut off at 6. */
  sum(name: string, left: string, right: string): string {
    return this.#cut(name, this.add(floatNode('AddV2', `${name}_sums`, [left, right])));
  }

  add(node: Node): string {
    this.nodes.push(node);
    return node.name!;
  }

  #cut(name: string, input: string): string {
    return this.add(floatNode('Relu6', name, [input]));
  }

  #weights(name: string, shape: readonly number[]): void {
    const length = shape.reduce((product, size) => product * size, 1);
    this.add(
      floatConstant(
        name,
        shape,
        Float32Array.from({ length }, () => this.#integer(3) - 1),
      ),
    );
  }

  #integer(below: number): number {
    return Math.floor(below * this.#random());
  }
}
