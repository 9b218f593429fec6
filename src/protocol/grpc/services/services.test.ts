import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  create,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import {
  exampleMessage,
  examplesRequestMessage,
  inputMessage,
  multiInferenceMessage,
} from '../../../inference/testing/example-messages.ts';
import { FakeLookup } from '../../../inference/testing/fake-lookup.ts';
import { FakeModel, signatureSpec, tensorSpec } from '../../../inference/testing/fake-model.ts';
import {
  ClassificationRequestSchema,
  ClassificationResponseSchema,
  DataType,
  GetModelMetadataRequestSchema,
  GetModelMetadataResponseSchema,
  GetModelStatusRequestSchema,
  GetModelStatusResponseSchema,
  ModelVersionStatus_State,
  MultiInferenceRequestSchema,
  MultiInferenceResponseSchema,
  PredictRequestSchema,
  PredictResponseSchema,
  RegressionResponseSchema,
  SignatureDefMapSchema,
} from '../../../proto/index.ts';
import { Code, notFound, StatusError } from '../../../status/index.ts';
import { DType } from '../../../tensor/index.ts';
import { frameHeaderLength } from '../frame.ts';
import type { GrpcService } from '../method.ts';
import { modelService, predictionService } from './index.ts';

const signature = signatureSpec({
  inputs: [tensorSpec('x', DType.FLOAT, [-1])],
  outputs: [tensorSpec('größe', DType.FLOAT, [-1])],
  defaults: new Map([['x', Uint8Array.of(0x08, 1, 0x12, 4, 0x12, 2, 0x08, 3)]]),
});
const signatureDefMap = toBinary(
  SignatureDefMapSchema,
  create(SignatureDefMapSchema, { signatureDef: { serving_default: { methodName: 'p' } } }),
);
const model = new FakeModel(signature);
const lookup = new FakeLookup('m', model, signatureDefMap);
const context = { lookup, checkShapes: true };
const options = { asTensorContent: false, checkMethodName: false, maxFilledBytes: 2 ** 20 };
const prediction = predictionService(context, options);
const models = modelService(context, {
  reload: { reload: () => assert.fail('no config to reload') },
  metricValue: () => null,
});
const call = {
  metadata: {},
  deadline: 5,
  signal: new AbortController().signal,
  requestId: 'r',
  reserve: () => {},
};

async function unary(
  service: GrpcService,
  name: string,
  message: Uint8Array = new Uint8Array(),
): Promise<Uint8Array> {
  const method = service.methods[name]!;
  assert.ok(method.kind === 'unary');
  const reply = await method.handle(message, call);
  return method.hasHeaderRoom ? reply.subarray(frameHeaderLength) : reply;
}

async function refuses(reply: Promise<Uint8Array>, code: Code, text: string): Promise<void> {
  await assert.rejects(reply, (error) => {
    assert.ok(error instanceof StatusError, String(error));
    assert.equal(error.message, text);
    assert.equal(error.code, code);
    return true;
  });
  assert.equal(lookup.held, 0);
  for (const scope of model.scopes) assert.equal(scope.closes, 1);
}

const predictRequest = (init: MessageInitShape<typeof PredictRequestSchema>) =>
  toBinary(PredictRequestSchema, create(PredictRequestSchema, init));
const shape = (size: number) => ({ dim: [{ size: BigInt(size) }] });
const x = { dtype: DataType.DT_FLOAT, tensorShape: shape(2), floatVal: [1, 2] };

test('Predict answers with outputs by alias and the spec of what was served', async () => {
  const message = predictRequest({ modelSpec: { name: 'm' }, inputs: { x } });
  const reply = fromBinary(PredictResponseSchema, await unary(prediction, 'Predict', message));
  assert.deepEqual(
    reply,
    create(PredictResponseSchema, {
      modelSpec: {
        name: 'm',
        signatureName: 'serving_default',
        versionChoice: { case: 'version', value: { value: 7n } },
      },
      outputs: { größe: x },
    }),
  );
  assert.equal(model.runs.at(-1)!.options.deadline, 5);
  assert.equal(model.runs.at(-1)!.options.signal, call.signal);
});

