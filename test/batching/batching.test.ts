import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { UserServerOptions } from '../../src/config/index.ts';
import { createServer } from '../../src/index.ts';
import { PredictionLogSchema } from '../../src/proto/index.ts';
import { Code } from '../../src/status/index.ts';
import { MemoryLogger } from '../../src/telemetry/testing/memory-logger.ts';
import { DType } from '../../src/tensor/index.ts';
import { readTfRecords } from '../../src/tfrecord/index.ts';
import { injectFault } from '../support/faulty-data-worker.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import type { RestClient } from '../support/rest-client.ts';
import { zoo } from '../support/server.ts';
import { halfPlusTwo, ThreadedServer } from '../support/threaded-server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-batching-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function parametersFile(text: string): string {
  const file = path.join(folder, `${++files}.config`);
  writeFileSync(file, text);
  return file;
}

/** A half plus two whose requests are batched. */
const batched = (text: string, more: UserServerOptions = {}): UserServerOptions => ({
  ...halfPlusTwo,
  enableBatching: true,
  batchingParametersFile: parametersFile(text),
  ...more,
});

const model = '/v1/models/half_plus_two:predict';
/** Far longer than any test. */
const forEver = 'batch_timeout_micros { value: 1000000000 }';

function cellOf(page: string, cell: string): number {
  const line = page.split('\n').find((one) => one.startsWith(`${cell} `));
  return Number(line?.slice(cell.length + 1) ?? 0);
}

const runsOf = (server: ThreadedServer) =>
  cellOf(server.serval.metrics(), ':tensorflow:serving:batching_session:wrapped_run_count{}');

async function halves(client: RestClient, values: readonly number[]): Promise<void> {
  const { status, body } = await client.post(model, { instances: values });
  assert.equal(status, 200, body.toString());
  const { predictions } = JSON.parse(body.toString()) as { predictions: number[] };
  assert.deepEqual(
    predictions,
    values.map((value) => value / 2 + 2),
  );
}

function grpcClient(t: TestContext, server: ThreadedServer): GrpcClient {
  const client = new GrpcClient(server.grpcAddress);
  t.after(() => client.close());
  return client;
}

