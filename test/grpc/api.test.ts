import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import * as grpc from '@grpc/grpc-js';
import {
  GetModelMetadataRequestSchema,
  GetModelMetadataResponseSchema,
  GetModelStatusRequestSchema,
  GetModelStatusResponseSchema,
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  ServerReflectionRequestSchema,
  ServerReflectionResponseSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
  ModelVersionStatus_State as State,
} from '../../src/proto/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import {
  modelConfig,
  type ServerProcess,
  startServer,
  untilLoaded,
  zoo,
} from '../support/server.ts';

const prediction = '/tensorflow.serving.PredictionService';
const model = '/tensorflow.serving.ModelService';
const { status } = grpc;

describe('the gRPC API of a running server', () => {
  let server: ServerProcess;
  let client: GrpcClient;

  before(async () => {
    const config = await modelConfig([
      { name: 'half_plus_two', base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu') },
      { name: 'mnist_cnn', base: path.join(zoo, 'models/mnist_cnn'), policy: 'all {}' },
    ]);
    server = await startServer({ flags: [config, '--grpc_max_message_bytes=65536'] });
    await untilLoaded(server, 'mnist_cnn', [1, 2]);
    client = new GrpcClient(server.grpc);
  });

  after(async () => {
    client.close();
    await server[Symbol.asyncDispose]();
  });

  const stillServes = async () => {
    const reply = await client.predict(floatVectorRequest('half_plus_two', [1, 2, 5]));
    assert.deepEqual(floatOutput(reply, 'y'), [2.5, 3, 4.5]);
  };

  const fails = async (call: Promise<unknown>, code: grpc.status, details: RegExp) => {
    await assert.rejects(call, (error: grpc.ServiceError) => {
      assert.equal(status[error.code], status[code], error.details);
      assert.match(error.details, details);
      return true;
    });
    await stillServes();
  };

  test('predict says which version and signature answered', async () => {
    const reply = await client.predict(floatVectorRequest('half_plus_two', [1], 123n));
    const { name, signatureName, versionChoice } = reply.modelSpec!;
    assert.deepEqual([name, signatureName], ['half_plus_two', 'serving_default']);
    assert.equal(versionChoice.case, 'version');
    assert.equal((versionChoice.value as { readonly value: bigint }).value, 123n);
  });

  test('compressed messages are read', async () => {
    const packed = new GrpcClient(server.grpc, {
      'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip,
    });
    const values = Array.from({ length: 2000 }, (_, index) => index);
    const reply = await packed.predict(floatVectorRequest('half_plus_two', values));
    assert.deepEqual(floatOutput(reply, 'y').slice(-1), [1999 / 2 + 2]);
    packed.close();
  });

  test('what cannot be found or read is refused with its own code', async () => {
    await fails(
      client.predict(floatVectorRequest('nope', [1])),
      status.NOT_FOUND,
      /^Servable not found for request: Latest\(nope\)$/,
    );
    await fails(
      client.predict(floatVectorRequest('half_plus_two', [1], 9n)),
      status.NOT_FOUND,
      /^Servable not found for request: Specific\(half_plus_two, 9\)$/,
    );
    await fails(client.predict({}), status.INVALID_ARGUMENT, /^Missing ModelSpec$/);
    await fails(
      client.predict({ modelSpec: { name: 'half_plus_two', signatureName: 'zz' } }),
      status.FAILED_PRECONDITION,
      /^Serving signature key "zz" not found\.$/,
    );
    await fails(
      client.raw(`${prediction}/Predict`, Buffer.from([0x0a, 0x7f, 1])),
      status.INVALID_ARGUMENT,
      /protobuf/i,
    );
    await fails(
      client.raw(`${prediction}/NoSuchMethod`, Buffer.alloc(0)),
      status.UNIMPLEMENTED,
      /NoSuchMethod/,
    );
  });

  test('an input of the wrong rank is refused, and ends nothing', async () => {
    const request = floatVectorRequest('mnist_cnn', [1, 2, 3]);
    const { x } = request.inputs as { readonly x: never };
    await fails(
      client.predict({ ...request, inputs: { image: x } }),
      status.INVALID_ARGUMENT,
      /image.*\[\?,8,8,1\].*\[3\]/,
    );
  });

  test('a message over the limit is refused', async () => {
    const values = new Array<number>(20_000).fill(1);
    await fails(
      client.predict(floatVectorRequest('half_plus_two', values)),
      status.RESOURCE_EXHAUSTED,
      /65536/,
    );
  });

  test('a deadline that has passed ends the call', async () => {
    await fails(
      client.predict(floatVectorRequest('half_plus_two', [1]), { deadline: Date.now() - 1 }),
      status.DEADLINE_EXCEEDED,
      /.*/,
    );
  });

  test('the status and the metadata of models', async () => {
    const statuses = await client.call(
      `${model}/GetModelStatus`,
      GetModelStatusRequestSchema,
      GetModelStatusResponseSchema,
      { modelSpec: { name: 'mnist_cnn' } },
    );
    assert.deepEqual(
      statuses.modelVersionStatus.map(({ version, state }) => [version, state]),
      [
        [2n, State.AVAILABLE],
        [1n, State.AVAILABLE],
      ],
    );
    const metadata = await client.call(
      `${prediction}/GetModelMetadata`,
      GetModelMetadataRequestSchema,
      GetModelMetadataResponseSchema,
      { modelSpec: { name: 'mnist_cnn' }, metadataField: ['signature_def'] },
    );
    assert.deepEqual(Object.keys(metadata.metadata), ['signature_def']);
    await fails(
      client.call(
        `${model}/GetModelStatus`,
        GetModelStatusRequestSchema,
        GetModelStatusResponseSchema,
        { modelSpec: { name: 'nope' } },
      ),
      status.NOT_FOUND,
      /^Could not find any versions of model nope$/,
    );
  });

  test('health', async () => {
    const check = (service: string) =>
      client.call(
        '/grpc.health.v1.Health/Check',
        HealthCheckRequestSchema,
        HealthCheckResponseSchema,
        { service },
      );
    for (const service of ['', 'PredictionService', 'tensorflow.serving.ModelService']) {
      assert.equal((await check(service)).status, ServingStatus.SERVING, service);
    }
    await fails(check('nope'), status.NOT_FOUND, /.*/);
  });

  for (const version of ['v1', 'v1alpha']) {
    test(`reflection ${version} names the services`, async () => {
      const channel = new grpc.Client(server.grpc, grpc.credentials.createInsecure());
      const raw = (value: Buffer) => value;
      const stream = channel.makeBidiStreamRequest(
        `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
        raw,
        raw,
      );
      const request = create(ServerReflectionRequestSchema, {
        messageRequest: { case: 'listServices', value: '' },
      });
      stream.end(Buffer.from(toBinary(ServerReflectionRequestSchema, request)));
      const replies: Buffer[] = [];
      for await (const reply of stream) replies.push(reply as Buffer);
      const { messageResponse } = fromBinary(ServerReflectionResponseSchema, replies[0]!);
      assert.equal(messageResponse.case, 'listServicesResponse');
      const names = (messageResponse.value as { readonly service: readonly { name: string }[] })
        .service;
      for (const name of [
        'tensorflow.serving.PredictionService',
        'tensorflow.serving.ModelService',
        'grpc.health.v1.Health',
      ]) {
        assert.ok(
          names.some((service) => service.name === name),
          name,
        );
      }
      channel.close();
    });
  }
});
