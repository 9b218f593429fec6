import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  ClassificationRequestSchema,
  GetModelMetadataRequestSchema,
  GetModelStatusRequestSchema,
  type ModelConfigSchema,
  MultiInferenceRequestSchema,
  PredictRequestSchema,
  RegressionRequestSchema,
  ReloadConfigRequestSchema,
} from '../../../src/proto/index.ts';
import { DType } from '../../../src/tensor/index.ts';

/** One call over gRPC, and the error that answers it. */
export interface GrpcRow {
  /** Of a text in `spec-texts.ts`; a word behind `#` tells rows of one text apart. */
  readonly key: string;
  readonly path: string;
  readonly request: Buffer;
  readonly code: string;
  /** Exact; a pattern only where a kernel or a file system says a part of it. */
  readonly text: string | RegExp;
  /** Needs `--enable_signature_method_name_check`. */
  readonly checksMethodName?: true;
}

const prediction = '/tensorflow.serving.PredictionService';
const service = '/tensorflow.serving.ModelService';

function row<Desc extends DescMessage>(
  ...[key, path, schema, request, text, code = 'INVALID_ARGUMENT']: [
    key: string,
    path: string,
    schema: Desc,
    request: MessageInitShape<Desc>,
    text: string | RegExp,
    code?: string,
  ]
): GrpcRow {
  const bytes = Buffer.from(toBinary(schema, create(schema, request)));
  return { key, path, request: bytes, code, text };
}

type Predict = MessageInitShape<typeof PredictRequestSchema>;
const predict = (key: string, request: Predict, text: string | RegExp, code?: string) =>
  row(key, `${prediction}/Predict`, PredictRequestSchema, request, text, code);

const version = (value: bigint) => ({ case: 'version' as const, value: { value } });
const label = (value: string) => ({ case: 'versionLabel' as const, value });
const half = { name: 'half_plus_two' };
const tensor = (floatVal: number[]) => ({
  dtype: DType.FLOAT,
  tensorShape: { dim: [{ size: BigInt(floatVal.length) }] },
  floatVal,
});
const x = tensor([1]);
const defaults = { name: 'signature_defaults' };

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

type Model = MessageInitShape<typeof ModelConfigSchema>;
const reload = (key: string, models: readonly Model[], text: string | RegExp, code?: string) =>
  row(
    key,
    `${service}/HandleReloadConfigRequest`,
    ReloadConfigRequestSchema,
    { config: { config: { case: 'modelConfigList', value: { config: [...models] } } } },
    text,
    code,
  );
const a = { name: 'a', basePath: '/nowhere', modelPlatform: 'tensorflow' };

const status = (
  key: string,
  spec: NonNullable<MessageInitShape<typeof GetModelStatusRequestSchema>['modelSpec']>,
  text: string,
) =>
  row(
    key,
    `${service}/GetModelStatus`,
    GetModelStatusRequestSchema,
    { modelSpec: spec },
    text,
    'NOT_FOUND',
  );
const metadata = (
  key: string,
  request: MessageInitShape<typeof GetModelMetadataRequestSchema>,
  text: string,
  code?: string,
) => row(key, `${prediction}/GetModelMetadata`, GetModelMetadataRequestSchema, request, text, code);

