import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  create,
  createFileRegistry,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import {
  PredictionService,
  ServerReflectionRequestSchema,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema,
} from '../../proto/index.ts';
import type { GrpcService } from './method.ts';
import { reflectionServices } from './reflection.ts';

const services: GrpcService[] = [{ descriptor: PredictionService, methods: {} }];

type Question = NonNullable<
  MessageInitShape<typeof ServerReflectionRequestSchema>['messageRequest']
>;

/** Asks v1alpha in the messages of v1: they are the same on the wire. */
async function ask(messageRequest: Question): Promise<ServerReflectionResponse> {
  const [, alpha] = reflectionServices(services);
  const method = alpha!.methods.ServerReflectionInfo;
  assert.ok(method?.kind === 'streaming');
  async function* messages() {
    const request = create(ServerReflectionRequestSchema, { host: 'h', messageRequest });
    yield toBinary(ServerReflectionRequestSchema, request);
  }
  const call = {
    metadata: {},
    deadline: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    requestId: 'id',
    reserve: () => {},
  };
  const replies: ServerReflectionResponse[] = [];
  for await (const message of method.handle(messages(), call)) {
    replies.push(fromBinary(ServerReflectionResponseSchema, message));
  }
  assert.equal(replies.length, 1);
  return replies[0]!;
}

async function filesFor(question: Question): Promise<FileDescriptorProto[]> {
  const { messageResponse } = await ask(question);
  assert.ok(messageResponse.case === 'fileDescriptorResponse');
  return messageResponse.value.fileDescriptorProto.map((bytes) =>
    fromBinary(FileDescriptorProtoSchema, bytes),
  );
}

test('lists the services, itself among them', async () => {
  const { messageResponse, originalRequest, validHost } = await ask({
    case: 'listServices',
    value: '*',
  });
  assert.ok(messageResponse.case === 'listServicesResponse');
  assert.deepEqual(
    messageResponse.value.service.map(({ name }) => name),
    [
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'tensorflow.serving.PredictionService',
    ],
  );
  assert.equal(validHost, 'h');
  assert.equal(originalRequest?.messageRequest.case, 'listServices');
});

test('gives a file with all that it imports: enough to build every descriptor', async () => {
  const file = await filesFor({
    case: 'fileContainingSymbol',
    value: 'tensorflow.serving.PredictionService',
  });
  assert.equal(file[0]!.name, 'tensorflow_serving/apis/prediction_service.proto');
  assert.equal(new Set(file.map(({ name }) => name)).size, file.length);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: file.reverse() }));
  const predict = registry.getService('tensorflow.serving.PredictionService')!.method.predict!;
  assert.ok(predict.input.fields.some(({ name }) => name === 'inputs'));
});

test('finds symbols of every kind', async () => {
  const prediction = 'tensorflow_serving/apis/prediction_service.proto';
  const types = 'tensorflow/core/framework/types.proto';
  const predict = 'tensorflow_serving/apis/predict.proto';
  for (const [symbol, file] of [
    ['tensorflow.serving.PredictionService.Predict', prediction],
    ['tensorflow.serving.PredictRequest', predict],
    ['tensorflow.serving.PredictRequest.output_filter', predict],
    ['tensorflow.DataType', types],
    ['tensorflow.DT_FLOAT', types],
  ] as const) {
    const [found] = await filesFor({ case: 'fileContainingSymbol', value: symbol });
    assert.equal(found!.name, file, symbol);
  }
});

test('finds files by name', async () => {
  const name = 'tensorflow/core/framework/tensor.proto';
  const [found] = await filesFor({ case: 'fileByFilename', value: name });
  assert.equal(found!.name, name);
});

test('knows the extensions of a message: here none', async () => {
  const { messageResponse } = await ask({
    case: 'allExtensionNumbersOfType',
    value: 'tensorflow.TensorProto',
  });
  assert.ok(messageResponse.case === 'allExtensionNumbersResponse');
  assert.deepEqual(messageResponse.value.extensionNumber, []);
  assert.equal(messageResponse.value.baseTypeName, 'tensorflow.TensorProto');
});

test('answers what it does not know with NOT_FOUND, and goes on', async () => {
  const containingType = 'tensorflow.TensorProto';
  for (const [question, message] of [
    [{ case: 'fileByFilename', value: 'x.proto' }, 'File not found: x.proto'],
    [{ case: 'fileContainingSymbol', value: 'x.Y' }, 'Symbol not found: x.Y'],
    [{ case: 'allExtensionNumbersOfType', value: 'x.Y' }, 'Type not found: x.Y'],
    [
      { case: 'fileContainingExtension', value: { containingType, extensionNumber: 9 } },
      'Extension not found: 9 of tensorflow.TensorProto',
    ],
  ] as const) {
    const { messageResponse } = await ask(question);
    assert.ok(messageResponse.case === 'errorResponse');
    assert.equal(messageResponse.value.errorCode, 5);
    assert.equal(messageResponse.value.errorMessage, message);
  }
});
