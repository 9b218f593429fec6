import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { UserServerOptions } from '../../src/config/index.ts';
import { PredictRequestSchema, PredictResponseSchema } from '../../src/proto/index.ts';
import { DType } from '../../src/tensor/index.ts';
import { injectFault } from '../support/faulty-data-worker.ts';
import type { RestClient } from '../support/rest-client.ts';
import { zoo } from '../support/server.ts';
import { halfPlusTwo, isServed, ThreadedServer } from '../support/threaded-server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-bypass-'));
after(() => rmSync(folder, { recursive: true }));

const parameters = path.join(folder, 'batching.config');
writeFileSync(
  parameters,
  'max_batch_size { value: 300 } num_batch_threads { value: 1 } allowed_batch_sizes: 4 allowed_batch_sizes: 300',
);

/** Batches by one place; those of parameters padded to 4 or 300 rows. */
const kinds: Readonly<Record<string, UserServerOptions>> = {
  'with parameters': { enableBatching: true, batchingParametersFile: parameters },
  adaptive: { batching: 'auto', engineThreads: 1 },
};

/** A model whose run takes some hundred ms with as many rows as these. */
const slow: UserServerOptions = {
  modelName: 'resnet_mini',
  modelBasePath: path.join(zoo, 'models/resnet_mini'),
};
const manyRows = 300;

const prefix = ':tensorflow:serving:batching_session';

function cellOf(server: ThreadedServer, cell: string): number {
  const lines = server.serval.metrics().split('\n');
  const line = lines.find((one) => one.startsWith(`${cell} `));
  return Number(line?.slice(cell.length + 1) ?? 0);
}

/** A predict of images that are all the same. @returns the scores of the first and the last */
async function images(client: RestClient, rows: number): Promise<readonly number[]> {
  const image = {
    dtype: DType.FLOAT,
    tensorShape: { dim: [rows, 32, 32, 3].map((size) => ({ size: BigInt(size) })) },
    tensorContent: new Uint8Array(new Float32Array(rows * 32 * 32 * 3).fill(0.5).buffer),
  };
  const request = create(PredictRequestSchema, {
    modelSpec: { name: 'resnet_mini' },
    inputs: { image },
  });
  const body = Buffer.from(toBinary(PredictRequestSchema, request));
  const headers = { 'content-type': 'application/x-protobuf', accept: 'application/x-protobuf' };
  const answer = await client.send('POST', '/v1/models/resnet_mini:predict', body, headers);
  assert.equal(answer.status, 200, answer.body.toString('latin1', 0, 200));
  const { outputs } = fromBinary(PredictResponseSchema, answer.body);
  const { tensorShape, floatVal, tensorContent } = outputs.output_0!;
  assert.equal(tensorShape!.dim[0]!.size, BigInt(rows));
  const all =
    floatVal.length > 0 ? floatVal : [...new Float32Array(new Uint8Array(tensorContent).buffer)];
  return [...all.slice(0, 10), ...all.slice(-10)];
}

/** Lets both threads learn how they may make runs themselves. */
async function introduced(server: ThreadedServer): Promise<readonly [RestClient, RestClient]> {
  const clients = await server.clientOfEach();
  for (const rows of [1, manyRows]) {
    for (const client of clients) await images(client, rows);
  }
  return clients;
}

for (const [kind, options] of Object.entries(kinds)) {
  describe(`requests that find no batch waiting (${kind})`, () => {
    test('are counted as batches wherever they are run', async () => {
      await using server = await ThreadedServer.start({ ...halfPlusTwo, ...options });
      const clients = await server.clientOfEach();
      for (let i = 0; i < 20; i++) {
        for (const client of clients) assert.ok(await isServed(client, i));
      }
      const runs = cellOf(server, `${prefix}:wrapped_run_count{}`);
      assert.equal(runs, 40);
      assert.equal(cellOf(server, `${prefix}:queuing_latency_count{thread_pool_name=""}`), 40);
      assert.equal(cellOf(server, `${prefix}:input_batch_size_sum{}`), 40);
      const padded = kind === 'adaptive' ? 1 : 4;
      assert.equal(cellOf(server, `${prefix}:processed_batch_size_sum{}`), padded * 40);
      const adapted = cellOf(server, 'serval_adaptive_batch_rows_count{}');
      assert.equal(adapted, kind === 'adaptive' ? 40 : 0);
    });

    test('hold their place and their version until their run has ended, whatever becomes of them', async (t) => {
      await using server = await ThreadedServer.start({ ...slow, ...options });
      const [first, second] = await introduced(server);
      const runs = () => cellOf(server, `${prefix}:wrapped_run_count{}`);
      /** Waits until the next run has begun after there were so many. */
      const begun = async (before: number) => {
        while (runs() === before) await delay(1);
      };

      await t.test('a client that has gone', async () => {
        const client = server.rest();
        await images(client, 1);
        const before = runs();
        const lost = assert.rejects(images(client, manyRows));
        await begun(before);
        client.close();
        await lost;
        await images(second, 1);
        assert.equal(runs(), before + 2);
      });

      await t.test('a thread that dies', async () => {
        // As soon as a run is under way that this thread itself has begun.
        injectFault(0, 'exit', true);
        const before = runs();
        const lost = assert.rejects(images(first, manyRows));
        await begun(before);
        // There is one place.
        await images(second, 1);
        await lost;
        await server.untilRestarted(0, 1);
        const clients = [server.rest(), server.rest()];
        await Promise.all(clients.map((client) => images(client, 2)));
      });

      await t.test('a version that is unloaded', async () => {
        const before = runs();
        const running = images(second, manyRows);
        await begun(before);
        await server.serval.reloadConfig('model_config_list {}');
        const scores = await running;
        assert.deepEqual(scores.slice(0, 10), scores.slice(10));
        while (!server.logger.messages().some((line) => line.startsWith('Freed'))) await delay(5);
      });
    });
  });
}