test('version 0 is still a version, and a label is never echoed', async () => {
  lookup.version = 0n;
  const modelSpec = {
    name: 'm',
    versionChoice: { case: 'versionLabel' as const, value: 'stable' },
  };
  const message = predictRequest({ modelSpec, inputs: { x } });
  const reply = fromBinary(PredictResponseSchema, await unary(prediction, 'Predict', message));
  lookup.version = 7n;
  const { versionChoice } = reply.modelSpec!;
  assert.ok(versionChoice.case === 'version');
  assert.equal(versionChoice.value.value, 0n);
  assert.equal(lookup.requests.at(-1)!.label, 'stable');
});

test('defaults of the signature and tensor_content, when asked for', async () => {
  const asContent = predictionService(context, { ...options, asTensorContent: true });
  const message = predictRequest({ modelSpec: { name: 'm' } });
  const reply = fromBinary(PredictResponseSchema, await unary(asContent, 'Predict', message));
  const output = reply.outputs.größe!;
  assert.deepEqual(output.tensorShape?.dim[0]?.size, 3n);
  assert.deepEqual([...output.tensorContent], new Array(12).fill(0));
  assert.deepEqual(output.floatVal, []);
});

test('what is wrong with a Predict has the texts of TensorFlow Serving', async () => {
  const predict = (init: MessageInitShape<typeof PredictRequestSchema>) =>
    unary(prediction, 'Predict', predictRequest(init));
  const modelSpec = { name: 'm' };
  await refuses(predict({ inputs: { x } }), Code.INVALID_ARGUMENT, 'Missing ModelSpec');
  await refuses(
    predict({ modelSpec: {}, inputs: { x } }),
    Code.INVALID_ARGUMENT,
    'ModelSpec has no name specified.',
  );
  await refuses(
    predict({ modelSpec: { name: 'm', signatureName: 'zz' }, inputs: { x } }),
    Code.FAILED_PRECONDITION,
    'Serving signature key "zz" not found.',
  );
  await refuses(
    predict({ modelSpec, inputs: { x: { dtype: DataType.DT_FLOAT, tensorShape: shape(-1) } } }),
    Code.INVALID_ARGUMENT,
    'tensor parsing error: x',
  );
  await refuses(
    predict({ modelSpec, inputs: { x: {} } }),
    Code.INVALID_ARGUMENT,
    'tensor parsing error: x',
  );
  await refuses(
    predict({
      modelSpec,
      inputs: { x: { dtype: DataType.DT_FLOAT, tensorShape: shape(2 ** 40) } },
    }),
    Code.RESOURCE_EXHAUSTED,
    'Tensor float [1099511627776] takes 4398046511104 bytes, more than the limit of 1048576',
  );
  await refuses(
    predict({ modelSpec, inputs: { x: { ...x, dtype: DataType.DT_INT32 } } }),
    Code.INVALID_ARGUMENT,
    'Expects arg[0] to be float but int32 is provided',
  );
  await refuses(
    predict({ modelSpec, inputs: { x: { dtype: DataType.DT_FLOAT, floatVal: [1] } } }),
    Code.INVALID_ARGUMENT,
    'Input x must have shape [?], got shape []',
  );
  await refuses(
    predict({ modelSpec, inputs: { x }, outputFilter: ['nope'] }),
    Code.INVALID_ARGUMENT,
    'output tensor alias not found in signature: nope Outputs expected to be in the set {größe}.',
  );
});

test('why a tensor could not be read is the cause, for the log', async () => {
  const message = predictRequest({
    modelSpec: { name: 'm' },
    inputs: { x: { ...x, tensorContent: Uint8Array.of(1) } },
  });
  await assert.rejects(unary(prediction, 'Predict', message), ({ cause }: StatusError) => {
    assert.match((cause as StatusError).message, /tensor_content has 1 bytes, float \[2\] needs 8/);
    return true;
  });
});

test('bytes that are no PredictRequest are refused, cut anywhere or not', async () => {
  await refuses(
    unary(prediction, 'Predict', Uint8Array.of(0x12, 9, 0)),
    Code.INVALID_ARGUMENT,
    'Malformed protobuf message: truncated field at byte 1',
  );
  const modelSpec = {
    name: 'm',
    versionChoice: { case: 'version' as const, value: { value: 7n } },
  };
  const message = predictRequest({ modelSpec, inputs: { x }, outputFilter: ['größe'] });
  await unary(prediction, 'Predict', message);
  for (let end = 0; end < message.length; end++) {
    try {
      await unary(prediction, 'Predict', message.subarray(0, end));
    } catch (error) {
      assert.ok(error instanceof StatusError, `cut at ${end}: ${error}`);
    }
  }
  assert.equal(lookup.held, 0);
});

