import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RestClient } from '../support/rest-client.ts';
import { zoo } from '../support/server.ts';
import { halfPlusTwo, ThreadedServer } from '../support/threaded-server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-adaptive-'));
after(() => rmSync(folder, { recursive: true }));

const model = '/v1/models/half_plus_two:predict';
/** Far longer than any test. */
const forEver = 'batch_timeout_micros { value: 1000000000 }';

/** The configuration of the one model, with options of its own. */
const listed = (own = '') =>
  `model_config_list { config { name: "half_plus_two" base_path: "${halfPlusTwo.modelBasePath}" model_platform: "tensorflow" ${own} } }`;

function cellOf(server: ThreadedServer, cell: string): number {
  const lines = server.serval.metrics().split('\n');
  const line = lines.find((one) => one.startsWith(`${cell} `));
  return Number(line?.slice(cell.length + 1) ?? 0);
}

const runsOf = (server: ThreadedServer) =>
  cellOf(server, ':tensorflow:serving:batching_session:wrapped_run_count{}');
const adaptedOf = (server: ThreadedServer) => cellOf(server, 'serval_adaptive_batch_rows_count{}');

async function half(client: RestClient, value: number): Promise<void> {
  const { status, body } = await client.post(model, { instances: [value] });
  assert.equal(status, 200, body.toString());
  assert.deepEqual(JSON.parse(body.toString()), { predictions: [value / 2 + 2] });
}

/** So many clients at once, each with requests one after the other. */
async function load(server: ThreadedServer, clients: number, requests: number): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const rest = server.rest();
      for (let i = 0; i < requests; i++) await half(rest, 1000 * client + i);
    }),
  );
}

for (const dataThreads of [1, 2]) {
  describe(`adaptive batching (${dataThreads} data threads)`, () => {
    test('runs what comes together, and each request gets its own answer', async () => {
      await using server = await ThreadedServer.start({
        ...{ ...halfPlusTwo, dataThreads, batching: 'auto', targetP99Ms: 60_000 },
      });
      await load(server, 16, 30);
      assert.ok(adaptedOf(server) > 0);
      assert.ok(runsOf(server) < 480, `${runsOf(server)} runs`);
    });

    test('is chosen by a model, also while it is served', async () => {
      const file = path.join(folder, `choice-${dataThreads}.config`);
      writeFileSync(file, forEver);
      await using server = await ThreadedServer.start({
        ...{ ...halfPlusTwo, dataThreads, enableBatching: true, batchingParametersFile: file },
      });
      // It waits for a batch that is never full, or comes when none waits for that any more.
      const waits = half(server.rest(), 1);
      await server.serval.reloadConfig(listed('serval { batching: AUTO }'));
      await load(server, 4, 5);
      assert.ok(adaptedOf(server) > 0);
      await waits;
    });

    test('is given up, and taken up again, while it is served', async () => {
      await using server = await ThreadedServer.start({ ...halfPlusTwo, dataThreads });
      const reload = (own: string) => server.serval.reloadConfig(listed(own));
      let isOver = false;
      // All the while requests are under way, and each is answered.
      const answers = [0, 0, 0];
      const others = answers.map(async (_, client) => {
        const rest = server.rest();
        while (!isOver) await half(rest, 100_000 * client + answers[client]!++);
      });
      for (let round = 0; round < 3; round++) {
        const before = adaptedOf(server);
        await load(server, 4, 10);
        assert.equal(adaptedOf(server), before);
        await reload('serval { batching: AUTO }');
        await load(server, 4, 10);
        assert.ok(adaptedOf(server) > before);
        await reload('');
        // What was under way, and may have been batched, is answered when each client has asked twice more.
        const seen = [...answers];
        while (answers.some((count, client) => count < seen[client]! + 2)) await delay(1);
      }
      isOver = true;
      await Promise.all(others);
    });

    test('a version is batched as long as there is a file with parameters of its own', async () => {
      const base = path.join(folder, `own-${dataThreads}`);
      cpSync(halfPlusTwo.modelBasePath!, base, { recursive: true });
      const file = path.join(base, '00000123/batching_params.pbtxt');
      await using server = await ThreadedServer.start({
        ...{ ...halfPlusTwo, modelBasePath: base, dataThreads, modelConfigFilePollWaitSeconds: 1 },
        ...{ enableBatching: true, enablePerModelBatchingParameters: true },
      });
      const client = server.rest();
      const ask = async () => (await client.post(model, { instances: [1, 2, 3] })).status;
      assert.equal(await ask(), 200);
      writeFileSync(file, `max_batch_size { value: 2 } ${forEver}`);
      while ((await ask()) !== 400) await delay(20);
      const waits = half(server.rest(), 4);
      rmSync(file);
      await waits;
      while ((await ask()) !== 200) await delay(20);
    });

    test('a changed file of parameters holds for models that are loaded, and a wrong one does not', async () => {
      const file = path.join(folder, `changed-${dataThreads}.config`);
      writeFileSync(file, `max_batch_size { value: 4 } ${forEver}`);
      await using server = await ThreadedServer.start({
        ...{ ...halfPlusTwo, dataThreads, enableBatching: true, batchingParametersFile: file },
      });
      const client = server.rest();
      const tooLarge = async () =>
        (await client.post(model, { instances: [1, 2, 3, 4, 5] })).status;
      assert.equal(await tooLarge(), 400);
      const waits = half(server.rest(), 7);
      writeFileSync(file, 'max_batch_size { value: 5 }');
      await server.serval.reloadConfig(listed());
      await waits;
      assert.equal(await tooLarge(), 200);

      writeFileSync(file, 'max_batch_size { value: 0 }');
      await server.serval.reloadConfig(listed());
      assert.equal(await tooLarge(), 200);
      assert.deepEqual(server.logger.messages('error'), [
        'Batching parameters stay as they were: input_batch_size_limit must be positive; was 0',
      ]);
    });
  });
}

