import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { RestReply, RestRequest } from '../protocol/index.ts';
import { joinBytes } from '../util/index.ts';
import { RawClient } from './testing/raw-client.ts';
import { TestRestServer } from './testing/rest-server.ts';

/** Tells what it understood of the request. */
function describe({ method, target, body, headers }: RestRequest): RestReply {
  const text = Buffer.from(joinBytes(body)).toString('latin1');
  const of = headers['x-of'];
  return { status: 200, headers: {}, body: `<${method} ${target} ${text} ${String(of)}>` };
}

function post(target: string, body: string, ...fields: string[]): string {
  const lines = [`POST ${target} HTTP/1.1`, `Content-Length: ${body.length}`, ...fields];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a request may come in two pieces, cut anywhere', async () => {
  await using server = await TestRestServer.start(describe);
  using client = await RawClient.connect(server.listener.port);
  client.socket.setNoDelay();
  const request = post('/cut', 'some body', 'X-Of: it');
  for (let cut = 1; cut < request.length; cut += 1) {
    client.write(request.slice(0, cut));
    // The second piece comes when the first was looked at, and counted.
    for (let turns = 0; turns < 1000 && server.budget.used < cut; turns += 1) await turn();
    client.write(request.slice(cut));
    await client.until(new RegExp(`^(?:[^<]*<POST /cut some body it>){${cut}}$`));
  }
  assert.equal(server.budget.used, 0);
});

test('requests with other heads, other methods and other lengths follow each other', async () => {
  await using server = await TestRestServer.start(describe);
  using client = await RawClient.connect(server.listener.port);
  const requests = [
    post('/1', 'a'),
    post('/1', 'b'),
    'GET /2 HTTP/1.1\r\nX-Of: second\r\n\r\n',
    post('/1', 'c'),
    post('/1', ''),
    post('/10', 'a longer one', 'X-Of: 10'),
    // From here on it is node:http that reads.
    'PUT /3 HTTP/1.1\r\nContent-Length: 1\r\n\r\nd',
    post('/1', 'e'),
  ];
  for (const [i, request] of requests.entries()) {
    client.write(request);
    await client.until(new RegExp(`^(?:[^<]*<[^>]*>){${i + 1}}$`));
  }
  assert.deepEqual(client.received.match(/<.*?>/g), [
    '<POST /1 a undefined>',
    '<POST /1 b undefined>',
    '<GET /2  second>',
    '<POST /1 c undefined>',
    '<POST /1  undefined>',
    '<POST /10 a longer one 10>',
    '<PUT /3 d undefined>',
    '<POST /1 e undefined>',
  ]);
  const heads = client.received
    .split(/<.*?>/)
    .map((head) => head.replace(/\d+(?=\r\n)|: \w{3}, .* GMT/g, ''));
  assert.equal(new Set(heads.slice(0, -1)).size, 1, 'both readers answer with the same head');
});

test('what is not plain waits for the replies before it', async () => {
  const replies: (() => void)[] = [];
  await using server = await TestRestServer.start((request) => {
    const reply = describe(request);
    if (request.target === '/last') return reply;
    return new Promise((resolve) => replies.push(() => resolve(reply)));
  });
  using client = await RawClient.connect(server.listener.port);
  client.write(post('/1', 'a'));
  while (replies.length < 1) await turn();
  client.write(post('/2', 'b'));
  while (replies.length < 2) await turn();
  client.write(post('/3', 'c', 'Transfer-Encoding: chunked').slice(0, 20));
  await turn();
  client.write(`${post('/3', 'c').slice(20)}PUT /last HTTP/1.1\r\nContent-Length: 3\r\n\r\n`);
  await turn();
  client.write('end');
  replies[1]!();
  await turn();
  assert.equal(client.received, '');
  replies[0]!();
  while (replies.length < 3) await turn();
  replies[2]!();
  await client.until(/end undefined>$/);
  assert.deepEqual(client.received.match(/<.*?>/g), [
    '<POST /1 a undefined>',
    '<POST /2 b undefined>',
    '<POST /3 c undefined>',
    '<PUT /last end undefined>',
  ]);
  assert.equal(server.budget.used, 0);
});

test('a reply that ends its connection does, unless a request is behind it', async () => {
  const held = Promise.withResolvers<void>();
  const headers = { Connection: 'close', 'Content-Type': 'text/html' };
  await using server = await TestRestServer.start(async ({ target }) => {
    if (target === '/held') await held.promise;
    return { status: 404, headers, body: target };
  });
  using client = await RawClient.connect(server.listener.port);
  client.write(post('/held', ''));
  await turn();
  client.write(post('/last', ''));
  await turn();
  held.resolve();
  const received = await client.untilClosed();
  assert.match(received, /keep-alive.*\/held.*Connection: close\r\n.*\/last$/s);
  assert.equal(received.match(/Connection: close/g)?.length, 1);
});

