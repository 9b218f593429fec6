import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { DataType, NodeDefSchema, SignatureDefSchema } from '../../../src/proto/index.ts';
import {
  AttrValueSchema,
  SavedModelSchema,
  TensorInfoSchema,
  TensorProtoSchema,
  TensorShapeProtoSchema,
} from '../../../src/proto/index.ts';
import { DType } from '../../../src/tensor/index.ts';

type Node = MessageInitShape<typeof NodeDefSchema>;
type Signature = MessageInitShape<typeof SignatureDefSchema>;

const attr = (value: MessageInitShape<typeof AttrValueSchema>['value']) =>
  create(AttrValueSchema, { value } as MessageInitShape<typeof AttrValueSchema>);
const typeOf = (dtype: DataType) => attr({ case: 'type', value: dtype });

const placeholder = (name: string, dtype: DataType): Node => ({
  name,
  op: 'Placeholder',
  attr: {
    dtype: typeOf(dtype),
    shape: attr({ case: 'shape', value: create(TensorShapeProtoSchema, { unknownRank: true }) }),
  },
});

const constant = (name: string, dtype: DataType, shape: readonly number[]): Node => ({
  name,
  op: 'Const',
  attr: {
    dtype: typeOf(dtype),
    value: attr({
      case: 'tensor',
      value: create(TensorProtoSchema, {
        dtype,
        tensorShape: { dim: shape.map((size) => ({ size: BigInt(size) })) },
        ...(dtype === DType.STRING ? { stringVal: [Buffer.from('a')] } : {}),
      }),
    }),
  },
});

const info = (name: string, dtype: DataType) =>
  create(TensorInfoSchema, {
    encoding: { case: 'name', value: `${name}:0` },
    dtype,
    tensorShape: { unknownRank: true },
  });

const { FLOAT, INT32, STRING } = DType;
const string1x2 = constant('string1x2', STRING, [1, 2]);
const constants = {
  string1x2,
  string1x3: constant('string1x3', STRING, [1, 3]),
  string3x2: constant('string3x2', STRING, [3, 2]),
  string1: constant('string1', STRING, [1]),
  float1x2: constant('float1x2', FLOAT, [1, 2]),
  float3x2: constant('float3x2', FLOAT, [3, 2]),
  float1: constant('float1', FLOAT, [1]),
  float3: constant('float3', FLOAT, [3]),
  int1: constant('int1', INT32, [1]),
  int1x2: constant('int1x2', INT32, [1, 2]),
  scalar: constant('scalar', FLOAT, []),
  float1x3: constant('float1x3', FLOAT, [1, 3]),
};

const dtypes: Readonly<Record<string, DataType>> = { string: STRING, float: FLOAT, int: INT32 };
const outputOf = (name: string) => info(name, dtypes[/^[a-z]+?(?=\d|$)/.exec(name)![0]] ?? FLOAT);

function signature(
  methodName: string,
  outputs: Readonly<Record<string, keyof typeof constants>>,
  inputs: readonly string[] = ['inputs'],
): Signature {
  return {
    methodName: `tensorflow/serving/${methodName}`,
    inputs: Object.fromEntries(inputs.map((alias) => [alias, info('examples', STRING)])),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([alias, name]) => [alias, outputOf(name)]),
    ),
  };
}

const signatureDef: Record<string, Signature> = {
  serving_default: {
    methodName: 'tensorflow/serving/predict',
    inputs: { x: info('x', FLOAT) },
    outputs: { y: info('scalar', FLOAT) },
  },
  no_inputs: { methodName: 'tensorflow/serving/predict', outputs: { y: info('float1', FLOAT) } },
  uneven: {
    methodName: 'tensorflow/serving/predict',
    inputs: { x: info('x', FLOAT) },
    outputs: { a: info('float1', FLOAT), b: info('float3', FLOAT) },
  },
  odd_method: {
    methodName: 'odd',
    inputs: { x: info('x', FLOAT) },
    outputs: { y: info('float1', FLOAT) },
  },
  two_inputs: signature('classify', { scores: 'float1x2' }, ['inputs', 'more']),
  three_outputs: signature('classify', { a: 'float1x2', b: 'float1x2', c: 'float1x2' }),
  other_input: signature('classify', { scores: 'float1x2' }, ['other']),
  other_outputs: signature('classify', { other: 'float1x2' }),
  classes_rank: signature('classify', { classes: 'string1' }),
  scores_rank: signature('classify', { scores: 'float1' }),
  classes_type: signature('classify', { classes: 'int1x2' }),
  scores_type: signature('classify', { scores: 'int1x2' }),
  classes_batch: signature('classify', { classes: 'string3x2' }),
  scores_batch: signature('classify', { scores: 'float3x2' }),
  widths: signature('classify', { classes: 'string1x3', scores: 'float1x2' }),
  regress_two_outputs: signature('regress', { outputs: 'float1', more: 'float1' }),
  regress_other_input: signature('regress', { outputs: 'float1' }, ['other']),
  regress_other_output: signature('regress', { other: 'float1' }),
  regress_shape: signature('regress', { outputs: 'float1x2' }),
  regress_batch: signature('regress', { outputs: 'float3' }),
  regress_type: signature('regress', { outputs: 'int1' }),
};

/** A SavedModel whose signatures are wrong in one way each; its outputs are constants. */
export function oddModel(): Uint8Array {
  return toBinary(
    SavedModelSchema,
    create(SavedModelSchema, {
      savedModelSchemaVersion: 1n,
      metaGraphs: [
        {
          metaInfoDef: { tags: ['serve'] },
          graphDef: {
            versions: { producer: 1882 },
            node: [
              placeholder('x', FLOAT),
              placeholder('examples', STRING),
              ...Object.values(constants),
            ],
          },
          signatureDef,
        },
      ],
    }),
  );
}
