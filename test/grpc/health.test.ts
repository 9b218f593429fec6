import assert from 'node:assert/strict';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import * as grpc from '@grpc/grpc-js';
import {
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from '../../src/proto/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { modelFlags, startServer, zoo } from '../support/server.ts';

const model = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu/00000123');

for (const threads of [1, 2]) {
  describe(`health of models with ${threads} data threads`, () => {
    let folder = '';
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'serval-health-'));
    });
    after(() => rm(folder, { recursive: true }));

    it('follows their versions, and tells those that watch', async () => {
      const base = path.join(folder, 'm');
      await cp(model, path.join(base, '1'), { recursive: true });
      await using server = await startServer({
        flags: [
          ...modelFlags('m', base),
          ...[`--data_threads=${threads}`, '--servable_versions_always_present=false'],
        ],
      });
      const client = new grpc.Client(server.grpc, grpc.credentials.createInsecure());
      const watch = client.makeServerStreamRequest(
        '/grpc.health.v1.Health/Watch',
        (service: string) =>
          Buffer.from(
            toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service })),
          ),
        (bytes) => fromBinary(HealthCheckResponseSchema, bytes),
        'm',
      );
      watch.on('error', () => {});
      const seen: AsyncIterator<HealthCheckResponse> = watch[Symbol.asyncIterator]();
      const next = async () => (await seen.next()).value?.status;
      assert.equal(await next(), Serving.SERVING);
      await rename(path.join(base, '1'), path.join(folder, 'aside'));
      assert.equal(await next(), Serving.NOT_SERVING);
      await rename(path.join(folder, 'aside'), path.join(base, '1'));
      assert.equal(await next(), Serving.SERVING);
      watch.cancel();
      client.close();
    });

    it('leaves ProfilerService out where it is not wanted, and refuses its calls', async () => {
      const path = '/tensorflow.ProfilerService/Profile';
      const called = async (flag: string): Promise<grpc.ServiceError> => {
        const flags = ['--model_config_file=/dev/null', `--data_threads=${threads}`, flag];
        await using server = await startServer({ flags });
        const client = new GrpcClient(server.grpc);
        try {
          return await client.raw(path, Buffer.alloc(0)).then(
            () => assert.fail('was served'),
            (error: grpc.ServiceError) => error,
          );
        } finally {
          client.close();
        }
      };
      const refused = await called('--enable_profiler');
      assert.equal(refused.code, grpc.status.UNIMPLEMENTED);
      assert.match(refused.details, /^Serval does not profile/);
      const unknown = await called('--enable_profiler=false');
      assert.equal(unknown.code, grpc.status.UNIMPLEMENTED);
      assert.match(unknown.details, /^Unknown method/);
    });
  });
}
