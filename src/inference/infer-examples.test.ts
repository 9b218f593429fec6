import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { SignatureSpec, TensorSpec } from '../engines/index.ts';
import { codeName, StatusError } from '../status/index.ts';
import { DType, type StringTensor, type Tensor } from '../tensor/index.ts';
import {
  type ExampleMethod,
  type ExampleResult,
  type ExamplesCall,
  type InferenceContext,
  inferExamples,
  type MultiInferenceCall,
  multiInference,
} from './index.ts';
import type { ServedModelSpec } from './served-model-spec.ts';
import { FakeLookup } from './testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from './testing/fake-model.ts';

const { FLOAT, STRING, INT32 } = DType;

/** A tensor that is named after its signature. */
const spec = (key: string, alias: string, dtype: DType): TensorSpec => ({
  ...tensorSpec(alias, dtype, null),
  name: `${key}/${alias}:0`,
});

/** A signature with an input from the same tensor as all others, unless told otherwise. */
function signature(
  key: string,
  method: string,
  outputs: readonly string[],
  inputs: readonly string[] = ['inputs'],
): SignatureSpec {
  return signatureSpec({
    key,
    methodName: `tensorflow/serving/${method}`,
    inputs: inputs.map((alias) => spec('all', alias, STRING)),
    outputs: outputs.map((alias) => spec(key, alias, alias === 'classes' ? STRING : FLOAT)),
  });
}

const both = signature('serving_default', 'classify', ['classes', 'scores']);
const value = signature('value', 'regress', ['outputs']);
const signatures = [
  both,
  value,
  signature('scores', 'classify', ['other', 'scores']),
  signature('classes', 'predict', ['classes']),
  signature('two_inputs', 'classify', ['classes'], ['inputs', 'more']),
  signature('no_inputs', 'regress', ['outputs'], []),
  signature('three', 'classify', ['classes', 'more', 'scores']),
  signature('x_in', 'classify', ['classes'], ['x']),
  signature('x_in_too', 'regress', ['outputs'], ['x']),
  signature('y_out', 'classify', ['y']),
  signature('y_out_too', 'regress', ['y']),
  signature('more_out', 'regress', ['more', 'outputs']),
];

let model: FakeModel;
let lookup: FakeLookup;
let context: InferenceContext;
let observed: unknown[];
/** By alias, what the model answers with. */
let answers: Record<string, Tensor>;

const text = (value: StringTensor) => {
  const { bytes, offsets } = value;
  return Array.from(offsets.subarray(1), (end, i) =>
    Buffer.from(bytes.subarray(offsets[i]!, end)).toString(),
  );
};

function stringsOf(shape: number[], ...values: string[]): StringTensor {
  const bytes = Buffer.from(values.join(''));
  let end = 0;
  const ends = values.map((one) => (end += one.length));
  return { dtype: STRING, shape, bytes, offsets: Float64Array.of(0, ...ends) };
}

const floatsOf = (shape: number[], ...values: number[]): Tensor => ({
  dtype: FLOAT,
  shape,
  data: Float32Array.from(values),
});

beforeEach(() => {
  model = new FakeModel(...signatures);
  lookup = new FakeLookup('m', model);
  observed = [];
  const observer = {
    modelRan: () => {},
    examplesRun: (...told: unknown[]) => void observed.push(told),
  };
  context = { lookup, checkShapes: true, observer };
  answers = {
    classes: stringsOf([2, 2], 'a', 'b', 'c', 'd'),
    scores: floatsOf([2, 2], 0.5, 1, 1.5, 2),
    outputs: floatsOf([2, 1], 7, 8),
  };
  model.answer = ({ signature, fetches }) => {
    const wanted = fetches?.map((index) => signature.outputs[index]!) ?? signature.outputs;
    return wanted.map(({ name }) => answers[/\/(\w+):/.exec(name)![1]!]!);
  };
});

const twoExamples = { tensor: () => stringsOf([2], 'one', 'two') };

