import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ServiceError, status } from '@grpc/grpc-js';
import {
  exampleMessage,
  examplesRequestMessage,
  inputMessage,
} from '../../src/inference/testing/example-messages.ts';
import {
  ClassificationRequestSchema,
  GetModelStatusRequestSchema,
  GetModelStatusResponseSchema,
  ModelVersionStatus_State,
  RegressionResponseSchema,
  ReloadConfigRequestSchema,
  ReloadConfigResponseSchema,
} from '../../src/proto/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { modelConfig, startServer, zoo } from '../support/server.ts';

const models = '/tensorflow.serving.ModelService';
const regress = '/tensorflow.serving.PredictionService/Regress';

/** What a call that was given up may end with; it may also have been in time. */
const givenUp: ReadonlySet<status> = new Set([status.DEADLINE_EXCEEDED, status.CANCELLED]);

for (const threads of [1, 2]) {
  test(`calls about many Examples that are given up leave nothing behind, ${threads} data threads`, async () => {
    const config = await modelConfig([
      { name: 'm', base: path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu') },
    ]);
    await using server = await startServer({ flags: [config, `--data_threads=${threads}`] });
    const client = new GrpcClient(server.grpc);
    const count = 30_000;
    const examples = Array.from({ length: count }, (_, i) => exampleMessage({ x: [i] }));
    const request = Buffer.from(
      toBinary(
        ClassificationRequestSchema,
        examplesRequestMessage('regress_x_to_y', inputMessage(examples)),
      ),
    );
    const answered = (reply: Buffer) => {
      const { result } = fromBinary(RegressionResponseSchema, reply);
      assert.ok(result!.regressions.every(({ value }, i) => value === i / 2 + 2));
      assert.equal(result!.regressions.length, count);
    };
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        try {
          answered(await client.raw(regress, request, { deadline: Date.now() + 1 + i * 20 }));
        } catch (error) {
          const { code, details } = error as ServiceError;
          assert.ok(givenUp.has(code), `${code} ${details}`);
        }
      }),
    );
    answered(await client.raw(regress, request));

    // A version ends only once no request holds it.
    await client.call(
      `${models}/HandleReloadConfigRequest`,
      ReloadConfigRequestSchema,
      ReloadConfigResponseSchema,
      { config: { config: { case: 'modelConfigList', value: {} } } },
    );
    for (const end = Date.now() + 30_000; ; ) {
      const { modelVersionStatus } = await client.call(
        `${models}/GetModelStatus`,
        GetModelStatusRequestSchema,
        GetModelStatusResponseSchema,
        { modelSpec: { name: 'm' } },
      );
      if (modelVersionStatus[0]!.state === ModelVersionStatus_State.END) break;
      assert.ok(Date.now() < end, 'the version did not end');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    client.close();
    server.kill('SIGTERM');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  });
}
