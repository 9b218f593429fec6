import {
  ClassificationRequestSchema,
  MultiInferenceRequestSchema,
  RegressionRequestSchema,
} from '../../../src/proto/index.ts';
import { type GrpcRow, prediction, row } from './grpc-row.ts';

const input = { kind: { case: 'exampleList' as const, value: { examples: [{}] } } };
type Example = readonly [key: string, signature: string, text: string | RegExp];
const classify = ([key, signatureName, text]: Example) =>
  row(
    key,
    `${prediction}/Classify`,
    ClassificationRequestSchema,
    { modelSpec: { name: 'odd', signatureName }, input },
    text,
  );
const regress = ([key, signatureName, text]: Example) =>
  row(
    key,
    `${prediction}/Regress`,
    RegressionRequestSchema,
    { modelSpec: { name: 'odd', signatureName }, input },
    text,
  );

type Task = readonly [name: string, signatureName: string, methodName?: string];
const infer = (key: string, tasks: readonly Task[], text: string, code?: string) =>
  row(
    key,
    `${prediction}/MultiInference`,
    MultiInferenceRequestSchema,
    {
      tasks: tasks.map(([name, signatureName, methodName = 'classify']) => ({
        modelSpec: { name, signatureName },
        methodName: `tensorflow/serving/${methodName}`,
      })),
      input,
    },
    text,
    code,
  );

/** Of Classify, Regress and MultiInference (spec 6.3, 6.5). */
export const grpcExamplesRows: readonly GrpcRow[] = [
  classify(['no-signature', 'zz', 'No signature was found with the name: zz']),
  regress(['no-signature#regress', 'zz', 'No signature was found with the name: zz']),
  {
    ...classify([
      'method-classify',
      'regress_shape',
      'Expected classification signature method_name to be tensorflow/serving/classify. Was: tensorflow/serving/regress',
    ]),
    server: 'strict',
  },
  {
    ...regress([
      'method-regress',
      'widths',
      'Expected regression signature method_name to be tensorflow/serving/regress. Was: tensorflow/serving/classify',
    ]),
    server: 'strict',
  },
  classify(['one-input', 'two_inputs', 'Expected one input Tensor.']),
  classify(['outputs-classify', 'three_outputs', 'Expected one or two output Tensors, found 3']),
  regress(['outputs-regress', 'regress_two_outputs', 'Expected one output Tensor.']),
  classify([
    'inputs-classify',
    'other_input',
    /^No classification inputs found in SignatureDef: inputs \{\n {2}key: "other"\n/,
  ]),
  regress([
    'inputs-regress',
    'regress_other_input',
    /^No regression inputs found in SignatureDef: inputs \{\n {2}key: "other"\n/,
  ]),
  classify([
    'classes-or-scores',
    'other_outputs',
    /^Expected classification signature outputs to contain at least one of "classes" or "scores"\. Signature was: inputs \{\n/,
  ]),
  regress([
    'outputs-alias-regress',
    'regress_other_output',
    /^No regression outputs found in SignatureDef: inputs \{\n/,
  ]),
  row(
    'input-empty',
    `${prediction}/Classify`,
    ClassificationRequestSchema,
    { modelSpec: { name: 'odd', signatureName: 'widths' } },
    'Input is empty.',
  ),
  row(
    'input-empty#regress',
    `${prediction}/Regress`,
    RegressionRequestSchema,
    { modelSpec: { name: 'odd', signatureName: 'regress_batch' } },
    'Input is empty.',
  ),
  classify([
    'rank-2',
    'classes_rank',
    'Expected Tensor shape: [batch_size num_classes] but got [1]',
  ]),
  classify([
    'rank-2#scores',
    'scores_rank',
    'Expected Tensor shape: [batch_size num_classes] but got [1]',
  ]),
  classify(['classes-type', 'classes_type', 'Expected classes Tensor of DT_STRING. Got: DT_INT32']),
  classify(['scores-type', 'scores_type', 'Expected scores Tensor of DT_FLOAT. Got: DT_INT32']),
  classify(['classes-batch', 'classes_batch', 'Expected classes output batch size of 1. Got: 3']),
  classify(['scores-batch', 'scores_batch', 'Expected scores output batch size of 1. Got: 3']),
  classify([
    'widths',
    'widths',
    'Tensors class and score should match in dim_size(1). Got 3 vs. 2',
  ]),
  regress([
    'regress-shape',
    'regress_shape',
    'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [1,2]',
  ]),
  regress([
    'regress-batch',
    'regress_batch',
    'Input batch size did not match output batch size: 1 vs. 3',
  ]),
  regress(['regress-type', 'regress_type', 'Expected output Tensor of DT_FLOAT.  Got: DT_INT32']),
  infer('empty-name#tasks', [], 'ModelSpec has no name specified.'),
  infer(
    'task-empty-name',
    [
      ['odd', 'widths'],
      ['', 'widths'],
    ],
    'Found ModelSpec with an empty model name.',
  ),
  infer(
    'task-other-name',
    [
      ['odd', 'widths'],
      ['half_plus_two', 'widths'],
    ],
    'All ModelSpecs in a MultiInferenceRequest must access the same model name.',
  ),
  infer(
    'task-duplicate',
    [
      ['odd', 'widths'],
      ['odd', 'widths'],
    ],
    'Duplicate evaluation of signature: widths',
  ),
  infer('task-signature', [['odd', 'zz']], 'Requested signature not found in model graph: zz'),
  infer(
    'task-method',
    [['odd', 'widths', 'predict']],
    'Unsupported signature method_name: tensorflow/serving/predict',
    'UNIMPLEMENTED',
  ),
];
