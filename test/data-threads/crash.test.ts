import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import type { PredictRequestSchema } from '../../src/proto/index.ts';
import { DType } from '../../src/tensor/index.ts';
import { type Fault, injectFault } from '../support/faulty-data-worker.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatVectorRequest } from '../support/predict-messages.ts';
import type { RestClient } from '../support/rest-client.ts';
import { halfPlusTwo, isServed, loops, ThreadedServer } from '../support/threaded-server.ts';

/** Rounds of a loop that take about a second. */
const rounds = 100_000;

/** A run that takes a while, off the thread that asks for it. */
const longRun = (client: RestClient, count = rounds) =>
  client.post('/v1/models/loops:predict', {
    signature_name: 'nested',
    inputs: { rounds: count, x: [1] },
  });

/** The same over gRPC. */
const longCall: MessageInitShape<typeof PredictRequestSchema> = {
  modelSpec: { name: 'loops', signatureName: 'nested' },
  inputs: {
    rounds: { dtype: DType.INT32, intVal: [rounds], tensorShape: {} },
    x: { dtype: DType.FLOAT, floatVal: [1], tensorShape: { dim: [{ size: 1n }] } },
  },
};

for (const fault of ['throw', 'reject'] as const) {
  test(`a defect (${fault}) fails the requests of its thread with UNAVAILABLE, and no others`, async () => {
    await using server = await ThreadedServer.start(loops);
    const [hit, other] = await server.clientOfEach();
    const lost = longRun(hit);
    const answered = longRun(other);
    injectFault(0, fault, true);
    const refused = await lost;
    assert.equal(refused.status, 503);
    assert.deepEqual(refused.json(), {
      error: 'The thread that served this request failed; try again',
    });
    assert.equal((await answered).status, 200);
    await server.untilRestarted(0, 1);
    assert.equal((await longRun(server.rest())).status, 200);
    assert.equal((await longRun(server.rest())).status, 200);
    assert.match(
      server.logger.messages('error').join('\n'),
      /Data thread 0 failed: its requests are lost, and it is started again in 100 ms/,
    );
  });
}

test('calls of a thread with a defect end with UNAVAILABLE', async () => {
  await using server = await ThreadedServer.start(loops);
  const channels = [new GrpcClient(server.grpcAddress), new GrpcClient(server.grpcAddress)];
  const calls = channels.map((channel) => channel.predict(longCall));
  injectFault(0, 'throw', true);
  const outcomes = await Promise.allSettled(calls);
  const failed = outcomes.filter(({ status }) => status === 'rejected');
  assert.equal(failed.length, 1);
  const { code, details } = (failed[0] as PromiseRejectedResult).reason as ServiceError;
  assert.equal(code, GrpcStatus.UNAVAILABLE);
  assert.equal(details, 'The thread that served this request failed; try again');
  for (const channel of channels) channel.close();
});

const deaths: readonly Fault[] = ['exit', 'memory'];
for (const fault of deaths) {
  test(`a thread that dies (${fault}) closes its connections and is started again, others go on`, async () => {
    await using server = await ThreadedServer.start(halfPlusTwo, { maxHeapMb: 64 });
    const [hit, other] = await server.clientOfEach();
    const channel = new GrpcClient(server.grpcAddress);
    assert.ok(await isServed(hit, 2));
    const served = async () => {
      for (let x = 0; x < 300; x++) assert.ok(await isServed(other, 2 * x));
    };
    const going = served();
    injectFault(0, fault);
    await going;
    await server.untilRestarted(0, 1);
    for (const client of [hit, server.rest(), server.rest(), server.rest()]) {
      const again = await isServed(client, 6).catch(() => isServed(client, 6));
      assert.ok(again);
    }
    await channel.predict(floatVectorRequest('half_plus_two', [1])).catch((error: ServiceError) => {
      assert.equal(error.code, GrpcStatus.UNAVAILABLE);
    });
    channel.close();
  });
}

