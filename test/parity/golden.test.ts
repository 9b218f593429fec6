import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import type { ServiceError } from '@grpc/grpc-js';
import {
  GetModelMetadataRequestSchema,
  GetModelMetadataResponseSchema,
  SignatureDefMapSchema,
} from '../../src/proto/index.ts';
import { type GoldenModel, goldenModels, grpcPaths } from '../support/golden.ts';
import { grpcDifference, restDifference } from '../support/golden-compare.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, startServer, untilLoaded } from '../support/server.ts';

const service = '/tensorflow.serving.PredictionService';
const models = goldenModels('tensorflow');

/** Sends every case over each protocol that it has, in the order of the file. */
async function replay(
  model: GoldenModel,
  rest: RestClient,
  grpc: GrpcClient,
): Promise<{ readonly sent: number; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  let sent = 0;
  const record = (protocol: string, id: string, difference: string | null) => {
    sent++;
    if (difference !== null) problems.push(`${protocol} ${id}: ${difference}`);
  };
  for (const golden of model.cases) {
    if (golden.rest !== null) {
      const answer = await rest.send('POST', golden.rest.path, golden.rest.body);
      record('REST', golden.id, restDifference(golden, answer));
    }
    if (golden.grpc !== null) {
      const answer = await grpc
        .raw(grpcPaths[golden.method], golden.grpc.request, { deadline: Date.now() + 60_000 })
        .catch((error: ServiceError) => error);
      record('gRPC', golden.id, grpcDifference(golden, answer));
    }
  }
  return { sent, problems };
}

async function grpcMetadata(grpc: GrpcClient, name: string, version: string): Promise<unknown> {
  const request = create(GetModelMetadataRequestSchema, {
    modelSpec: { name, versionChoice: { case: 'version', value: { value: BigInt(version) } } },
    metadataField: ['signature_def'],
  });
  const reply = await grpc.raw(
    `${service}/GetModelMetadata`,
    Buffer.from(toBinary(GetModelMetadataRequestSchema, request)),
  );
  const { metadata } = fromBinary(GetModelMetadataResponseSchema, reply);
  const any = metadata.signature_def;
  assert.equal(any?.typeUrl, 'type.googleapis.com/tensorflow.serving.SignatureDefMap');
  return toJson(SignatureDefMapSchema, fromBinary(SignatureDefMapSchema, any.value), {
    alwaysEmitImplicit: true,
    useProtoFieldName: true,
  });
}

for (const [oneDnn, threads] of [
  ['0', 1],
  ['1', 2],
] as const) {
  describe(`answers of TensorFlow, with TF_ENABLE_ONEDNN_OPTS=${oneDnn}, ${threads} data threads`, () => {
    test('every model of the zoo', async (t) => {
      const config = await modelConfig(
        models.map(({ name, basePath }) => ({ name, base: basePath, policy: 'all {}' })),
      );
      await using server = await startServer({
        flags: [config, `--data_threads=${threads}`],
        env: { TF_ENABLE_ONEDNN_OPTS: oneDnn },
      });
      for (const { name, versions } of models) await untilLoaded(server, name, versions);
      const rest = new RestClient(server.rest);
      const grpc = new GrpcClient(server.grpc);
      let total = 0;
      for (const model of models) {
        await t.test(model.name, async () => {
          const { sent, problems } = await replay(model, rest, grpc);
          assert.deepEqual(problems, []);
          total += sent;
        });
        await t.test(`${model.name}: metadata and status`, async () => {
          for (const [version, expected] of Object.entries(model.metadata)) {
            const at = `/v1/models/${model.name}/versions/${version}/metadata`;
            const answer = await rest.get(at);
            assert.equal(answer.status, 200, answer.body.toString());
            assert.deepEqual(answer.json(), expected);
            assert.deepEqual(
              await grpcMetadata(grpc, model.name, version),
              expected.metadata.signature_def,
            );
          }
          const status = (await rest.get(`/v1/models/${model.name}`)).json<StatusAnswer>();
          assert.deepEqual(
            status.model_version_status.map(({ version, state }) => [BigInt(version), state]),
            model.versions.toSorted((a, b) => (a < b ? 1 : -1)).map((one) => [one, 'AVAILABLE']),
          );
        });
      }
      assert.ok(total > 500, `${total} requests were compared`);
      rest.close();
      grpc.close();
    });
  });
}

interface StatusAnswer {
  readonly model_version_status: readonly { readonly version: string; readonly state: string }[];
}