for (const dataThreads of [1, 2]) {
  describe(`batching (${dataThreads} data threads)`, () => {
    test('requests of both protocols, on any connection, are run together', async (t) => {
      await using server = await ThreadedServer.start(
        batched(`max_batch_size { value: 6 } ${forEver}`, { dataThreads }),
      );
      const grpc = grpcClient(t, server);
      const [one, two] = [server.rest(), server.rest()];
      const answers = [
        halves(one, [1, 2]),
        halves(two, [3]),
        grpc.predict(floatVectorRequest('half_plus_two', [4, 5, 6])),
      ] as const;
      await Promise.all(answers);
      assert.deepEqual(floatOutput(await answers[2], 'y'), [4, 4.5, 5]);
      assert.equal(runsOf(server), 1);
      const page = server.serval.metrics();
      const prefix = ':tensorflow:serving:batching_session';
      assert.equal(cellOf(page, `${prefix}:queuing_latency_count{thread_pool_name=""}`), 3);
      assert.equal(cellOf(page, `${prefix}:input_batch_size_sum{}`), 6);
      assert.equal(cellOf(page, `${prefix}:processed_batch_size_sum{}`), 6);
      assert.equal(cellOf(page, `${prefix}:padding_size_count{execution_batch_size="6"}`), 1);
    });

    test('a queue that is full refuses in the words of TFS, and counts it', async (t) => {
      await using server = await ThreadedServer.start(
        batched(`max_batch_size { value: 2 } max_enqueued_batches { value: 1 } ${forEver}`, {
          dataThreads,
        }),
      );
      const text =
        'The batch scheduling queue to which this task was submitted is full; currently 1 batches enqueued and max_enqueued_batches is 1';
      const grpc = grpcClient(t, server);
      const ask = (...values: number[]) =>
        grpc.predict(floatVectorRequest('half_plus_two', values)).then(
          (reply) => floatOutput(reply, 'y'),
          (error: ServiceError) => error,
        );
      // One row waits; it is refused itself while a whole batch is about to be run.
      const waits = (async () => {
        for (;;) {
          const answer = await ask(1);
          if (!(answer instanceof Error)) return answer;
        }
      })();
      let refused = await ask(1, 2);
      while (!(refused instanceof Error)) refused = await ask(1, 2);
      assert.deepEqual([refused.code, refused.details], [GrpcStatus.UNAVAILABLE, text]);
      const client = server.rest();
      const overRest = await client.post(model, { instances: [1, 2] });
      assert.equal(overRest.status, 503);
      assert.equal(overRest.json<{ error: string }>().error, text);
      await halves(client, [7]);
      assert.deepEqual(await waits, [2.5]);
      const page = server.serval.metrics();
      assert.ok(cellOf(page, 'serval_refusals_total{reason="batch_queue_full"}') >= 2);
    });

    test('a request waits no longer than it may, or than its client', async (t) => {
      await using server = await ThreadedServer.start(
        batched(`max_batch_size { value: 3 } ${forEver}`, { dataThreads, restApiTimeoutInMs: 50 }),
      );
      const client = server.rest();
      const late = await client.post(model, { instances: [1] });
      assert.equal(late.status, 429);
      assert.equal(
        late.json<{ error: string }>().error,
        'Run() timeout exceeded while waiting in batching queue',
      );
      const grpc = grpcClient(t, server);
      await assert.rejects(
        grpc.predict(floatVectorRequest('half_plus_two', [1]), { deadline: Date.now() + 30 }),
        { code: GrpcStatus.DEADLINE_EXCEEDED },
      );
      // Rows of those that have gone would fill the batch, and be run.
      const last = [[4, 6], [8]].map((values) =>
        grpc.predict(floatVectorRequest('half_plus_two', values)),
      );
      assert.deepEqual(
        (await Promise.all(last)).map((reply) => floatOutput(reply, 'y')),
        [[4, 5], [6]],
      );
      assert.equal(runsOf(server), 1);
    });

    test('a request that fails does not fail those that are run with it', async (t) => {
      await using server = await ThreadedServer.start(
        batched(`max_batch_size { value: 3 } ${forEver}`, { dataThreads }),
      );
      const grpc = grpcClient(t, server);
      const wrong = grpc.predict({
        modelSpec: { name: 'half_plus_two' },
        inputs: { x: { dtype: DType.INT32, tensorShape: { dim: [{ size: 1n }] }, intVal: [1] } },
      });
      await assert.rejects(wrong, { code: GrpcStatus.INVALID_ARGUMENT });
      const scalar = await server.rest().post(model, { inputs: 1 });
      assert.equal(scalar.status, 400);
      await Promise.all([halves(server.rest(), [1, 2]), halves(server.rest(), [3])]);
    });

    test('what waits for more when the server ends is run at once', async () => {
      await using server = await ThreadedServer.start(
        batched(`max_batch_size { value: 3 } max_enqueued_batches { value: 1 } ${forEver}`, {
          dataThreads,
        }),
      );
      // One of two is refused, since the other one waits.
      const statuses = [server.rest(), server.rest()].map(async (client) => {
        return (await client.post(model, { instances: [1, 2] })).status;
      });
      assert.equal(await Promise.race(statuses), 503);
      await server.serval.stop();
      assert.deepEqual((await Promise.all(statuses)).sort(), [200, 503]);
    });
  });
}

test('a data thread that dies takes nothing from the requests of another', async () => {
  await using server = await ThreadedServer.start(
    batched(`max_batch_size { value: 3 } max_enqueued_batches { value: 1 } ${forEver}`),
  );
  const [dying, living] = await server.clientOfEach();
  const lost = dying.post(model, { instances: [1, 2] }).then(
    () => assert.fail('it was answered'),
    () => null,
  );
  // A full batch is run at once, unless something waits already: then there is no room for it.
  const waits = async () => (await living.post(model, { instances: [1, 2, 3] })).status === 503;
  while (!(await waits()));
  injectFault(0, 'exit');
  await lost;
  await server.untilRestarted(0, 1);
  await Promise.all([halves(living, [5, 6]), halves(server.rest(), [7])]);
});

test('versions have parameters of their own, and are not batched without', async () => {
  const base = path.join(folder, 'versions');
  for (const version of [1, 2]) {
    cpSync(path.join(halfPlusTwo.modelBasePath!, '00000123'), path.join(base, String(version)), {
      recursive: true,
    });
  }
  writeFileSync(path.join(base, '2/batching_params.pbtxt'), 'max_batch_size { value: 2 }');
  writeFileSync(
    path.join(folder, 'models.config'),
    `model_config_list { config { name: "half_plus_two" base_path: "${base}"
       model_platform: "tensorflow" model_version_policy { all {} } } }`,
  );
  await using server = await ThreadedServer.start({
    modelConfigFile: path.join(folder, 'models.config'),
    enableBatching: true,
    enablePerModelBatchingParameters: true,
  });
  const available = () =>
    server.serval.modelStatuses('half_plus_two').filter(({ state }) => state === 'AVAILABLE');
  while (available().length < 2) await delay(5);
  const client = server.rest();
  const ask = (version: number) =>
    client.post(`/v1/models/half_plus_two/versions/${version}:predict`, { instances: [1, 2, 3] });
  assert.equal((await ask(1)).status, 200);
  assert.equal(runsOf(server), 0);
  const tooLarge = await ask(2);
  assert.equal(tooLarge.status, 400);
  assert.equal(
    tooLarge.json<{ error: string }>().error,
    'Task size 3 is larger than maximum input batch size 2',
  );
});