for (const fault of deaths) {
  test(`a thread that dies (${fault}) while it reads gRPC calls takes nothing else with it`, async () => {
    await using server = await ThreadedServer.start(halfPlusTwo, { maxHeapMb: 64 });
    const channels = Array.from({ length: 8 }, () => new GrpcClient(server.grpcAddress));
    let isEnding = false;
    let answered = 0;
    const callers = channels.map(async (channel) => {
      while (!isEnding) {
        await channel.predict(floatVectorRequest('half_plus_two', [1])).then(
          () => {
            answered += 1;
          },
          (error: ServiceError) => assert.equal(error.code, GrpcStatus.UNAVAILABLE),
        );
      }
    });
    for (let restarts = 1; restarts <= 2; restarts++) {
      const before = answered;
      while (answered < before + 200) await delay(1);
      injectFault(0, fault);
      await server.untilRestarted(0, restarts);
    }
    const before = answered;
    while (answered < before + 200) await delay(1);
    isEnding = true;
    await Promise.all(callers);
    for (const channel of channels) channel.close();
  });
}

for (const fault of deaths) {
  test(`a thread that dies (${fault}) while it reads REST requests of all kinds takes nothing else with it`, async () => {
    await using server = await ThreadedServer.start(halfPlusTwo, { maxHeapMb: 64 });
    const body = '{"instances":[2.0]}';
    const large = JSON.stringify({ instances: new Array<number>(50_000).fill(0.5) });
    const kinds: readonly (readonly [string | Buffer, Record<string, string>])[] = [
      [body, {}],
      [body, { expect: '100-continue' }],
      [gzipSync(body), { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' }],
      [large, {}],
    ];
    let isEnding = false;
    const answered = kinds.map(() => 0);
    const callers = kinds.map(async ([content, headers], kind) => {
      while (!isEnding) {
        const client = server.rest();
        try {
          while (!isEnding) {
            const path = '/v1/models/half_plus_two:predict';
            assert.equal((await client.send('POST', path, content, headers)).status, 200);
            answered[kind]! += 1;
          }
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
        } finally {
          client.close();
        }
      }
    });
    const untilAnswered = async () => {
      const before = answered.slice();
      while (answered.some((count, kind) => count < before[kind]! + 5)) await delay(1);
    };
    await untilAnswered();
    injectFault(0, fault);
    await server.untilRestarted(0, 1);
    await untilAnswered();
    isEnding = true;
    await Promise.all(callers);
  });
}

test('a thread that fails again and again is started again after longer and longer pauses', async () => {
  await using server = await ThreadedServer.start(halfPlusTwo);
  for (let restarts = 1; restarts <= 3; restarts++) {
    injectFault(1, 'exit');
    await server.untilRestarted(1, restarts);
  }
  const pauses = server.logger
    .messages('error')
    .map((line) => /started again in (\d+) ms/.exec(line)?.[1]);
  assert.deepEqual(pauses, ['100', '200', '400']);
  assert.ok(await isServed(server.rest(), 8));
});

test('connections that come while no thread serves are served by the first that does', async () => {
  await using server = await ThreadedServer.start(halfPlusTwo);
  // Failures in a row leave more and more time before they are started again.
  for (let restarts = 1; restarts <= 3; restarts++) {
    for (const index of [0, 1]) injectFault(index, 'exit');
    for (const index of [0, 1]) await server.untilRestarted(index, restarts);
  }
  for (const index of [0, 1]) injectFault(index, 'exit');
  while (server.serval.dataThreads.some(({ state }) => state === 'serving')) await delay(1);
  const clients = Array.from({ length: 8 }, () => server.rest());
  for (const answer of await Promise.all(clients.map((client) => isServed(client, 10)))) {
    assert.ok(answer);
  }
});

test('what a thread that died held keeps no version from being unloaded', async () => {
  const server = await ThreadedServer.start(loops);
  const [hit] = await server.clientOfEach();
  const lost = longRun(hit).then(
    () => assert.fail('an answer'),
    () => 'lost',
  );
  injectFault(0, 'exit', true);
  await server.untilRestarted(0, 1);
  assert.equal(await lost, 'lost');
  await server[Symbol.asyncDispose]();
  const lines = server.logger.messages();
  assert.ok(lines.some((line) => line.startsWith('Freed the model of')));
  assert.ok(!lines.some((line) => line.includes('have not ended within the grace')));
});

test('a thread that hangs is cut off when the server ends', async () => {
  const server = await ThreadedServer.start({ ...halfPlusTwo, shutdownGraceSeconds: 1 });
  const [hit, other] = await server.clientOfEach();
  injectFault(0, 'hang');
  const lost = assert.rejects(hit.get('/v1/models/half_plus_two'));
  assert.ok(await isServed(other, 4));
  await server[Symbol.asyncDispose]();
  await lost;
  const lines = server.logger.messages();
  assert.ok(lines.some((line) => line.startsWith('A data thread does not answer')));
  assert.ok(lines.some((line) => line.startsWith('Freed the model of')));
});

test('a thread that hangs while it serves is replaced, and others go on', async () => {
  await using server = await ThreadedServer.start({ ...halfPlusTwo, dataThreadStallSeconds: 2 });
  const [hit, other] = await server.clientOfEach();
  injectFault(0, 'hang');
  const lost = assert.rejects(hit.get('/v1/models/half_plus_two'));
  assert.ok(await isServed(other, 4));
  await server.untilRestarted(0, 1);
  await lost;
  assert.ok(await isServed(server.rest(), 6));
  assert.ok(await isServed(server.rest(), 8));
  assert.deepEqual(
    server.serval.dataThreads.map(({ restarts, stalls }) => [restarts, stalls]),
    [
      [1, 1],
      [0, 0],
    ],
  );
  const failure = server.logger.entries.find(({ message }) =>
    message.startsWith('Data thread 0 failed'),
  );
  assert.match(
    String(failure?.fields.stack),
    /the thread has not answered for 2 s\n +at .*faulty-data-worker\.ts/,
  );
});

test('a thread that hangs in a native call is replaced, and ends when the call returns', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serval-hanging-'));
  try {
    const fifo = path.join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const server = await ThreadedServer.start({ ...halfPlusTwo, dataThreadStallSeconds: 2 });
    const [hit] = await server.clientOfEach();
    injectFault(0, { waitsForWriter: fifo });
    let isLost = false;
    const lost = assert.rejects(hit.get('/v1/models/half_plus_two')).then(() => {
      isLost = true;
    });
    await server.untilRestarted(0, 1);
    assert.ok(await isServed(server.rest(), 6));
    assert.ok(await isServed(server.rest(), 8));
    assert.match(
      server.logger.entries.map(({ fields }) => String(fields?.error)).join('\n'),
      /the thread has not answered for 2 s: it is in a native call/,
    );
    assert.equal(namedThreads('serval-data-'), 3);
    assert.equal(isLost, false);
    writeFileSync(fifo, '');
    await lost;
    while (namedThreads('serval-data-') > 2) await delay(5);
    await server[Symbol.asyncDispose]();
    const lines = server.logger.messages();
    assert.ok(lines.some((line) => line.startsWith('Freed the model of')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a thread that there is no room for yet leaves nothing behind', async () => {
  await using server = await ThreadedServer.start({ ...loops, engineThreads: 3 });
  // One that has failed keeps its row until its last run has ended.
  for (let failures = 1; failures <= 3; failures++) {
    await server.untilRestarted(0, failures - 1);
    let hit: RestClient;
    do {
      hit = server.rest();
      await hit.get('/v1/models/none');
    } while (server.serval.dataThreads[0]!.connections === 0);
    const lost = longRun(hit, 6 * rounds);
    injectFault(0, 'throw', true);
    assert.equal((await lost).status, 503);
  }
  while (!server.logger.messages('error').some((line) => line.includes('in 800 ms'))) {
    await delay(5);
  }
  while (server.serval.dataThreads[0]!.state !== 'serving') await delay(5);
  while (namedThreads('serval-data-') > 2) await delay(5);
});

/** Threads of this process that have such a name. */
function namedThreads(prefix: string): number {
  return readdirSync('/proc/self/task').filter((id) => {
    try {
      return readFileSync(`/proc/self/task/${id}/comm`, 'utf8').startsWith(prefix);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  }).length;
}