type Reply = readonly [ServedModelSpec, unknown];

/** The result in plain values. */
function plain(result: ExampleResult): unknown {
  if (result.method === 'regress') return [...result.values];
  const { labels, scores } = result;
  return { labels: labels && text(labels), scores: scores && [...scores] };
}

const base = {
  deadline: Number.POSITIVE_INFINITY,
  signal: null,
  checkMethodName: false,
  input: twoExamples,
  reserve: () => {},
};

const spoken = (signatureName: string, name = 'm') => ({
  name,
  version: null,
  label: null,
  signatureName,
});

function infer(
  method: ExampleMethod,
  signatureName: string,
  overrides: Partial<ExamplesCall<Reply>> = {},
): Reply | Promise<Reply> {
  return inferExamples<Reply>(context, method, {
    ...base,
    modelSpec: spoken(signatureName),
    encode: (served, result) => [served, plain(result)],
    ...overrides,
  });
}

/** @param tasks `method:signature` each */
function multi(
  tasks: readonly string[],
  overrides: Partial<MultiInferenceCall<readonly Reply[]>> = {},
): readonly Reply[] | Promise<readonly Reply[]> {
  return multiInference<readonly Reply[]>(context, {
    ...base,
    modelSpec: spoken(''),
    tasks: tasks.map((task) => {
      const [method, signatureName] = task.split(':');
      return { modelSpec: spoken(signatureName!), methodName: `tensorflow/serving/${method}` };
    }),
    encode: (given) => given.map(({ served, result }) => [served, plain(result)] as const),
    ...overrides,
  });
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    assertNothingHeld();
    return `${codeName(error.code)}: ${error.message}`;
  }
  return 'accepted';
}

function assertNothingHeld(): void {
  assert.equal(lookup.held, 0);
  for (const scope of model.scopes) assert.equal(scope.closes, 1);
}

const servedAs = (signatureName: string) => ({ name: 'm', signatureName, version: 7n });

test('classify answers with labels and scores, with either, and fetches no more', () => {
  assert.deepEqual(infer('classify', ''), [
    servedAs('serving_default'),
    { labels: ['a', 'b', 'c', 'd'], scores: [0.5, 1, 1.5, 2] },
  ]);
  assert.deepEqual(infer('classify', 'scores'), [
    servedAs('scores'),
    { labels: null, scores: [0.5, 1, 1.5, 2] },
  ]);
  assert.deepEqual(infer('classify', 'classes'), [
    servedAs('classes'),
    { labels: ['a', 'b', 'c', 'd'], scores: null },
  ]);
  assert.deepEqual(
    model.runs.map(({ fetches }) => fetches),
    [null, [1], null],
  );
  for (const { feeds } of model.runs)
    assert.deepEqual(text(feeds[0] as StringTensor), ['one', 'two']);
  assert.deepEqual(observed, Array(3).fill(['classify', 'm', 2]));
  assertNothingHeld();
});

test('regress answers with a value for each example', () => {
  assert.deepEqual(infer('regress', 'value'), [servedAs('value'), [7, 8]]);
  answers.outputs = floatsOf([2], 3, 4);
  assert.deepEqual(infer('regress', 'value'), [servedAs('value'), [3, 4]]);
  assert.deepEqual(observed, Array(2).fill(['regress', 'm', 2]));
});

test('Examples and runs that take their time hold handle and scope until the reply', async () => {
  const { answer } = model;
  model.answer = async (run) => answer(run);
  const input = { tensor: async () => twoExamples.tensor() };
  const reply = infer('regress', 'value', { input });
  assert.ok(reply instanceof Promise);
  assert.equal(lookup.held, 1);
  assert.deepEqual(await reply, [servedAs('value'), [7, 8]]);
  assertNothingHeld();
  const failing = { tensor: () => Promise.reject(new Error('gone')) };
  await assert.rejects(async () => infer('regress', 'value', { input: failing }), /gone/);
  assertNothingHeld();
});

