import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { UserServerOptions } from '../../src/config/index.ts';
import { DType } from '../../src/tensor/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import type { RestAnswer, RestClient } from '../support/rest-client.ts';
import { zoo } from '../support/server.ts';
import { ThreadedServer } from '../support/threaded-server.ts';

const slow: UserServerOptions = {
  ...{ modelName: 'lstm_seq', modelBasePath: path.join(zoo, 'models/lstm_seq') },
  ...{ batching: 'auto', engineThreads: 1 },
};
/** So many steps that one run takes far longer than any target here, and than a request that is refused at once. */
const tokens = Array.from({ length: 2500 }, (_, i) => 1 + (i % 5));
const url = '/v1/models/lstm_seq:predict';
const body = JSON.stringify({ instances: [tokens] });
const full = 'The batch scheduling queue to which this task was submitted is full; ';

const run = (client: RestClient) => client.post(url, body);

function askGrpc(client: GrpcClient, deadline?: number) {
  const request = {
    modelSpec: { name: 'lstm_seq' },
    inputs: {
      tokens: {
        dtype: DType.INT32,
        tensorShape: { dim: [{ size: 1n }, { size: BigInt(tokens.length) }] },
        intVal: tokens,
      },
    },
  };
  return client
    .predict(request, deadline === undefined ? {} : { deadline })
    .catch((error: ServiceError) => error);
}

/**
 * Asks again and again while a run is going on, until `ask` tells of one that was refused.
 * @returns what it told, and how many runs were refused before, as `ask` had overtaken them.
 */
async function refusedWhileRunning<Refused>(
  client: RestClient,
  ask: () => Promise<Refused | null>,
): Promise<{ readonly refused: Refused; readonly overtaken: number }> {
  for (let overtaken = 0; ; ) {
    let isOver = false;
    const running = run(client).then((answer) => {
      isOver = true;
      return answer;
    });
    while (!isOver) {
      const refused = await ask();
      if (refused === null) continue;
      assert.equal(isOver, false, 'it is refused long before the run is over');
      assert.equal((await running).status, 200);
      return { refused, overtaken };
    }
    if ((await running).status !== 200) overtaken++;
  }
}

const refused = async (answer: Promise<RestAnswer>) => {
  const { status, json } = await answer;
  return status === 200 ? null : { status, text: json<{ error: string }>().error };
};

function refusals(server: ThreadedServer): number {
  const cell = 'serval_refusals_total{reason="batch_queue_full"} ';
  const line = server.serval
    .metrics()
    .split('\n')
    .find((one) => one.startsWith(cell));
  return Number(line?.slice(cell.length) ?? 0);
}

const targetText = new RegExp(`^${full}a reply is expected in \\d+ ms, and target_p99_ms is 5 ms$`);

for (const dataThreads of [1, 2]) {
  describe(`with a target (${dataThreads} data threads)`, () => {
    test('what would take longer is refused at once, and counted', async (t) => {
      await using server = await ThreadedServer.start({ ...slow, dataThreads, targetP99Ms: 5 });
      const [one, other] = [server.rest(), server.rest()];
      // Nothing is refused that finds the engine idle.
      assert.equal((await run(one)).status, 200);
      assert.equal(refusals(server), 0);
      const overRest = await refusedWhileRunning(one, () => refused(run(other)));
      assert.equal(overRest.refused.status, 503);
      assert.match(overRest.refused.text, targetText);
      assert.equal(refusals(server), 1 + overRest.overtaken);

      const grpc = new GrpcClient(server.grpcAddress);
      t.after(() => grpc.close());
      const overGrpc = await refusedWhileRunning(one, async () => {
        const answer = await askGrpc(grpc);
        return answer instanceof Error ? answer : null;
      });
      assert.equal(overGrpc.refused.code, GrpcStatus.UNAVAILABLE);
      assert.match(overGrpc.refused.details, targetText);
      assert.equal(refusals(server), 2 + overRest.overtaken + overGrpc.overtaken);
    });
  });
}

test('a model has a target of its own', async () => {
  await using server = await ThreadedServer.start({ ...slow, targetP99Ms: 60_000 });
  const [one, other] = [server.rest(), server.rest()];
  await run(one);
  // Both are run.
  for (const { status } of await Promise.all([run(one), run(other)])) assert.equal(status, 200);
  await server.serval.reloadConfig(
    `model_config_list { config { name: "lstm_seq" base_path: "${slow.modelBasePath}"
       model_platform: "tensorflow" serval { batching: AUTO target_p99_ms: 5 } } }`,
  );
  await run(one);
  const last = await refusedWhileRunning(one, () => refused(run(other)));
  assert.match(last.refused.text, targetText);
});

test('a request that cannot make its deadline is refused long before that', async (t) => {
  await using server = await ThreadedServer.start(slow);
  const client = server.rest();
  const began = performance.now();
  await run(client);
  const took = performance.now() - began;
  const grpc = new GrpcClient(server.grpcAddress);
  t.after(() => grpc.close());
  const asked = await refusedWhileRunning(client, async () => {
    // Beyond the end of the run that goes on, but not of one of its own after that.
    const answer = await askGrpc(grpc, Date.now() + took);
    if (!(answer instanceof Error) || answer.code === GrpcStatus.DEADLINE_EXCEEDED) return null;
    return answer;
  });
  assert.equal(asked.refused.code, GrpcStatus.UNAVAILABLE);
  assert.match(
    asked.refused.details,
    new RegExp(`^${full}a reply is expected in \\d+ ms, and the deadline is in \\d+ ms$`),
  );
});