test('GetModelMetadata answers with all signatures of the version that was resolved', async () => {
  const ask = (init: MessageInitShape<typeof GetModelMetadataRequestSchema>) =>
    unary(
      prediction,
      'GetModelMetadata',
      toBinary(GetModelMetadataRequestSchema, create(GetModelMetadataRequestSchema, init)),
    );
  const modelSpec = { name: 'm', signatureName: 'ignored' };
  const reply = fromBinary(
    GetModelMetadataResponseSchema,
    await ask({ modelSpec, metadataField: ['signature_def', 'signature_def'] }),
  );
  assert.deepEqual(
    reply,
    create(GetModelMetadataResponseSchema, {
      modelSpec: { name: 'm', versionChoice: { case: 'version', value: { value: 7n } } },
      metadata: {
        signature_def: {
          typeUrl: 'type.googleapis.com/tensorflow.serving.SignatureDefMap',
          value: signatureDefMap,
        },
      },
    }),
  );
  await refuses(ask({ metadataField: ['zz'] }), Code.INVALID_ARGUMENT, 'Missing ModelSpec');
  await refuses(
    ask({ modelSpec: {} }),
    Code.INVALID_ARGUMENT,
    'GetModelMetadataRequest must specify at least one metadata_field',
  );
  await refuses(
    ask({ modelSpec: {}, metadataField: ['signature_def', 'zz'] }),
    Code.INVALID_ARGUMENT,
    'Metadata field zz is not supported',
  );
  await refuses(
    ask({ modelSpec: { name: 'n' }, metadataField: ['signature_def'] }),
    Code.NOT_FOUND,
    'Servable not found for request: Latest(n)',
  );
  await refuses(
    unary(prediction, 'GetModelMetadata', Uint8Array.of(0x0a, 9)),
    Code.INVALID_ARGUMENT,
    'The message is not a tensorflow.serving.GetModelMetadataRequest',
  );
});

test('GetModelStatus answers with states and errors, newest version first', async () => {
  lookup.versions = [
    { id: { name: 'm', version: 9n }, state: 'END', error: notFound('no such file') },
    { id: { name: 'm', version: 7n }, state: 'AVAILABLE', error: null },
  ];
  const ask = (init: MessageInitShape<typeof GetModelStatusRequestSchema>) =>
    unary(
      models,
      'GetModelStatus',
      toBinary(GetModelStatusRequestSchema, create(GetModelStatusRequestSchema, init)),
    );
  const label = { case: 'versionLabel' as const, value: 'ignored' };
  const reply = await ask({ modelSpec: { name: 'm', versionChoice: label } });
  assert.deepEqual(
    fromBinary(GetModelStatusResponseSchema, reply).modelVersionStatus.map(
      ({ version, state, status }) => [version, state, status?.errorCode, status?.errorMessage],
    ),
    [
      [9n, ModelVersionStatus_State.END, Code.NOT_FOUND as number, 'no such file'],
      [7n, ModelVersionStatus_State.AVAILABLE, Code.OK as number, ''],
    ],
  );
  const version = (value: bigint) => ({ case: 'version' as const, value: { value } });
  const one = await ask({ modelSpec: { name: 'm', versionChoice: version(7n) } });
  assert.equal(fromBinary(GetModelStatusResponseSchema, one).modelVersionStatus.length, 1);
  await refuses(ask({}), Code.INVALID_ARGUMENT, 'Missing ModelSpec');
  await refuses(ask({ modelSpec: {} }), Code.NOT_FOUND, 'Could not find any versions of model ');
  await refuses(
    ask({ modelSpec: { name: 'm', versionChoice: version(8n) } }),
    Code.NOT_FOUND,
    'Could not find version 8 of model m',
  );
});