test('requests that the signature does not serve have the texts of TensorFlow Serving', () => {
  const rows: readonly (readonly [ExampleMethod, string, string])[] = [
    ['classify', 'nope', 'No signature was found with the name: nope'],
    ['classify', 'two_inputs', 'Expected one input Tensor.'],
    ['classify', 'three', 'Expected one or two output Tensors, found 3'],
    ['classify', 'x_in', `No classification inputs found in SignatureDef: ${quoted('x_in')}`],
    [
      'classify',
      'y_out',
      'Expected classification signature outputs to contain at least one of "classes" or ' +
        `"scores". Signature was: ${quoted('y_out')}`,
    ],
    ['regress', 'nope', 'No signature was found with the name: nope'],
    ['regress', 'no_inputs', 'Expected one input Tensor.'],
    ['regress', 'more_out', 'Expected one output Tensor.'],
    ['regress', '', 'Expected one output Tensor.'],
    ['regress', 'x_in_too', `No regression inputs found in SignatureDef: ${quoted('x_in_too')}`],
    ['regress', 'y_out_too', `No regression outputs found in SignatureDef: ${quoted('y_out_too')}`],
  ];
  for (const [method, key, message] of rows) {
    assert.equal(
      refusal(() => infer(method, key)),
      `INVALID_ARGUMENT: ${message}`,
    );
  }
  assert.equal(model.runs.length, 0);
});

/** As protobuf prints it. */
function quoted(key: string): string {
  const { inputs, outputs, methodName } = model.signatures.get(key)!;
  const entry = (field: string, { alias, name, dtype }: TensorSpec) =>
    `${field} {\n  key: "${alias}"\n  value {\n    name: "${name}"\n    dtype: ` +
    `${dtype === STRING ? 'DT_STRING' : 'DT_FLOAT'}\n    tensor_shape {\n      unknown_rank: true\n` +
    '    }\n  }\n}\n';
  return (
    inputs.map((one) => entry('inputs', one)).join('') +
    outputs.map((one) => entry('outputs', one)).join('') +
    `method_name: "${methodName}"\n`
  );
}

test('a signature is quoted with its shapes', () => {
  const shaped = signatureSpec({
    methodName: '',
    inputs: [{ ...tensorSpec('a"b', STRING, [-1, 0, 3]), name: 'p:0' }],
    outputs: [tensorSpec('y', FLOAT, [])],
  });
  model = new FakeModel(shaped);
  lookup = new FakeLookup('m', model);
  context = { lookup, checkShapes: true };
  assert.equal(
    refusal(() => infer('regress', '')),
    'INVALID_ARGUMENT: No regression inputs found in SignatureDef: inputs {\n  key: "a\\"b"\n  value {\n' +
      '    name: "p:0"\n    dtype: DT_STRING\n    tensor_shape {\n      dim {\n        size: -1\n      }\n' +
      '      dim {\n      }\n      dim {\n        size: 3\n      }\n    }\n  }\n}\noutputs {\n  key: "y"\n' +
      '  value {\n    name: "y:0"\n    dtype: DT_FLOAT\n    tensor_shape {\n    }\n  }\n}\n',
  );
});

test('the method name of the signature counts only where it is to be checked', () => {
  const checked = { checkMethodName: true };
  const prefix = 'INVALID_ARGUMENT: Expected';
  const suffix = 'Was: tensorflow/serving';
  assert.equal(
    refusal(() => infer('classify', 'classes', checked)),
    `${prefix} classification signature method_name to be tensorflow/serving/classify. ${suffix}/predict`,
  );
  assert.equal(
    refusal(() => infer('regress', '', checked)),
    `${prefix} regression signature method_name to be tensorflow/serving/regress. ${suffix}/classify`,
  );
  assert.equal(
    refusal(() => infer('classify', '', checked)),
    'accepted',
  );
  assert.equal(
    refusal(() => infer('classify', 'classes')),
    'accepted',
  );
});

