import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { Refusals, type RestHandler } from '../protocol/index.ts';
import { MemoryLogger } from '../telemetry/testing/memory-logger.ts';
import { ByteBudget, RequestIds } from '../util/index.ts';
import { PlainConnection } from './plain-connection.ts';
import { ReplyHeads } from './reply-heads.ts';
import { RawClient } from './testing/raw-client.ts';
import { TestRestServer } from './testing/rest-server.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function post(target: string, body: string): string {
  return `POST ${target} HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** One plain connection whose sweeps the test makes. */
async function open(handler: RestHandler) {
  const handedOver: string[] = [];
  const budget = new ByteBudget(Number.POSITIVE_INFINITY);
  const environment = {
    handler,
    logger: new MemoryLogger(),
    budget,
    refusals: new Refusals(),
    requestIds: new RequestIds(),
    maxBodyBytes: 1e9,
    maxHeaderBytes: 65_536,
    replyStallMs: 0,
    refusedBodyMs: 1000,
    compresses: false,
    apiErrorFields: {},
    replyHeads: new ReplyHeads(0),
    mostFreshSweeps: 2,
    mostIdleSweeps: 2,
    mostRequestSweeps: 2,
    isDraining: () => false,
    handOver: (_: Socket, received: Buffer) => handedOver.push(received.toString('latin1')),
  };
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const accepted = once(server, 'connection');
  const client = await RawClient.connect(address.port);
  client.socket.setNoDelay();
  const [socket] = (await accepted) as [Socket];
  const connection = new PlainConnection(environment, socket);
  return {
    client,
    socket,
    connection,
    handedOver,
    budget,
    sweep: (times: number) => {
      for (let i = 0; i < times; i++) connection.sweep();
    },
    [Symbol.dispose]: () => {
      client.socket.destroy();
      socket.destroy();
      server.close();
    },
  };
}

test('a connection is idle from its last reply on, however long that took', async () => {
  const asked: (() => void)[] = [];
  using one = await open(({ target }) => {
    const reply = { status: 200, headers: {}, body: `<${target}>` };
    return new Promise((resolve) => asked.push(() => resolve(reply)));
  });
  for (const target of ['/1', '/2']) {
    one.client.write(post(target, ''));
    while (asked.length === 0) await turn();
    one.sweep(10);
    asked.pop()!();
    await one.client.until(new RegExp(`<${target}>$`));
    one.sweep(2);
    assert.equal(one.socket.destroyed, false);
  }
  one.sweep(1);
  assert.equal(one.socket.destroyed, true);
});

test('a connection is not idle while a large reply is on its way', async () => {
  const body = Buffer.alloc(30_000_000, 'x');
  using one = await open(() => ({ status: 200, headers: {}, body }));
  one.client.socket.pause();
  one.client.write(post('/', ''));
  while (one.budget.used === 0) await turn();
  one.sweep(10);
  assert.equal(one.socket.destroyed, false);
  one.client.socket.resume();
  while (one.budget.used > 0) await turn();
  one.sweep(2);
  assert.equal(one.socket.destroyed, false);
  one.sweep(1);
  assert.equal(one.socket.destroyed, true);
});

test('a request that trickles gets no more time than one that pauses', async () => {
  for (const request of ['POST / HTTP/1.1\r\nX-Of: it', post('/', 'a short body').slice(0, -3)]) {
    using one = await open(() => assert.fail('not whole'));
    let sent = request.slice(0, -5);
    one.client.write(sent);
    for (const next of request.slice(-5)) {
      while (one.budget.used < sent.length && one.handedOver.length === 0) await turn();
      one.sweep(1);
      if (one.handedOver.length > 0) break;
      one.client.write(next);
      sent += next;
    }
    assert.deepEqual(one.handedOver, [request.slice(0, -4)]);
  }
});

test('what is not plain stays until large replies before it are taken', async () => {
  const body = Buffer.alloc(30_000_000, 'x');
  using one = await open(() => ({ status: 200, headers: {}, body }));
  one.client.socket.pause();
  one.client.write(post('/', ''));
  while (one.budget.used === 0) await turn();
  const other = 'PUT / HTTP/1.1\r\n\r\n';
  // The reply has paused the connection, but something may have been read already.
  one.socket.emit('data', Buffer.from(other));
  assert.deepEqual(one.handedOver, []);
  one.client.socket.resume();
  while (one.handedOver.length === 0) await turn();
  assert.deepEqual(one.handedOver, [other]);
  assert.equal(one.budget.used, 0);
});

test('each of several large replies has to be taken in time', async () => {
  const sizes: Record<string, number> = { '/large': 20_000, '/huge': 30_000_000 };
  const asked: (() => void)[] = [];
  await using server = await TestRestServer.start(
    ({ target }) => {
      const reply = { status: 200, headers: {}, body: Buffer.alloc(sizes[target]!) };
      return new Promise((resolve) => asked.push(() => resolve(reply)));
    },
    { replyStallMs: 100 },
  );
  using client = await RawClient.connect(server.listener.port);
  client.socket.pause();
  for (const [i, target] of ['/large', '/huge'].entries()) {
    client.write(post(target, ''));
    while (asked.length <= i) await turn();
  }
  for (const reply of asked) reply();
  while (server.listener.connections > 0) await turn();
  assert.equal(server.budget.used, 0);
  assert.equal(server.refusals.counts.reply_timeout, 1);
});