/** In the order of the spec. */
export const grpcRows: readonly GrpcRow[] = [
  reload('config-duplicate', [a, a], 'Illegal to list model a multiple times in config list'),
  reload(
    'config-relative',
    [{ ...a, basePath: 'b/c' }],
    'Expected model a to have an absolute path or URI; got base_path()=b/c',
  ),
  reload(
    'config-platform-change',
    [{ ...a, name: 'half_plus_two', modelPlatform: 'other' }],
    "Illegal to change a model's platform. For model half_plus_two platform was tensorflow and new platform requested is other",
  ),
  reload(
    'config-type-and-platform',
    [{ ...a, modelType: 1 }],
    'Illegal setting both ModelServerConfig::model_type (deprecated) and ModelServerConfig::model_platform, model name is a',
  ),
  reload(
    'config-no-platform',
    [{ ...a, modelPlatform: '' }],
    'Illegal setting neither ModelServerConfig::model_type (deprecated) nor ModelServerConfig::model_platform, model name is a',
  ),
  reload(
    'config-type',
    [{ ...a, modelPlatform: '', modelType: 2 }],
    'ModelServerConfig::model_type choice 2 not supported.',
  ),
  reload(
    'config-platform',
    [{ ...a, modelPlatform: 'zz' }],
    'Model a requests unsupported platform zz',
  ),
  row(
    'reload-kind',
    `${service}/HandleReloadConfigRequest`,
    ReloadConfigRequestSchema,
    {},
    'ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently supported',
  ),
  reload(
    'label-unavailable',
    [{ ...a, versionLabels: { stable: 7n } }],
    'Request to assign label to version 7 of model a, which is not currently available for inference',
    'FAILED_PRECONDITION',
  ),
  predict('no-model-spec', {}, 'Missing ModelSpec'),
  predict('empty-name', { modelSpec: {} }, 'ModelSpec has no name specified.'),
  predict(
    'lookup-latest#grpc',
    { modelSpec: { name: 'nope' } },
    'Servable not found for request: Latest(nope)',
    'NOT_FOUND',
  ),
  predict(
    'lookup-latest#utf8',
    { modelSpec: { name: 'größe %' } },
    'Servable not found for request: Latest(größe %)',
    'NOT_FOUND',
  ),
  predict(
    'lookup-specific#grpc',
    { modelSpec: { ...half, versionChoice: version(9n) } },
    'Servable not found for request: Specific(half_plus_two, 9)',
    'NOT_FOUND',
  ),
  predict(
    'lookup-label#grpc',
    { modelSpec: { ...half, versionChoice: label('x') } },
    'Unrecognized servable version label: x',
  ),
  predict(
    'truncated',
    { modelSpec: { name: 'n'.repeat(2000) } },
    `${`Servable not found for request: Latest(${'n'.repeat(2000)})`.slice(0, 1024)}...TRUNCATED`,
    'NOT_FOUND',
  ),
  classify(['no-signature', 'zz', 'No signature was found with the name: zz']),
  regress(['no-signature#regress', 'zz', 'No signature was found with the name: zz']),
  {
    ...classify([
      'method-classify',
      'regress_shape',
      'Expected classification signature method_name to be tensorflow/serving/classify. Was: tensorflow/serving/regress',
    ]),
    checksMethodName: true,
  },
  {
    ...regress([
      'method-regress',
      'widths',
      'Expected regression signature method_name to be tensorflow/serving/regress. Was: tensorflow/serving/classify',
    ]),
    checksMethodName: true,
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
  predict(
    'signature-key',
    { modelSpec: { ...half, signatureName: 'zz' } },
    'Serving signature key "zz" not found.',
    'FAILED_PRECONDITION',
  ),
  {
    ...predict(
      'method-predict',
      { modelSpec: { name: 'odd', signatureName: 'odd_method' }, inputs: { x } },
      'Expected prediction signature method_name to be one of {tensorflow/serving/predict, tensorflow/serving/classify, tensorflow/serving/regress}. Was: odd',
      'INTERNAL',
    ),
    checksMethodName: true,
  },
  predict(
    'input-size',
    { modelSpec: half, inputs: { q: x, r: x } },
    'input size does not match signature: 2!=1 len({q,r}) != len({x}). Sent extra: {q,r}. Missing but required: {x}.',
  ),
  predict(
    'input-alias',
    { modelSpec: defaults, inputs: { scale: x } },
    /^Signature input alias: x\(feed name: \S+\) not found in request and no default value provided\. Inputs expected to be in the request \{scale\}, or default input alias set: bias,scale$/,
  ),
  predict(
    'tensor-parsing',
    {
      modelSpec: half,
      inputs: { x: { dtype: DType.FLOAT, tensorShape: { dim: [{ size: -1n }] } } },
    },
    'tensor parsing error: x',
  ),
  predict(
    'tensor-parsing#invalid',
    { modelSpec: half, inputs: { x: {} } },
    'tensor parsing error: x',
  ),
  predict(
    'tensor-parsing#content',
    { modelSpec: half, inputs: { x: { ...x, tensorContent: Buffer.from('abc') } } },
    'tensor parsing error: x',
  ),
  predict(
    'invalid-name',
    { modelSpec: defaults, inputs: { x, q: x } },
    'Inputs contains invalid name. Used request inputs: x, request input: q,x',
  ),
  predict(
    'output-filter',
    { modelSpec: half, inputs: { x }, outputFilter: ['q'] },
    'output tensor alias not found in signature: q Outputs expected to be in the set {y}.',
  ),
  predict(
    'output-duplicate',
    { modelSpec: half, inputs: { x }, outputFilter: ['y', 'y'] },
    'duplicate output tensor alias: y',
  ),
  predict(
    'wrong-dtype',
    {
      modelSpec: half,
      inputs: { x: { dtype: DType.INT32, tensorShape: { dim: [{ size: 1n }] }, intVal: [1] } },
    },
    /^Expects arg\[0\] to be float but int32 is provided/,
  ),
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
  metadata('no-model-spec#metadata', {}, 'Missing ModelSpec'),
  metadata(
    'metadata-none',
    { modelSpec: half },
    'GetModelMetadataRequest must specify at least one metadata_field',
  ),
  metadata(
    'metadata-field',
    { modelSpec: half, metadataField: ['zz'] },
    'Metadata field zz is not supported',
  ),
  status('status-model#grpc', { name: 'nope' }, 'Could not find any versions of model nope'),
  status('status-model#empty', {}, 'Could not find any versions of model '),
  status(
    'status-version#grpc',
    { ...half, versionChoice: version(9n) },
    'Could not find version 9 of model half_plus_two',
  ),
];