test('an empty input is refused once the signature is known to fit', () => {
  const input = { tensor: () => stringsOf([0]) };
  const empty = 'INVALID_ARGUMENT: Input is empty.';
  assert.equal(
    refusal(() => infer('classify', '', { input })),
    empty,
  );
  assert.equal(
    refusal(() => multi(['regress:value'], { input })),
    empty,
  );
  const missing = 'INVALID_ARGUMENT: No signature was found with the name: nope';
  assert.equal(
    refusal(() => infer('classify', 'nope', { input })),
    missing,
  );
  assert.equal(model.runs.length, 0);
});

test('outputs that do not fit have the texts of TensorFlow Serving', () => {
  const classShape = 'Expected Tensor shape: [batch_size num_classes] but got';
  const rows: readonly (readonly [string, string, Tensor, string])[] = [
    ['classify:', 'classes', stringsOf([2], 'a', 'b'), `${classShape} [2]`],
    [
      'classify:',
      'classes',
      floatsOf([2, 1], 1, 2),
      'Expected classes Tensor of DT_STRING. Got: DT_FLOAT',
    ],
    [
      'classify:',
      'classes',
      stringsOf([1, 2], 'a', 'b'),
      'Expected classes output batch size of 2. Got: 1',
    ],
    ['classify:', 'scores', floatsOf([2, 1, 1], 1, 2), `${classShape} [2,1,1]`],
    [
      'classify:',
      'scores',
      stringsOf([2, 1], 'a', 'b'),
      'Expected scores Tensor of DT_FLOAT. Got: DT_STRING',
    ],
    [
      'classify:',
      'scores',
      floatsOf([3, 1], 1, 2, 3),
      'Expected scores output batch size of 2. Got: 3',
    ],
    [
      'classify:',
      'scores',
      floatsOf([2, 1], 1, 2),
      'Tensors class and score should match in dim_size(1). Got 2 vs. 1',
    ],
    [
      'regress:value',
      'outputs',
      floatsOf([2, 2], 1, 2, 3, 4),
      'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [2,2]',
    ],
    [
      'regress:value',
      'outputs',
      floatsOf([], 1),
      'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got []',
    ],
    [
      'regress:value',
      'outputs',
      floatsOf([1], 1),
      'Input batch size did not match output batch size: 2 vs. 1',
    ],
    [
      'regress:value',
      'outputs',
      { dtype: INT32, shape: [2], data: Int32Array.of(1, 2) },
      'Expected output Tensor of DT_FLOAT.  Got: DT_INT32',
    ],
  ];
  for (const [task, alias, tensor, message] of rows) {
    const [method, key] = task.split(':') as [ExampleMethod, string];
    const good = answers[alias]!;
    answers[alias] = tensor;
    const expected = `INVALID_ARGUMENT: ${message}`;
    assert.equal(
      refusal(() => infer(method, key)),
      expected,
    );
    assert.equal(
      refusal(() => multi([task])),
      expected,
    );
    answers[alias] = good;
  }
});

test('types that a signature declares for its input do not count, as shapes do', () => {
  const wrong = signatureSpec({
    ...value,
    inputs: [tensorSpec('inputs', FLOAT, [-1])],
  });
  model = new FakeModel(wrong, {
    ...value,
    key: 'matrix',
    inputs: [tensorSpec('inputs', STRING, [-1, 1])],
  });
  model.answer = () => [answers.outputs!];
  lookup = new FakeLookup('m', model);
  context = { lookup, checkShapes: true };
  assert.deepEqual(infer('regress', 'value'), [servedAs('value'), [7, 8]]);
  assert.equal(
    refusal(() => infer('regress', 'matrix')),
    'INVALID_ARGUMENT: Input inputs must have shape [?,1], got shape [2]',
  );
});

