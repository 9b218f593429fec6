import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  PredictRequestSchema,
  PredictResponseSchema,
  ReloadConfigRequestSchema,
  ReloadConfigResponseSchema,
} from '../../src/proto/index.ts';
import { injectFault } from '../support/faulty-data-worker.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatVectorRequest } from '../support/predict-messages.ts';
import { halfPlusTwo, ThreadedServer } from '../support/threaded-server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serval-metrics-'));
after(() => rmSync(folder, { recursive: true }));

function configFile(text: string): string {
  const file = path.join(folder, `${Buffer.from(text).toString('hex').slice(0, 60)}.config`);
  writeFileSync(file, text);
  return file;
}

const enabled = configFile('prometheus_config { enable: true, path: "/monitoring/metrics" }');
const pagePath = '/monitoring/metrics';

async function fetchText(server: ThreadedServer, target: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${server.restPort}${target}`, init);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
}

/** The value of a line of the page, without which there is none. */
function cellValue(page: string, cell: string): number | null {
  const line = page.split('\n').find((one) => one.startsWith(`${cell} `));
  return line === undefined ? null : Number(line.slice(cell.length + 1));
}

for (const dataThreads of [1, 2]) {
  const options = { ...halfPlusTwo, dataThreads, monitoringConfigFile: enabled };

  test(`requests of both protocols are counted as TFS does (${dataThreads} data threads)`, async () => {
    await using server = await ThreadedServer.start(options);
    // Connections of their own: data threads take turns.
    const clients = Array.from({ length: 4 }, () => server.rest());
    for (const client of clients) {
      const body = '{"instances":[2.0]}';
      assert.equal(
        (await client.send('POST', '/v1/models/half_plus_two:predict', body)).status,
        200,
      );
    }
    const [client] = clients as [(typeof clients)[0]];
    const model = '/v1/models/half_plus_two';
    assert.equal((await client.send('POST', `${model}:predict`, '{')).status, 400);
    assert.equal(
      (await client.send('POST', `${model}:classify`, '{"examples":[{"x":1}]}')).status,
      400,
    );
    assert.equal((await client.get(model)).status, 200);
    assert.equal((await client.get('/v1/models/none')).status, 404);
    assert.equal((await client.get('/v1/nonsense')).status, 400);
    assert.equal((await client.get('/outside')).status, 404);

    const channel = new GrpcClient(server.grpcAddress);
    await channel.predict(floatVectorRequest('half_plus_two', [1]));
    await assert.rejects(channel.predict(floatVectorRequest('absent', [1])));
    const call = channel.call(
      '/tensorflow.serving.PredictionService/Predict',
      PredictRequestSchema,
      PredictResponseSchema,
      {},
    );
    await assert.rejects(call, /Missing ModelSpec/);
    channel.close();

    const { status, type, text } = await fetchText(server, pagePath);
    assert.equal(status, 200);
    assert.equal(type, 'text/plain');
    const counts = text
      .split('\n')
      .filter((line) => line.startsWith(':tensorflow:serving:request_count{'));
    assert.deepEqual(counts, [
      ':tensorflow:serving:request_count{model_name="",status="INVALID_ARGUMENT"} 2',
      ':tensorflow:serving:request_count{model_name="absent",status="NOT_FOUND"} 1',
      ':tensorflow:serving:request_count{model_name="half_plus_two",status="INVALID_ARGUMENT"} 2',
      ':tensorflow:serving:request_count{model_name="half_plus_two",status="OK"} 6',
      ':tensorflow:serving:request_count{model_name="none",status="NOT_FOUND"} 1',
    ]);
    const latency = ':tensorflow:serving:request_latency_count{model_name="half_plus_two"';
    assert.equal(cellValue(text, `${latency},API="predict",entrypoint="REST"}`), 4);
    assert.equal(cellValue(text, `${latency},API="",entrypoint="REST"}`), 1);
    assert.equal(cellValue(text, `${latency},API="Predict",entrypoint="GRPC"}`), 1);
    const runs = ':tensorflow:serving:runtime_latency_count{model_name="half_plus_two"';
    assert.equal(cellValue(text, `${runs},API="Predict",runtime="TF1"}`), 5);
    for (const count of ['direct_session_runs', 'graph_runs']) {
      assert.equal(cellValue(text, `:tensorflow:core:${count}{}`), 5, count);
    }
    assert.equal(cellValue(text, ':tensorflow:core:saved_model:read:count{write_version="1"}'), 1);
    assert.match(
      text,
      /^:tensorflow:cc:saved_model:load_attempt_count\{model_path=".*",status="success"\} 1$/m,
    );
    assert.match(text, /^# TYPE :tensorflow:serving:request_example_counts histogram$/m);
    assert.match(
      text,
      /^serval_model_versions\{model="half_plus_two",version="\d+",state="AVAILABLE"\} 1$/m,
    );
    const serving = dataThreads === 1 ? ['main'] : ['0', '1'];
    const open = serving.map((name) => cellValue(text, `serval_connections{thread="${name}"}`)!);
    assert.ok(open.reduce((all, one) => all + one, 0) >= clients.length, `${open}`);
    for (const name of new Set(['main', ...serving])) {
      for (const what of ['in_flight_bytes', 'heap_used_bytes', 'event_loop_delay_seconds_count']) {
        assert.ok(
          cellValue(text, `serval_${what}{thread="${name}"}`) !== null,
          `${what} of ${name}`,
        );
      }
    }
    assert.equal(cellValue(text, 'serval_runs{state="waiting"}'), 0);
    assert.equal(cellValue(server.serval.metrics(), `${runs},API="Predict",runtime="TF1"}`), 5);
  });

  test(`the page has one path, whatever the method (${dataThreads} data threads)`, async () => {
    await using server = await ThreadedServer.start(options);
    assert.equal((await fetchText(server, pagePath, { method: 'POST', body: 'x' })).status, 200);
    assert.equal((await fetchText(server, pagePath, { method: 'HEAD' })).status, 200);
    assert.deepEqual(await fetchText(server, `${pagePath}?a=1`), {
      status: 400,
      type: 'text/plain',
      text: `Unexpected path: ${pagePath}?a=1. Should be ${pagePath}`,
    });
    for (const target of [`${pagePath}/`, `${pagePath}2`, '/monitoring/prometheus/metrics']) {
      assert.equal((await fetchText(server, target)).status, 404);
    }
    assert.doesNotMatch((await fetchText(server, pagePath)).text, /request_count\{/);
  });

  test(`a reload tells what metrics have gained (${dataThreads} data threads)`, async () => {
    await using server = await ThreadedServer.start(options);
    const channel = new GrpcClient(server.grpcAddress);
    const name = '/tensorflow/cc/saved_model/load_attempt_count';
    const { modelBasePath: basePath } = halfPlusTwo;
    const { metric } = await channel.call(
      '/tensorflow.serving.ModelService/HandleReloadConfigRequest',
      ReloadConfigRequestSchema,
      ReloadConfigResponseSchema,
      {
        config: {
          config: {
            case: 'modelConfigList',
            value: {
              config: ['half_plus_two', 'again'].map((model) => ({
                ...{ name: model, basePath: basePath! },
                modelPlatform: 'tensorflow',
              })),
            },
          },
        },
        metricNames: [name, name, '/unknown', '/tensorflow/serving/request_latency'],
      },
    );
    channel.close();
    const gained = metric.map((one) => [one.name, one.valueIncrease.value] as const);
    assert.deepEqual(gained.sort(), [
      [name, 1n],
      ['/tensorflow/serving/request_latency', 0n],
      ['/unknown', 0n],
    ]);
  });
}

test('counts stay when the thread that counted has ended', async () => {
  await using server = await ThreadedServer.start({
    ...halfPlusTwo,
    monitoringConfigFile: enabled,
  });
  const [first] = await server.clientOfEach();
  const cell = ':tensorflow:serving:request_count{model_name="half_plus_two",status="OK"}';
  const body = '{"instances":[2.0]}';
  await first.send('POST', '/v1/models/half_plus_two:predict', body);
  // This thread hears of new cells as soon as it reads its messages.
  while (cellValue(server.serval.metrics(), cell) !== 1) await delay(2);
  injectFault(0, 'exit');
  await server.untilRestarted(0, 1);
  assert.equal(cellValue(server.serval.metrics(), cell), 1);
  await server.rest().send('POST', '/v1/models/half_plus_two:predict', body);
  while (cellValue(server.serval.metrics(), cell) !== 2) await delay(2);
});

test('there is no page unless it is enabled, and none where the default path is not asked for', async () => {
  for (const text of ['', 'prometheus_config { path: "/m" }']) {
    const file = configFile(text);
    await using server = await ThreadedServer.start({
      ...{ ...halfPlusTwo, dataThreads: 1 },
      monitoringConfigFile: file,
    });
    for (const target of ['/m', '/monitoring/prometheus/metrics']) {
      assert.equal((await fetchText(server, target)).status, 404);
    }
  }
  await using server = await ThreadedServer.start({
    ...{ ...halfPlusTwo, dataThreads: 1 },
    monitoringConfigFile: configFile('prometheus_config { enable: true }'),
  });
  assert.equal((await fetchText(server, '/monitoring/prometheus/metrics')).status, 200);
});

test('a file that cannot be read fails the start, but not where REST is not served', async () => {
  const start = (monitoringConfigFile: string, more: object = {}) =>
    ThreadedServer.start({ ...halfPlusTwo, dataThreads: 1, monitoringConfigFile, ...more });
  const absent = path.join(folder, 'absent');
  await assert.rejects(start(absent), { message: `${absent}; No such file or directory` });
  const wrong = configFile('nonsense {');
  await assert.rejects(start(wrong), { message: `Invalid protobuf file: '${wrong}'` });
  await using server = await start(absent, { restApiPort: 0 });
  assert.equal(server.serval.addresses.rest, null);
});

test('servers of one process count apart', async () => {
  await using one = await ThreadedServer.start({ ...halfPlusTwo, dataThreads: 1 });
  await using other = await ThreadedServer.start({ ...halfPlusTwo, dataThreads: 1 });
  await one.rest().send('POST', '/v1/models/half_plus_two:predict', '{"instances":[2.0]}');
  assert.match(one.serval.metrics(), /request_count\{model_name="half_plus_two",status="OK"\} 1/);
  assert.doesNotMatch(other.serval.metrics(), /request_count\{/);
});