test('a reply in which a field cannot be sent is a defect of the handler', async () => {
  await using server = await TestRestServer.start(() => ({
    status: 200,
    headers: { Broken: 'a\r\nb' },
    body: '',
  }));
  using client = await RawClient.connect(server.listener.port);
  client.write(post('/', ''));
  assert.match(await client.until(/}$/), /^HTTP\/1\.1 500 .*cannot be sent/s);
  assert.equal(server.logger.entries.length, 1);
});

test('texts are sent as UTF-8', async () => {
  await using server = await TestRestServer.start(() => ({ status: 200, headers: {}, body: 'ä€' }));
  assert.equal(await (await fetch(server.url)).text(), 'ä€');
});

test('a client that goes leaves nothing behind, and its handlers know', async () => {
  const signals: AbortSignal[] = [];
  await using server = await TestRestServer.start((request) => {
    signals.push(request.signal);
    return new Promise(() => {});
  });
  using partial = await RawClient.connect(server.listener.port);
  partial.write(post('/', 'half').slice(0, -2));
  while (server.listener.connections === 0) await turn();
  for (let turns = 0; turns < 1000 && server.budget.used === 0; turns += 1) await turn();
  partial.socket.destroy();
  while (server.listener.connections > 0) await turn();
  assert.equal(server.budget.used, 0);

  using client = await RawClient.connect(server.listener.port);
  client.write(post('/1', 'a'));
  while (signals.length < 1) await turn();
  client.write(post('/2', 'b'));
  while (signals.length < 2) await turn();
  client.socket.destroy();
  for (const signal of signals) if (!signal.aborted) await once(signal, 'abort');
});

test('a request that ends too early is malformed', async () => {
  await using server = await TestRestServer.start(describe);
  using client = await RawClient.connect(server.listener.port);
  client.write('GET / HTTP/1.1\r\nHost');
  client.socket.end();
  assert.match(await client.untilClosed(), /^HTTP\/1\.1 400 .*Invalid EOF state/s);
  assert.equal(server.refusals.counts.malformed, 1);
});

test('who says nothing for long is refused at first, and closed later', async () => {
  await using server = await TestRestServer.start(describe, {
    headersTimeoutMs: 20,
    keepAliveMs: 40,
  });
  using silent = await RawClient.connect(server.listener.port);
  assert.match(await silent.untilClosed(), /^HTTP\/1\.1 408 /);
  assert.equal(server.refusals.counts.request_timeout, 1);
  using idle = await RawClient.connect(server.listener.port);
  idle.write(post('/', ''));
  await idle.until(/>$/);
  assert.match(await idle.untilClosed(), /undefined>$/);
});

test('a reply that is taken slowly is sent to its end, however idle its connection seems', async () => {
  const reply = { status: 200, headers: {}, body: Buffer.alloc(20e6, 'x') };
  const limits = { keepAliveMs: 8, headersTimeoutMs: 8, drainLingerMs: 1 };
  await using server = await TestRestServer.start(() => reply, limits);
  using client = await RawClient.connect(server.listener.port);
  client.socket.pause();
  client.write(post('/', ''));
  while (server.budget.used === 0) await turn();
  const stopped = server.listener.stop(60_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  client.socket.resume();
  assert.ok((await client.untilClosed()).length > 20e6);
  await stopped;
});

test('requests are not read while their replies are not taken', async () => {
  let handled = 0;
  const body = Buffer.alloc(15_000, 'x');
  await using server = await TestRestServer.start(() => {
    handled += 1;
    return { status: 200, headers: {}, body };
  });
  using client = await RawClient.connect(server.listener.port);
  client.socket.pause();
  const total = 3000;
  let sent = 0;
  // One by one: pipelined requests are read by others.
  while (sent < total && handled === sent) {
    client.write(post('/', ''));
    sent += 1;
    for (let turns = 0; handled < sent && turns < 1000; turns += 1) await turn();
  }
  assert.ok(sent > 10 && sent < total, `the server stopped reading after ${sent}`);
  let received = 0;
  client.socket.on('data', (text: string) => {
    received += text.length;
  });
  client.socket.resume();
  while (received < sent * body.length) await turn();
  assert.equal(handled, sent);
});