test('MultiInference makes one run and answers in the order of the tasks', () => {
  assert.deepEqual(multi(['regress:value', 'classify:', 'classify:scores']), [
    [servedAs('value'), [7, 8]],
    [servedAs('serving_default'), { labels: ['a', 'b', 'c', 'd'], scores: [0.5, 1, 1.5, 2] }],
    [servedAs('scores'), { labels: null, scores: [0.5, 1, 1.5, 2] }],
  ]);
  assert.equal(model.runs.length, 1);
  const [{ signature, feeds, fetches }] = model.runs as [(typeof model.runs)[0]];
  assert.deepEqual(
    signature.inputs.map(({ name }) => name),
    ['all/inputs:0'],
  );
  assert.deepEqual(text(feeds[0] as StringTensor), ['one', 'two']);
  assert.deepEqual(
    fetches!.map((index) => signature.outputs[index]!.name),
    ['scores/scores:0', 'serving_default/classes:0', 'serving_default/scores:0', 'value/outputs:0'],
  );
  assert.deepEqual(observed, [['multi_inference', 'm', 2]]);
  assertNothingHeld();
});

test('MultiInference feeds every input that its signatures have', () => {
  const own = { ...value, key: 'own', inputs: [spec('own', 'inputs', STRING)] };
  model = new FakeModel(value, own);
  model.answer = ({ signature: { outputs } }) => outputs.map(() => answers.outputs!);
  lookup = new FakeLookup('m', model);
  context = { lookup, checkShapes: true };
  assert.deepEqual(multi(['regress:value', 'regress:own']), [
    [servedAs('value'), [7, 8]],
    [servedAs('own'), [7, 8]],
  ]);
  const [{ signature, feeds }] = model.runs as [(typeof model.runs)[0]];
  assert.deepEqual(
    signature.inputs.map(({ name }) => name),
    ['all/inputs:0', 'own/inputs:0'],
  );
  assert.equal(feeds[0], feeds[1]);
});

test('tasks that cannot be served have the texts of TensorFlow Serving', () => {
  const task = (name: string, signatureName: string, method = 'regress') => ({
    modelSpec: spoken(signatureName, name),
    methodName: `tensorflow/serving/${method}`,
  });
  const rows: readonly (readonly [readonly ReturnType<typeof task>[], string])[] = [
    [
      [task('m', 'value'), task('', 'value')],
      'INVALID_ARGUMENT: Found ModelSpec with an empty model name.',
    ],
    [
      [task('m', 'value'), task('n', 'value')],
      'INVALID_ARGUMENT: All ModelSpecs in a MultiInferenceRequest must access the same model name.',
    ],
    [
      [task('m', ''), task('m', 'serving_default')],
      'INVALID_ARGUMENT: Expected one output Tensor.',
    ],
    [
      [task('m', '', 'classify'), task('m', 'serving_default', 'classify')],
      'INVALID_ARGUMENT: Duplicate evaluation of signature: serving_default',
    ],
    [
      [task('m', 'value'), task('m', 'value', 'predict')],
      'INVALID_ARGUMENT: Duplicate evaluation of signature: value',
    ],
    [
      [task('m', 'nope', 'predict')],
      'INVALID_ARGUMENT: Requested signature not found in model graph: nope',
    ],
    [
      [task('m', 'value', 'predict')],
      'UNIMPLEMENTED: Unsupported signature method_name: tensorflow/serving/predict',
    ],
  ];
  for (const [tasks, expected] of rows) {
    assert.equal(
      refusal(() => multi([], { tasks })),
      expected,
    );
  }
  assert.equal(
    refusal(() => multi(['classify:classes'], { checkMethodName: true })),
    'INVALID_ARGUMENT: Expected classification signature method_name to be ' +
      'tensorflow/serving/classify. Was: tensorflow/serving/predict',
  );
  assert.equal(
    refusal(() => multi([], { modelSpec: spoken('', '') })),
    'INVALID_ARGUMENT: ModelSpec has no name specified.',
  );
  assert.equal(model.runs.length, 0);
});
