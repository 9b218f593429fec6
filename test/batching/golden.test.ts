import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { ServiceError } from '@grpc/grpc-js';
import { type GoldenCase, type GoldenModel, goldenModels, grpcPaths } from '../support/golden.ts';
import { grpcDifference, restDifference } from '../support/golden-compare.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { RestClient } from '../support/rest-client.ts';
import { modelConfig, startServer, untilLoaded } from '../support/server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-batching-'));
after(() => rmSync(folder, { recursive: true }));
const parameters = path.join(folder, 'batching.config');
writeFileSync(
  parameters,
  'max_batch_size { value: 64 } batch_timeout_micros { value: 2000 } num_batch_threads { value: 2 }',
);

/** Models whose answers depend on the other rows of a batch: they pad, or reduce over, all of it. */
const mixesRows = new Set(['control_flow', 'control_flow_v1', 'lstm_seq']);

/** And not those whose answers depend on what came before. */
const models = goldenModels('tensorflow').filter(
  ({ name, stateful }) => !stateful && !mixesRows.has(name),
);

/** What TFS says of requests that cannot be part of a batch, however they are answered without one. */
const notForBatches =
  /^Batching Run\(\) |^Batched output tensor|^Task size \d+ is larger than maximum input batch size/;

interface Told {
  readonly problem: string | null;
  readonly isForBatches: boolean;
}

async function overRest(golden: GoldenCase, client: RestClient): Promise<Told> {
  const answer = await client.send('POST', golden.rest!.path, golden.rest!.body);
  const error = answer.status === 200 ? '' : answer.json<{ error: string }>().error;
  const isForBatches = !notForBatches.test(error);
  const problem = isForBatches ? restDifference(golden, answer) : null;
  return { problem: problem === null ? null : `REST ${golden.id}: ${problem}`, isForBatches };
}

async function overGrpc(golden: GoldenCase, client: GrpcClient): Promise<Told> {
  const { request } = golden.grpc!;
  const answer = await client
    .raw(grpcPaths[golden.method], request, { deadline: Date.now() + 60_000 })
    .catch((error: ServiceError) => error);
  const isForBatches = Buffer.isBuffer(answer) || !notForBatches.test(answer.details);
  const problem = isForBatches ? grpcDifference(golden, answer) : null;
  return { problem: problem === null ? null : `gRPC ${golden.id}: ${problem}`, isForBatches };
}

/** Sends all cases of a model at once, a few times each. */
async function replay(
  { cases }: GoldenModel,
  rest: readonly RestClient[],
  grpc: readonly GrpcClient[],
): Promise<readonly Told[]> {
  const repeated = [...cases, ...cases.toReversed(), ...cases];
  return await Promise.all(
    repeated.flatMap((golden, i) => [
      ...(golden.rest === null ? [] : [overRest(golden, rest[i % rest.length]!)]),
      ...(golden.grpc === null ? [] : [overGrpc(golden, grpc[i % grpc.length]!)]),
    ]),
  );
}

for (const threads of [1, 2]) {
  describe(`batched answers of TensorFlow (${threads} data threads)`, () => {
    test('every model of the zoo', async (t) => {
      const config = await modelConfig(
        models.map(({ name, basePath }) => ({ name, base: basePath, policy: 'all {}' })),
      );
      await using server = await startServer({
        flags: [
          ...[config, `--data_threads=${threads}`],
          ...['--enable_batching', `--batching_parameters_file=${parameters}`],
        ],
      });
      for (const { name, versions } of models) await untilLoaded(server, name, versions);
      const rest = Array.from({ length: 4 }, () => new RestClient(server.rest));
      const grpc = Array.from({ length: 4 }, () => new GrpcClient(server.grpc));
      let batched = 0;
      for (const model of models) {
        await t.test(model.name, async () => {
          const told = await replay(model, rest, grpc);
          assert.deepEqual(
            told.flatMap(({ problem }) => problem ?? []),
            [],
          );
          batched += told.filter(({ isForBatches }) => isForBatches).length;
        });
      }
      assert.ok(batched > 1000, `${batched} answers were compared`);
      for (const client of [...rest, ...grpc]) client.close();
    });
  });
}
