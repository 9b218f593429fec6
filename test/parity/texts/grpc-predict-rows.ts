import type { MessageInitShape } from '@bufbuild/protobuf';
import { PredictRequestSchema } from '../../../src/proto/index.ts';
import { DType } from '../../../src/tensor/index.ts';
import { type GrpcRow, halfPlusTwo, prediction, row, version } from './grpc-row.ts';

type Predict = MessageInitShape<typeof PredictRequestSchema>;
const predict = (key: string, request: Predict, text: string | RegExp, code?: string) =>
  row(key, `${prediction}/Predict`, PredictRequestSchema, request, text, code);

const label = (value: string) => ({ case: 'versionLabel' as const, value });
const tensor = (floatVal: number[]) => ({
  dtype: DType.FLOAT,
  tensorShape: { dim: [{ size: BigInt(floatVal.length) }] },
  floatVal,
});
const x = tensor([1]);
const defaults = { name: 'signature_defaults' };

/** Of lookups and Predict (spec 4.8, 6.1, 6.4). */
export const grpcPredictRows: readonly GrpcRow[] = [
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
    { modelSpec: { ...halfPlusTwo, versionChoice: version(9n) } },
    'Servable not found for request: Specific(half_plus_two, 9)',
    'NOT_FOUND',
  ),
  predict(
    'lookup-label#grpc',
    { modelSpec: { ...halfPlusTwo, versionChoice: label('x') } },
    'Unrecognized servable version label: x',
  ),
  {
    ...predict(
      'labels-uninitialized#grpc',
      { modelSpec: { name: 'm', versionChoice: label('stable') } },
      'Model labels does not init yet.stable',
      'UNAVAILABLE',
    ),
    server: 'empty',
  },
  predict(
    'truncated',
    { modelSpec: { name: 'n'.repeat(2000) } },
    `${`Servable not found for request: Latest(${'n'.repeat(2000)})`.slice(0, 1024)}...TRUNCATED`,
    'NOT_FOUND',
  ),
  predict(
    'signature-key',
    { modelSpec: { ...halfPlusTwo, signatureName: 'zz' } },
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
    server: 'strict',
  },
  predict(
    'input-size',
    { modelSpec: halfPlusTwo, inputs: { q: x, r: x } },
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
      modelSpec: halfPlusTwo,
      inputs: { x: { dtype: DType.FLOAT, tensorShape: { dim: [{ size: -1n }] } } },
    },
    'tensor parsing error: x',
  ),
  predict(
    'tensor-parsing#invalid',
    { modelSpec: halfPlusTwo, inputs: { x: {} } },
    'tensor parsing error: x',
  ),
  predict(
    'tensor-parsing#content',
    { modelSpec: halfPlusTwo, inputs: { x: { ...x, tensorContent: Buffer.from('abc') } } },
    'tensor parsing error: x',
  ),
  predict(
    'invalid-name',
    { modelSpec: defaults, inputs: { x, q: x } },
    'Inputs contains invalid name. Used request inputs: x, request input: q,x',
  ),
  predict(
    'output-filter',
    { modelSpec: halfPlusTwo, inputs: { x }, outputFilter: ['q'] },
    'output tensor alias not found in signature: q Outputs expected to be in the set {y}.',
  ),
  predict(
    'output-duplicate',
    { modelSpec: halfPlusTwo, inputs: { x }, outputFilter: ['y', 'y'] },
    'duplicate output tensor alias: y',
  ),
  predict(
    'wrong-dtype',
    {
      modelSpec: halfPlusTwo,
      inputs: { x: { dtype: DType.INT32, tensorShape: { dim: [{ size: 1n }] }, intVal: [1] } },
    },
    /^Expects arg\[0\] to be float but int32 is provided/,
  ),
  {
    ...predict(
      'batch-no-input',
      { modelSpec: { name: 'odd', signatureName: 'no_inputs' } },
      'Batching Run() must have at least one input tensor',
    ),
    server: 'batching',
  },
];
