import type { SpecText } from './spec-text.ts';

/** Of gRPC (spec 6). */
export const grpcTexts: readonly SpecText[] = [
  { id: 'truncated', section: '6.1', text: '...TRUNCATED' },
  { id: 'no-signature', section: '6.3', text: 'No signature was found with the name: <s>' },
  {
    id: 'method-classify',
    section: '6.3',
    text: 'Expected classification signature method_name to be tensorflow/serving/classify. Was: <m>',
  },
  { id: 'method-regress', section: '6.3', text: 'Expected regression signature' },
  { id: 'one-input', section: '6.3', text: 'Expected one input Tensor.' },
  { id: 'outputs-classify', section: '6.3', text: 'Expected one or two output Tensors, found <n>' },
  { id: 'outputs-regress', section: '6.3', text: 'Expected one output Tensor.' },
  {
    id: 'inputs-classify',
    section: '6.3',
    text: 'No classification inputs found in SignatureDef: ',
  },
  { id: 'inputs-regress', section: '6.3', text: 'No regression inputs found in SignatureDef: ' },
  {
    id: 'classes-or-scores',
    section: '6.3',
    text: 'Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: ',
  },
  {
    id: 'outputs-alias-regress',
    section: '6.3',
    text: 'No regression outputs found in SignatureDef: ',
  },
  { id: 'input-empty', section: '6.3', text: 'Input is empty.' },
  {
    id: 'rank-2',
    section: '6.3',
    text: 'Expected Tensor shape: [batch_size num_classes] but got <shape>',
  },
  { id: 'classes-type', section: '6.3', text: 'Expected classes Tensor of DT_STRING. Got: <DT>' },
  { id: 'scores-type', section: '6.3', text: 'Expected scores Tensor of DT_FLOAT. Got: <DT>' },
  {
    id: 'classes-batch',
    section: '6.3',
    text: 'Expected classes output batch size of <n>. Got: <m>',
  },
  {
    id: 'scores-batch',
    section: '6.3',
    text: 'Expected scores output batch size of <n>. Got: <m>',
  },
  {
    id: 'widths',
    section: '6.3',
    text: 'Tensors class and score should match in dim_size(1). Got <a> vs. <b>',
  },
  {
    id: 'regress-shape',
    section: '6.3',
    text: 'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got <shape>',
  },
  {
    id: 'regress-batch',
    section: '6.3',
    text: 'Input batch size did not match output batch size: <n> vs. <m>',
  },
  { id: 'regress-type', section: '6.3', text: 'Expected output Tensor of DT_FLOAT.  Got: <DT>' },
  { id: 'signature-key', section: '6.4', text: 'Serving signature key "<s>" not found.' },
  {
    id: 'method-predict',
    section: '6.4',
    text: 'Expected prediction signature method_name to be one of {tensorflow/serving/predict, tensorflow/serving/classify, tensorflow/serving/regress}. Was: <m>',
  },
  {
    id: 'input-size',
    section: '6.4',
    text: 'input size does not match signature: <a>!=<b> len({<req>}) != len({<sig>}). Sent extra: {<x>}. Missing but required: {<y>}.',
  },
  {
    id: 'input-alias',
    section: '6.4',
    text: 'Signature input alias: <a>(feed name: <f>) not found in request and no default value provided.',
  },
  { id: 'tensor-parsing', section: '6.4', text: 'tensor parsing error: <alias>' },
  {
    id: 'invalid-name',
    section: '6.4',
    text: 'Inputs contains invalid name. Used request inputs: <…>, request input: <…>',
  },
  {
    id: 'output-filter',
    section: '6.4',
    text: 'output tensor alias not found in signature: <a> Outputs expected to be in the set {<…>}.',
  },
  { id: 'output-duplicate', section: '6.4', text: 'duplicate output tensor alias: <a>' },
  { id: 'wrong-dtype', section: '6.4', text: 'Expects arg[<i>] to be float but int32 is provided' },
  { id: 'task-empty-name', section: '6.5', text: 'Found ModelSpec with an empty model name.' },
  {
    id: 'task-other-name',
    section: '6.5',
    text: 'All ModelSpecs in a MultiInferenceRequest must access the same model name.',
  },
  { id: 'task-duplicate', section: '6.5', text: 'Duplicate evaluation of signature: <s>' },
  {
    id: 'task-signature',
    section: '6.5',
    text: 'Requested signature not found in model graph: <s>',
  },
  { id: 'task-method', section: '6.5', text: 'Unsupported signature method_name: <m>' },
  {
    id: 'metadata-none',
    section: '6.6',
    text: 'GetModelMetadataRequest must specify at least one metadata_field',
  },
  { id: 'metadata-field', section: '6.6', text: 'Metadata field <f> is not supported' },
  {
    id: 'regress-output-batch',
    section: '6.3',
    text: 'Expected output batch size to be <n>.  Got: <m>',
    unreachable: 'the checks of shape and of batch size before exclude it, in TFS too',
  },
];
