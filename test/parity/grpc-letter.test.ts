import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, inflateSync } from 'node:zlib';
import { create, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { compressionAlgorithms } from '@grpc/grpc-js';
import {
  ClassificationRequestSchema,
  ClassificationResponseSchema,
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthListResponseSchema,
  ModelService,
  MultiInferenceRequestSchema,
  MultiInferenceResponseSchema,
  PredictionService,
  PredictResponseSchema,
  ProfilerService,
  RegressionRequestSchema,
  RegressionResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
  TensorProtoSchema,
} from '../../src/proto/index.ts';
import { codeName } from '../../src/status/index.ts';
import { frame } from '../../src/transport/testing/http2-call.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { modelConfig, type ServerProcess, startServer, zoo } from '../support/server.ts';
import { callRows } from './letter/grpc-call-rows.ts';
import { tensorRows } from './letter/grpc-tensor-rows.ts';
import { RawGrpc } from './letter/raw-grpc.ts';

const prediction = '/tensorflow.serving.PredictionService';
const acceptedEncodings = 'identity,deflate,gzip';

describe('gRPC to the letter', { concurrency: 2 }, () => {
  for (const threads of [1, 2]) {
    describe(`with ${threads} data threads`, () => {
      let folder: string;
      let server: ServerProcess;
      /** Its messages are limited, its outputs are written as tensor_content. */
      let narrow: ServerProcess;
      let client: GrpcClient;
      let raw: RawGrpc;
      let rawNarrow: RawGrpc;

      before(async () => {
        folder = await mkdtemp(path.join(tmpdir(), 'serval-grpc-'));
        const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
        const config = await modelConfig([
          { name: 'half_plus_two', base: halfPlusTwo, labels: { stable: 123 } },
          { name: 'multi_signature', base: path.join(zoo, 'models/multi_signature') },
        ]);
        const flags = [
          config,
          `--data_threads=${threads}`,
          '--settle_seconds=0',
          '--allow_version_labels_for_unavailable_models',
        ];
        server = await startServer({ flags: [...flags, `--grpc_socket_path=${folder}/socket`] });
        narrow = await startServer({
          flags: [
            ...flags,
            '--grpc_channel_arguments=grpc.max_receive_message_length=65536',
            '--enable_serialization_as_tensor_content',
          ],
        });
        client = new GrpcClient(server.grpc);
        raw = new RawGrpc(server.grpc);
        rawNarrow = new RawGrpc(narrow.grpc);
      });

      after(async () => {
        client.close();
        raw[Symbol.dispose]();
        rawNarrow[Symbol.dispose]();
        await server[Symbol.asyncDispose]();
        await narrow[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      });

      for (const row of callRows) {
        test(`6.1 ${row.rule}`, async () => {
          const reply = await rawNarrow.start(row.path, row.body, row.headers).reply;
          const { headers, trailers, body } = reply;
          const message = trailers['grpc-message'];
          assert.equal(codeName(Number(trailers['grpc-status'])), row.code, String(message));
          assert.equal(headers[':status'], 200);
          assert.equal(headers['content-type'], 'application/grpc');
          assert.equal(headers['grpc-accept-encoding'], acceptedEncodings);
          assert.equal(headers['grpc-encoding'], row.encoding);
          assert.equal(reply.isTrailersOnly, row.code !== 'OK');
          if (row.code !== 'OK') {
            assert.equal(body.length, 0);
            if (row.message instanceof RegExp) assert.match(String(message), row.message);
            else if (row.message !== undefined) assert.equal(message, row.message);
            return;
          }
          assert.equal(message, undefined);
          assert.deepEqual(
            body.subarray(0, 5),
            frame(body.subarray(5), row.encoding === undefined ? 0 : 1).subarray(0, 5),
          );
          const inflate = row.encoding && { gzip: gunzipSync, deflate: inflateSync }[row.encoding];
          const bytes = inflate === undefined ? body.subarray(5) : inflate(body.subarray(5));
          const { y } = fromBinary(PredictResponseSchema, bytes).outputs;
          assert.equal(Buffer.from(y!.tensorContent).readFloatLE(), 2.5);
          assert.deepEqual(y!.floatVal, []);
        });
      }

      for (const { rule, type, tensor, reply } of tensorRows) {
        test(`6.9 ${rule}`, async () => {
          const call = client.predict({
            modelSpec: { name: 'multi_signature', signatureName: `echo_${type}` },
            inputs: { x: tensor },
          });
          if (reply === null) {
            await assert.rejects(call, { code: 3, details: 'tensor parsing error: x' });
            return;
          }
          const { x } = (await call).outputs;
          const { dtype } = create(TensorProtoSchema, tensor);
          assert.deepEqual(x, create(TensorProtoSchema, { dtype, ...reply }));
        });
      }

      test('6.1 each method of each service is there', async () => {
        for (const service of [PredictionService, ModelService, ProfilerService, Health]) {
          for (const { name, methodKind } of service.methods) {
            if (methodKind !== 'unary') continue;
            const { trailers } = await raw.start(
              `/${service.typeName}/${name}`,
              frame(Buffer.alloc(0)),
            ).reply;
            assert.doesNotMatch(String(trailers['grpc-message']), /^Unknown method/, name);
            const isRefused = service === ProfilerService;
            assert.equal(trailers['grpc-status'] === '12', isRefused, name);
          }
        }
      });

      test('6.1 large messages, both ways', async () => {
        const values = new Array<number>(5_000_000).fill(1);
        const reply = await client.predict(floatVectorRequest('half_plus_two', values));
        const y = floatOutput(reply, 'y');
        assert.equal(y.length, values.length);
        assert.ok(y.every((value) => value === 2.5));
      });

      test('6.1 messages compressed by a client of its own accord', async () => {
        for (const algorithm of [compressionAlgorithms.gzip, compressionAlgorithms.deflate]) {
          const options = { 'grpc.default_compression_algorithm': algorithm };
          using clients = new DisposableStack();
          const packed = clients.adopt(new GrpcClient(server.grpc, options), (it) => it.close());
          const values = Array.from({ length: 5000 }, (_, i) => i);
          const reply = await packed.predict(floatVectorRequest('half_plus_two', values));
          assert.equal(floatOutput(reply, 'y')[4999], 4999 / 2 + 2);
        }
      });

      test('1.2 the Unix socket', async () => {
        using clients = new DisposableStack();
        const address = `unix:${folder}/socket`;
        const local = clients.adopt(new GrpcClient(address), (it) => it.close());
        const reply = await local.predict(floatVectorRequest('half_plus_two', [1]));
        assert.deepEqual(floatOutput(reply, 'y'), [2.5]);
      });

      const spec = {
        name: 'half_plus_two',
        versionChoice: { case: 'versionLabel' as const, value: 'stable' },
      };
      const x = { kind: { case: 'floatList' as const, value: { value: [1] } } };
      const input = {
        kind: {
          case: 'exampleList' as const,
          value: { examples: [{ features: { feature: { x } } }] },
        },
      };
      const served = (signatureName: string) => ({
        name: 'half_plus_two',
        signatureName,
        version: 123n,
      });
      type Spec = NonNullable<MessageShape<typeof PredictResponseSchema>['modelSpec']>;
      const said = ({ name, signatureName, versionChoice }: Spec) => ({
        ...{ name, signatureName },
        version: versionChoice.case === 'version' ? versionChoice.value.value : versionChoice,
      });

      test('6.4 Predict tells the signature and the version, and no label', async () => {
        const { inputs } = floatVectorRequest('', [1]);
        const { modelSpec } = await client.predict({ modelSpec: spec, inputs: inputs! });
        assert.deepEqual(said(modelSpec!), served('serving_default'));
      });

      test('6.3 Classify and Regress do', async () => {
        const classified = await client.call(
          `${prediction}/Classify`,
          ClassificationRequestSchema,
          ClassificationResponseSchema,
          { modelSpec: { ...spec, signatureName: 'classify_x_to_y' }, input },
        );
        assert.deepEqual(said(classified.modelSpec!), served('classify_x_to_y'));
        assert.equal(classified.result!.classifications[0]!.classes[0]!.score, 2.5);
        const regressed = await client.call(
          `${prediction}/Regress`,
          RegressionRequestSchema,
          RegressionResponseSchema,
          { modelSpec: { ...spec, signatureName: 'regress_x_to_y' }, input },
        );
        assert.deepEqual(said(regressed.modelSpec!), served('regress_x_to_y'));
        assert.equal(regressed.result!.regressions[0]!.value, 2.5);
      });

      test('6.5 MultiInference does, in the order of its tasks', async () => {
        const task = (signatureName: string, method: string) => ({
          modelSpec: { ...spec, signatureName },
          methodName: `tensorflow/serving/${method}`,
        });
        const { results } = await client.call(
          `${prediction}/MultiInference`,
          MultiInferenceRequestSchema,
          MultiInferenceResponseSchema,
          {
            tasks: [task('regress_x_to_y', 'regress'), task('classify_x_to_y', 'classify')],
            input,
          },
        );
        assert.deepEqual(
          results.map(({ modelSpec }) => said(modelSpec!)),
          [served('regress_x_to_y'), served('classify_x_to_y')],
        );
        assert.deepEqual(
          results.map(({ result }) => result.case),
          ['regressionResult', 'classificationResult'],
        );
      });

      test('6.8 health of all, of services and of models', async () => {
        const known = [
          ...['', 'PredictionService', 'ModelService', 'tensorflow.serving.PredictionService'],
          ...['tensorflow.serving.ModelService', 'half_plus_two', 'multi_signature'],
        ];
        for (const service of known) {
          const request = toBinary(
            HealthCheckRequestSchema,
            create(HealthCheckRequestSchema, { service }),
          );
          const { body } = await raw.start('/grpc.health.v1.Health/Check', frame(request)).reply;
          const { status } = fromBinary(HealthCheckResponseSchema, body.subarray(5));
          assert.equal(status, Serving.SERVING, service);
        }
        const { body } = await raw.start('/grpc.health.v1.Health/List', frame(Buffer.alloc(0)))
          .reply;
        const { statuses } = fromBinary(HealthListResponseSchema, body.subarray(5));
        for (const service of known) assert.ok(service in statuses, service);
        await assert.rejects(
          client.raw('/grpc.health.v1.Health/Check', Buffer.from([0x0a, 1, 0x7a])),
          { code: 5, details: 'unknown service' },
        );
      });
    });
  }
});