test('Classify, Regress and MultiInference answer with the results of their signatures', async () => {
  const examples = (key: string, method: string, alias: string) =>
    signatureSpec({
      key,
      methodName: `tensorflow/serving/${method}`,
      inputs: [tensorSpec('inputs', DType.STRING, [-1])],
      outputs: [{ ...tensorSpec(alias, DType.FLOAT, null), name: `${key}:0` }],
    });
  const onExamples = new FakeModel(
    examples('c', 'classify', 'scores'),
    examples('serving_default', 'regress', 'outputs'),
  );
  onExamples.answer = ({ signature: { outputs } }) =>
    outputs.map(({ name }) => ({
      dtype: DType.FLOAT,
      shape: name === 'c:0' ? [1, 2] : [1],
      data: name === 'c:0' ? Float32Array.of(0.5, 2) : Float32Array.of(7),
    }));
  const onExamplesLookup = new FakeLookup('m', onExamples);
  const service = predictionService({ lookup: onExamplesLookup, checkShapes: true }, options);
  const input = inputMessage([exampleMessage({ x: [1] })]);
  const ask = (name: string, schema: DescMessage, message: Message) =>
    unary(service, name, toBinary(schema, message));

  const request = ClassificationRequestSchema;
  const classified = fromBinary(
    ClassificationResponseSchema,
    await ask('Classify', request, examplesRequestMessage('c', input)),
  );
  const scores = [0.5, 2];
  const classes = (list: typeof classified.result) =>
    list?.classifications.map((row) => row.classes.map(({ label, score }) => [label, score]));
  assert.deepEqual(classes(classified.result), [scores.map((score) => ['', score])]);
  assert.equal(classified.modelSpec?.signatureName, 'c');

  const regressed = fromBinary(
    RegressionResponseSchema,
    await ask('Regress', request, examplesRequestMessage('', input)),
  );
  assert.deepEqual(
    regressed.result?.regressions.map(({ value }) => value),
    [7],
  );
  assert.equal(regressed.modelSpec?.signatureName, 'serving_default');
  assert.deepEqual(regressed.modelSpec?.versionChoice.value?.valueOf(), {
    $typeName: 'google.protobuf.Int64Value',
    value: 7n,
  });

  const several = multiInferenceMessage(['regress:', 'classify:c'], input);
  const { results } = fromBinary(
    MultiInferenceResponseSchema,
    await ask('MultiInference', MultiInferenceRequestSchema, several),
  );
  assert.deepEqual(
    results.map(({ modelSpec, result }) => [modelSpec?.signatureName, result.case]),
    [
      ['serving_default', 'regressionResult'],
      ['c', 'classificationResult'],
    ],
  );
  assert.equal(onExamples.runs.length, 3);
  assert.equal(onExamplesLookup.held, 0);
});

test('requests about Examples that name no model, or are none, are refused', async () => {
  for (const name of ['Classify', 'Regress']) {
    await refuses(unary(prediction, name), Code.INVALID_ARGUMENT, 'Missing ModelSpec');
  }
  await refuses(
    unary(prediction, 'MultiInference'),
    Code.INVALID_ARGUMENT,
    'ModelSpec has no name specified.',
  );
  const unknown = examplesRequestMessage('');
  unknown.modelSpec!.name = 'nobody';
  await refuses(
    unary(prediction, 'Classify', toBinary(ClassificationRequestSchema, unknown)),
    Code.NOT_FOUND,
    'Servable not found for request: Latest(nobody)',
  );
  for (const name of ['Classify', 'Regress', 'MultiInference']) {
    await refuses(
      unary(prediction, name, Uint8Array.of(0x12, 5, 1)),
      Code.INVALID_ARGUMENT,
      'Malformed protobuf message: truncated field at byte 1',
    );
  }
});

test('every method of both services is there', () => {
  for (const service of [prediction, models]) {
    const names = service.descriptor.methods.map(({ name }) => name).sort();
    assert.deepEqual(Object.keys(service.methods).sort(), names);
  }
});

test('an input that one value fills is reserved, filled and only then fed', async () => {
  const count = 200_000;
  let reserved = 0;
  const reserve = (bytes: number) => {
    reserved += bytes;
  };
  const Predict = prediction.methods.Predict!;
  assert.ok(Predict.kind === 'unary');
  const input = { dtype: DataType.DT_FLOAT, tensorShape: shape(count), floatVal: [2.5] };
  const message = predictRequest({ modelSpec: { name: 'm' }, inputs: { x: input } });
  const reply = await Predict.handle(message, { ...call, reserve });
  const response = fromBinary(PredictResponseSchema, reply.subarray(frameHeaderLength));
  const { floatVal } = response.outputs.größe!;
  assert.equal(floatVal.length, count);
  assert.ok(floatVal.every((value) => value === 2.5));
  assert.ok(reserved > count * 4 - message.length && reserved <= count * 4);
  assert.equal(lookup.held, 0);

  const tooMuch = () => {
    throw new StatusError(Code.UNAVAILABLE, 'none left');
  };
  const refused = (async () => Predict.handle(message, { ...call, reserve: tooMuch }))();
  await refuses(refused, Code.UNAVAILABLE, 'none left');
});
