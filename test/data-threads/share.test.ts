import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Code, StatusError } from '../../src/index.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { halfPlusTwo, isServed, ThreadedServer } from '../support/threaded-server.ts';

test('connections of both protocols are shared evenly, and all of them are served', async () => {
  await using server = await ThreadedServer.start(halfPlusTwo);
  const { serval } = server;
  const clients = Array.from({ length: 64 }, () => server.rest());
  for (const [x, answer] of (
    await Promise.all(clients.map((client, x) => isServed(client, 2 * x)))
  ).entries()) {
    assert.ok(answer, `request ${x}`);
  }
  const channels = Array.from({ length: 8 }, () => new GrpcClient(server.grpcAddress));
  for (const [x, channel] of channels.entries()) {
    const reply = await channel.predict(floatVectorRequest('half_plus_two', [2 * x]));
    assert.deepEqual(floatOutput(reply, 'y'), [x + 2]);
  }
  assert.deepEqual(serval.dataThreads, [
    { state: 'serving', restarts: 0, stalls: 0, connections: 36 },
    { state: 'serving', restarts: 0, stalls: 0, connections: 36 },
  ]);
  for (const channel of channels) channel.close();
  for (const client of clients) client.close();
  const open = () => serval.dataThreads.reduce((sum, { connections }) => sum + connections, 0);
  while (open() > 0) await delay(2);
});

test('connections leave no descriptor behind', async () => {
  await using server = await ThreadedServer.start(halfPlusTwo);
  const sockets = () =>
    readdirSync('/proc/self/fd').filter((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:');
      } catch {
        // The one with which the folder is read.
        return false;
      }
    }).length;
  const open = () => server.serval.dataThreads.reduce((sum, one) => sum + one.connections, 0);
  const before = sockets();
  for (let round = 0; round < 10; round++) {
    const clients = Array.from({ length: 20 }, () => server.rest());
    await Promise.all(clients.map((client) => isServed(client, 2)));
    for (const client of clients) client.close();
    while (open() > 0) await delay(2);
  }
  while (sockets() > before) await delay(2);
});

test('connections of a Unix socket are shared and served alike', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serval-threads-'));
  try {
    const grpcSocketPath = path.join(folder, 'grpc.sock');
    await using server = await ThreadedServer.start({ ...halfPlusTwo, grpcSocketPath });
    const channels = Array.from({ length: 4 }, () => new GrpcClient(`unix:${grpcSocketPath}`));
    for (const [x, channel] of channels.entries()) {
      const reply = await channel.predict(floatVectorRequest('half_plus_two', [2 * x]));
      assert.deepEqual(floatOutput(reply, 'y'), [x + 2]);
    }
    assert.deepEqual(
      server.serval.dataThreads.map(({ connections }) => connections),
      [2, 2],
    );
    for (const channel of channels) channel.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a second server on the same port is refused', async () => {
  await using server = await ThreadedServer.start(halfPlusTwo);
  await assert.rejects(
    ThreadedServer.start({ ...halfPlusTwo, restApiPort: server.restPort }),
    (error) => error instanceof StatusError && error.code === Code.UNAVAILABLE,
  );
});

test('what all threads hold of requests counts against one limit', async () => {
  await using server = await ThreadedServer.start({ ...halfPlusTwo, maxInFlightBytes: 1_000_000 });
  const send = () => {
    const socket = net.connect(server.restPort, '127.0.0.1');
    socket.write(
      'POST /v1/models/half_plus_two:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n',
    );
    socket.write(Buffer.alloc(600_000, ' '));
    return socket;
  };
  const first = send();
  const other = send();
  const answer = await new Promise<string>((resolve) => {
    for (const socket of [first, other]) {
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    }
  });
  assert.match(answer, /^HTTP\/1\.1 503 .*hold all of the 1000000 bytes/s);
  first.destroy();
  other.destroy();
  assert.ok(await isServed(server.rest(), 4));
});

test('a reload and the states of versions reach the thread that keeps the models', async () => {
  await using server = await ThreadedServer.start(halfPlusTwo);
  for (const client of await server.clientOfEach()) {
    const { body } = await client.get('/v1/models/half_plus_two');
    assert.match(body.toString(), /"state": "AVAILABLE"/);
    const unknown = await client.get('/v1/models/half_plus_two/versions/9');
    assert.equal(unknown.status, 404);
    assert.match(unknown.body.toString(), /Could not find version 9 of model half_plus_two/);
  }
});

test('a thread that cannot start fails the start', async () => {
  const entry = new URL('data:text/javascript,throw new Error("no such thread")');
  await assert.rejects(ThreadedServer.start(halfPlusTwo, { entry }), /no such thread/);
});
