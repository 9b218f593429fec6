import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type DataType,
  type NodeDefSchema,
  SavedModelSchema,
  type TensorProtoSchema,
  type TensorShapeProtoSchema,
} from '../../../src/proto/index.ts';
import { DType } from '../../../src/tensor/index.ts';

export type Node = MessageInitShape<typeof NodeDefSchema>;
export type Attributes = NonNullable<Node['attr']>;

export const typeOf = (type: DataType): Attributes[string] => ({
  value: { case: 'type', value: type },
});

/** A node of floats with one output. */
export function floatNode(
  op: string,
  name: string,
  input: readonly string[],
  attr: Attributes = {},
): Node {
  return { name, op, input: [...input], attr: { T: typeOf(DType.FLOAT), ...attr } };
}

/** A constant vector of int32. */
export function intVector(name: string, values: readonly number[]): Node {
  return constant(name, {
    dtype: DType.INT32,
    tensorShape: shapeOf([values.length]),
    intVal: [...values],
  });
}

/** A constant tensor of floats. */
export function floatConstant(name: string, shape: readonly number[], data: Float32Array): Node {
  return constant(name, {
    dtype: DType.FLOAT,
    tensorShape: shapeOf(shape),
    tensorContent: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
}

function constant(name: string, tensor: MessageInitShape<typeof TensorProtoSchema>): Node {
  const value: Attributes[string] = { value: { case: 'tensor', value: tensor } };
  return { name, op: 'Const', attr: { dtype: typeOf(tensor.dtype ?? DType.INVALID), value } };
}

function shapeOf(dims: readonly number[]): MessageInitShape<typeof TensorShapeProtoSchema> {
  return { dim: dims.map((size) => ({ size: BigInt(size) })) };
}

/**
 * Writes version 1 of a SavedModel under a base path: a graph that feeds floats to a placeholder `x`
 * and fetches floats of the last node as `y`.
 *
 * @param shape of `x`; −1 where a size is open.
 * @param outputShape likewise of `y`.
 */
export async function writeFloatModel(
  basePath: string,
  shape: readonly number[],
  nodes: readonly Node[],
  outputShape: readonly number[],
): Promise<void> {
  const tensor = (node: string, dims: readonly number[]) => ({
    encoding: { case: 'name', value: `${node}:0` } as const,
    dtype: DType.FLOAT,
    tensorShape: shapeOf(dims),
  });
  const placeholder: Node = {
    name: 'x',
    op: 'Placeholder',
    attr: {
      dtype: typeOf(DType.FLOAT),
      shape: { value: { case: 'shape', value: shapeOf(shape) } },
    },
  };
  const model = create(SavedModelSchema, {
    savedModelSchemaVersion: 1n,
    metaGraphs: [
      {
        metaInfoDef: { tags: ['serve'] },
        graphDef: { node: [placeholder, ...nodes], versions: { producer: 1482 } },
        signatureDef: {
          serving_default: {
            inputs: { x: tensor('x', shape) },
            outputs: { y: tensor(nodes.at(-1)!.name!, outputShape) },
            methodName: 'tensorflow/serving/predict',
          },
        },
      },
    ],
  });
  const folder = path.join(basePath, '1');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'saved_model.pb'), toBinary(SavedModelSchema, model));
}