test('recorded requests warm a version up with the sizes that its batches have', async () => {
  await using server = await ThreadedServer.start(
    batched(`max_batch_size { value: 8 } allowed_batch_sizes: 8 ${forEver}`, {
      modelName: 'warmup',
      modelBasePath: path.join(zoo, 'models/warmup'),
    }),
  );
  const page = server.serval.metrics();
  const runs = runsOf(server);
  assert.ok(runs > 0);
  const sizes = ':tensorflow:serving:batching_session:processed_batch_size_sum{}';
  assert.equal(cellOf(page, sizes), 8 * runs);
});

test('a platform has versions warmed up in batches of all sizes', async () => {
  const type = 'type.googleapis.com/tensorflow.serving.SavedModelBundleSourceAdapterConfig';
  const start = (options: string) => {
    const file = parametersFile(
      `platform_configs { key: "tensorflow" value { source_adapter_config { [${type}] { legacy_config {
         enable_model_warmup: true ${options} batching_parameters {
           max_batch_size { value: 32 } allowed_batch_sizes: 8 allowed_batch_sizes: 32 } } } } } }`,
    );
    return ThreadedServer.start({
      ...{ modelName: 'warmup', modelBasePath: path.join(zoo, 'models/warmup') },
      platformConfigFile: file,
    });
  };
  const counts = async (options: string) => {
    await using server = await start(options);
    const page = server.serval.metrics();
    const sizes = ':tensorflow:serving:batching_session:processed_batch_size_sum{}';
    return { runs: runsOf(server), rows: cellOf(page, sizes) };
  };
  const once = await counts('');
  const all = await counts('model_warmup_options { enable_all_batch_sizes_warmup: true }');
  assert.ok(once.runs > 0);
  assert.equal(once.rows, 8 * once.runs);
  assert.deepEqual(all, { runs: 2 * once.runs, rows: (8 + 32) * once.runs });
});

test('a request is logged as it came, though its tensors have gone to be run elsewhere', async () => {
  const prefix = path.join(folder, 'requests');
  const config = path.join(folder, 'logged.config');
  writeFileSync(
    config,
    `model_config_list { config { name: "half_plus_two" base_path: "${halfPlusTwo.modelBasePath}"
       model_platform: "tensorflow" logging_config {
         log_collector_config { type: "tfrecord" filename_prefix: "${prefix}" }
         sampling_config { sampling_rate: 1 } } } }`,
  );
  const values = Array.from({ length: 900 }, (_, i) => i);
  {
    await using server = await ThreadedServer.start({
      modelConfigFile: config,
      enableBatching: true,
    });
    await halves(server.rest(), values);
  }
  const [file] = readdirSync(folder).filter((name) => name.startsWith('requests'));
  const options = { maxRecordBytes: 2 ** 24, onCutHeader: () => assert.fail('cut') };
  const logged: (readonly [Float32Array, number[]])[] = [];
  for await (const record of readTfRecords(path.join(folder, file!), options)) {
    const { logType } = fromBinary(PredictionLogSchema, record);
    assert.ok(logType.case === 'predictLog');
    const { request, response } = logType.value;
    const content = request!.inputs.x!.tensorContent;
    logged.push([new Float32Array(new Uint8Array(content).buffer), response!.outputs.y!.floatVal]);
  }
  assert.deepEqual(logged, [[Float32Array.from(values), values.map((value) => value / 2 + 2)]]);
});

describe('parameters that are wrong', () => {
  const start = async (options: UserServerOptions) => {
    const server = createServer({
      ...{ ...options, port: 'ephemeral', logger: new MemoryLogger(), maxNumLoadRetries: 0 },
    });
    try {
      await server.start();
    } finally {
      await server.stop();
    }
  };

  test('fail the start, or the load of a version, in the words of TFS', async () => {
    await assert.rejects(start(batched('num_batch_threads { value: 0 }')), {
      code: Code.INVALID_ARGUMENT,
      message: 'num_batch_threads must be positive; was 0',
    });
    await assert.rejects(start(batched('max_batch_size { value: 8 } allowed_batch_sizes: 4')), {
      message:
        /Last entry in allowed_batch_sizes must match max_batch_size; last entry was 4; expected 8/,
    });
    assert.throws(() => createServer({ ...halfPlusTwo, batchingParametersFile: '/x' }), {
      code: Code.INVALID_ARGUMENT,
      message: /^server_options\.batching_parameters_file is set without/,
    });
  });
});
