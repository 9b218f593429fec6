import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type LoadTestOptions, runLoadTest } from './load-test.ts';
import { predictEnvelope } from './predict-bodies.ts';

const model = { name: 'm', version: 2n, label: null, signature: 'sig' };
const envelope = predictEnvelope('rest', model);

describe('runLoadTest', () => {
  let server: http.Server;
  let status: number;
  let options: LoadTestOptions;

  beforeEach(async () => {
    status = 200;
    server = http.createServer((request, response) => {
      request.resume();
      const isPage = request.url === '/metrics';
      response.writeHead(isPage ? 200 : status).end(isPage ? metrics() : '{"error": "busy"}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    options = {
      protocol: 'rest',
      model,
      endpoint: { host: '127.0.0.1', port, tls: null },
      requests: {
        ...{ signatures: ['sig', 'other'], requests: [{ ...envelope, body: Buffer.from('{}') }] },
        ...{ rows: 3, mostRows: 3, inputs: [] },
      },
      load: 'closed',
      levels: [1, 2],
      connections: null,
      warmupMs: 0,
      durationMs: 20,
      patienceMs: 1000,
      seed: 1,
      metrics: { endpoint: { host: '127.0.0.1', port, tls: null }, path: '/metrics' },
    };
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  let looks = 0;
  const metrics = () => `:tensorflow:serving:batching_session:wrapped_run_count ${++looks * 2}
:tensorflow:serving:batching_session:processed_batch_size_sum ${looks * 12}\n`;

  it('reports each step, with what the server says of its batches', async () => {
    const report = await runLoadTest(options);
    assert.equal(report.model, 'm, version 2');
    assert.equal(report.signature, 'sig, other');
    assert.deepEqual(report.request, { rows: 3, bytes: 2, variants: 1, inputs: [] });
    assert.deepEqual(
      report.steps.map(({ level, connections, failed }) => [level, connections, failed]),
      [
        [1, 1, 0],
        [2, 2, 0],
      ],
    );
    for (const step of report.steps) {
      assert.ok(step.answered > 0);
      assert.equal(step.rowsPerSecond, 3 * step.requestsPerSecond);
      assert.deepEqual(step.batches, { batches: 2, meanRows: 6, paddingShare: 0 });
    }
    assert.deepEqual([report.failure, report.interrupted], [null, false]);
  });

  it('makes an open loop of its own arrivals', async () => {
    const report = await runLoadTest({ ...options, load: 'open', levels: [500], durationMs: 100 });
    const [step] = report.steps;
    assert.equal(step!.connections, 128);
    assert.ok(step!.answered > 0);
  });

  it('does not load a server that refuses the first request, or is not there', async () => {
    status = 503;
    await assert.rejects(runLoadTest(options), { message: '503 Service Unavailable: busy' });
    const endpoint = { host: '127.0.0.1', port: 1, tls: null };
    await assert.rejects(runLoadTest({ ...options, endpoint }), {
      message: '127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('says that inputs were random where the server takes the first request for wrong', async () => {
    status = 400;
    const hint = ' (the inputs are random: --below bounds whole numbers, --input gives a request)';
    await assert.rejects(runLoadTest(options), { message: `400 Bad Request: busy${hint}` });
    const requests = { ...options.requests, inputs: null };
    await assert.rejects(runLoadTest({ ...options, requests }), {
      message: '400 Bad Request: busy',
    });
  });

  it('says so when the server has gone at the end', async () => {
    let count = 0;
    server.on('request', () => {
      if (++count < 3) return;
      server.closeAllConnections();
      server.close();
    });
    const report = await runLoadTest({ ...options, levels: [1], durationMs: 500 });
    assert.ok(report.steps[0]!.failed > 0);
    assert.match(report.failure!, /^the end: .*ECONNREFUSED/);
  });

  it('does not wait for ever for its first answer', async () => {
    server.removeAllListeners('request');
    await assert.rejects(runLoadTest({ ...options, patienceMs: 5 }), {
      message: 'The server does not answer within 0.005 s',
    });
  });

  it('counts errors of a step, and goes on', async () => {
    const onStep = () => {
      status = 503;
    };
    const [, second] = (await runLoadTest(options, { onStep })).steps;
    assert.equal(second!.answered, 0);
    assert.ok(second!.failed > 0);
    assert.equal(second!.errors[0]!.text, '503 Service Unavailable: busy');
  });

  it('keeps what it measured when the server goes between two steps', async () => {
    const onStep = () => {
      server.closeAllConnections();
      server.close();
    };
    const report = await runLoadTest(options, { onStep });
    assert.equal(report.steps.length, 1);
    assert.match(report.failure!, /^concurrency 2: .*ECONNREFUSED/);
  });

  it('ends by its signal with what it measured', async () => {
    const stop = new AbortController();
    const onStep = () => stop.abort();
    const report = await runLoadTest(options, { onStep, signal: stop.signal });
    assert.equal(report.steps.length, 1);
    assert.equal(report.interrupted, true);
  });
});