test('so many batches run at once as a changed file says', async () => {
  const file = path.join(folder, 'threads.config');
  const write = (threads: number) =>
    writeFileSync(file, `max_batch_size { value: 1 } num_batch_threads { value: ${threads} }`);
  const base = path.join(zoo, 'models/lstm_seq');
  write(1);
  await using server = await ThreadedServer.start({
    ...{ modelName: 'lstm_seq', modelBasePath: base, dataThreads: 2, engineThreads: 2 },
    ...{ enableBatching: true, batchingParametersFile: file },
  });
  const instances = [Array.from({ length: 4000 }, (_, i) => 1 + (i % 5))];
  const running = () => cellOf(server, 'serval_runs{state="running"}');
  /** The most that were seen to run at once while two requests were under way. */
  const together = async () => {
    let isOver = false;
    const asked = [server.rest(), server.rest()].map(async (client) => {
      const { status } = await client.post('/v1/models/lstm_seq:predict', { instances });
      isOver = true;
      return status;
    });
    let most = 0;
    while (!isOver) {
      most = Math.max(most, running());
      await delay(1);
    }
    assert.deepEqual(await Promise.all(asked), [200, 200]);
    return most;
  };
  assert.equal(await together(), 1);
  write(2);
  await server.serval.reloadConfig(
    `model_config_list { config { name: "lstm_seq" base_path: "${base}" model_platform: "tensorflow" } }`,
  );
  assert.ok(
    server.logger
      .messages('info')
      .includes('Of platform tensorflow 2 batches run at once from now on'),
  );
  while ((await together()) < 2);
});

test('the file of parameters is read again and again where models are not listed', async () => {
  const file = path.join(folder, 'polled.config');
  writeFileSync(file, 'max_batch_size { value: 1 }');
  await using server = await ThreadedServer.start({
    ...{ ...halfPlusTwo, dataThreads: 1, enableBatching: true, batchingParametersFile: file },
    modelConfigFilePollWaitSeconds: 1,
  });
  const client = server.rest();
  const ask = async () => (await client.post(model, { instances: [1, 2] })).status;
  assert.equal(await ask(), 400);
  writeFileSync(file, 'max_batch_size { value: 2 }');
  while ((await ask()) !== 200) await delay(20);
});
