import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { RestReply, RestRequest } from '../protocol/index.ts';
import { ByteChunks, type Bytes, joinBytes } from '../util/index.ts';
import { RawClient } from './testing/raw-client.ts';
import { TestRestServer } from './testing/rest-server.ts';

const json = { 'Content-Type': 'application/json' };

/** Sends back what it understood of the request. */
function describe(request: RestRequest): RestReply {
  const { method, target, body } = request;
  const text = Buffer.from(joinBytes(body)).toString('latin1');
  return { status: 200, headers: json, body: JSON.stringify({ method, target, text }) };
}

async function described(response: Response): Promise<{ method: string; text: string }> {
  return (await response.json()) as { method: string; text: string };
}

function error(message: string): string {
  return `{\n    "error": ${JSON.stringify(message)}\n}`;
}

/** The request as raw HTTP/1.1. */
function post(target: string, body: string, ...headers: string[]): string {
  const lines = [
    `POST ${target} HTTP/1.1`,
    'Host: x',
    `Content-Length: ${body.length}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

test('hands over method, raw target and body, and writes the whole reply', async () => {
  await using server = await TestRestServer.start(describe);
  const response = await fetch(`${server.url}/v1/models/a%2Fb:predict?x=1`, {
    method: 'POST',
    body: '{"instances": [1]}',
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.match(String(response.headers.get('date')), /GMT$/);
  assert.equal(response.headers.get('keep-alive'), 'timeout=75');
  const text = await response.text();
  assert.equal(response.headers.get('content-length'), String(text.length));
  assert.deepEqual(JSON.parse(text), {
    method: 'POST',
    target: '/v1/models/a%2Fb:predict?x=1',
    text: '{"instances": [1]}',
  });
});

test('collects bodies of every size, of known length and chunked, at once and later', async () => {
  for (const isLater of [false, true]) {
    await using server = await TestRestServer.start((request) => {
      const reply = { status: 200, headers: {}, body: joinBytes(request.body) };
      if (!isLater) return reply;
      return new Promise((resolve) => setImmediate(() => resolve(reply)));
    });
    for (const size of [0, 1, 70_000, 1_100_000, 20_000_000]) {
      const sent = Buffer.alloc(size);
      for (let i = 0; i < size; i += 997) sent[i] = i;
      const whole = await fetch(server.url, { method: 'POST', body: sent });
      assert.ok(Buffer.from(await whole.arrayBuffer()).equals(sent), `${size} bytes`);
      const chunked = new ReadableStream({
        start(controller) {
          for (let i = 0; i < size; i += 300_001) controller.enqueue(sent.subarray(i, i + 300_001));
          controller.close();
        },
      });
      const options: RequestInit & { duplex: 'half' } = {
        method: 'POST',
        body: chunked,
        duplex: 'half',
      };
      const inChunks = await fetch(server.url, options);
      assert.ok(Buffer.from(await inChunks.arrayBuffer()).equals(sent), `${size} bytes chunked`);
    }
    assert.equal(server.budget.used, 0);
  }
});

test('the memory of a body and of a reply is given back when they are of no more use', async () => {
  const bodies: Bytes[] = [];
  const replies: Uint8Array[] = [];
  await using server = await TestRestServer.start(async ({ body }) => {
    bodies.push(body);
    await new Promise(setImmediate);
    replies.push(Buffer.from(joinBytes(body)));
    return { status: 200, headers: {}, body: replies.at(-1)! };
  });
  // The end of a reply is known when the next one has come.
  for (const size of [50_000, 300_000, 5_000_000, 0]) {
    const answer = await fetch(server.url, { method: 'POST', body: Buffer.alloc(size, 'x') });
    assert.equal(await answer.text(), 'x'.repeat(size));
  }
  assert.deepEqual(
    [...bodies, ...replies].map(({ length }) => length),
    Array.from({ length: 8 }, () => 0),
  );
});

test('inflates gzip; a body that is not gzip though it says so is empty', async () => {
  await using server = await TestRestServer.start(describe, { maxBodyBytes: 100_000 });
  const send = async (body: Buffer): Promise<Response> =>
    fetch(server.url, { method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
  for (const size of [3, 90_000]) {
    const { text } = await described(await send(gzipSync('x'.repeat(size))));
    assert.equal(text, 'x'.repeat(size));
  }
  for (const broken of [Buffer.from('not gzip'), gzipSync('cut off'.repeat(99)).subarray(0, 20)]) {
    assert.equal((await described(await send(broken))).text, '');
  }
  const bomb = await send(gzipSync(Buffer.alloc(60_000_000)));
  assert.equal(bomb.status, 413);
  assert.equal(
    await bomb.text(),
    error('The request body is larger than the limit of 100000 bytes'),
  );
  assert.equal(server.budget.used, 0);
});

test('a binary body is left in the chunks that it came in, and given back after its reply', async () => {
  const bodies: Bytes[] = [];
  await using server = await TestRestServer.start(async ({ body }) => {
    bodies.push(body);
    await new Promise(setImmediate);
    return { status: 200, headers: {}, body: Buffer.from(joinBytes(body)) };
  });
  const sent = Buffer.alloc(3_000_000);
  for (let i = 0; i < sent.length; i += 997) sent[i] = i;
  const headers = { 'content-type': 'application/x-npy' };
  const answer = await fetch(server.url, { method: 'POST', body: sent, headers });
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(sent));
  const [body] = bodies;
  assert.ok(body instanceof ByteChunks);
  assert.equal(body.length, sent.length);
  const kept = body.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  assert.ok(kept < 64 << 10, `${kept} bytes are kept`);
  assert.equal(server.budget.used, 0);
});

test('a binary body that is not gzip though it says so is refused', async () => {
  await using server = await TestRestServer.start(describe);
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
  const send = (body: Buffer) => fetch(server.url, { method: 'POST', body, headers });
  const { text } = await described(await send(gzipSync('xyz')));
  assert.equal(text, 'xyz');
  for (const broken of [Buffer.from('not gzip'), gzipSync('cut off'.repeat(99)).subarray(0, 20)]) {
    const answer = await send(broken);
    assert.equal(answer.status, 400);
    assert.equal(
      await answer.text(),
      error('The request body is not gzip, as Content-Encoding says'),
    );
  }
  assert.equal(server.budget.used, 0);
});

test('answers in the words of TFS behind the status', async () => {
  await using server = await TestRestServer.start(() => ({ status: 504, headers: {}, body: '' }));
  using client = await RawClient.connect(server.listener.port);
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.match(await client.until(/\r\n\r\n/), /^HTTP\/1\.1 504 Gateway Time-out\r\n/);
});

test('serves every method, HEAD without the body', async () => {
  await using server = await TestRestServer.start(describe);
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    assert.equal((await described(await fetch(server.url, { method }))).method, method);
  }
  const head = await fetch(server.url, { method: 'HEAD' });
  assert.equal(await head.text(), '');
  assert.ok(Number(head.headers.get('content-length')) > 0);
});

test('serves HTTP/1.0 and HTTP/1.1 without a Host header', async () => {
  await using server = await TestRestServer.start(describe);
  using old = await RawClient.connect(server.listener.port);
  old.write('GET /old HTTP/1.0\r\n\r\n');
  assert.match(await old.untilClosed(), /"target":"\/old"/);
  using hostless = await RawClient.connect(server.listener.port);
  hostless.write('GET /hostless HTTP/1.1\r\n\r\n');
  assert.match(await hostless.until(/}$/), /"target":"\/hostless"/);
});

test('answers pipelined requests in order, however long each takes', async () => {
  const replies: (() => void)[] = [];
  await using server = await TestRestServer.start((request) => {
    const reply = describe(request);
    return new Promise((resolve) => {
      replies.unshift(() => resolve(reply));
      if (replies.length === 3) for (const send of replies) send();
    });
  });
  using client = await RawClient.connect(server.listener.port);
  client.write(post('/1', 'a') + post('/2', 'bb') + post('/3', ''));
  const received = await client.until(/\/3.*}$/s);
  assert.deepEqual(
    [...received.matchAll(/"target":"(\/\d)","text":"(\w*)"/g)].map(([, ...found]) => found),
    [
      ['/1', 'a'],
      ['/2', 'bb'],
      ['/3', ''],
    ],
  );
});

test('asks a client that expects 100 Continue for its body, unless it is too large', async () => {
  await using server = await TestRestServer.start(describe, { maxBodyBytes: 10 });
  using willing = await RawClient.connect(server.listener.port);
  willing.write('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
  await willing.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  willing.write('body');
  assert.match(await willing.until(/}$/), /"text":"body"/);
  using large = await RawClient.connect(server.listener.port);
  large.write('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 40\r\n\r\n');
  const refusal = await large.untilClosed();
  assert.match(refusal, /^HTTP\/1\.1 413 Request Entity Too Large\r\n/);
  assert.match(refusal, /Connection: close/i);
});

test('refuses a body over the limit, and the client sees why', async () => {
  await using server = await TestRestServer.start(describe, { maxBodyBytes: 1000 });
  const body = Buffer.alloc(20_000_000);
  const known = await fetch(server.url, { method: 'POST', body });
  assert.equal(known.status, 413);
  assert.equal(
    await known.text(),
    error('The request body is larger than the limit of 1000 bytes'),
  );
  const options: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    body: new Blob([body]).stream(),
    duplex: 'half',
  };
  assert.equal((await fetch(server.url, options)).status, 413);
  assert.equal((await fetch(server.url, { method: 'POST', body: 'x' })).status, 200);
  assert.equal(server.refusals.counts.too_large, 2);
  assert.equal(server.budget.used, 0);
});

test('refuses what exceeds the budget of all requests together, and takes more when it is free', async () => {
  const first = Promise.withResolvers<RestReply>();
  const started = Promise.withResolvers<void>();
  await using server = await TestRestServer.start(
    (request) => {
      if (request.target !== '/first') return describe(request);
      started.resolve();
      return first.promise;
    },
    {},
    50_000,
  );
  const holding = fetch(`${server.url}/first`, { method: 'POST', body: Buffer.alloc(40_000) });
  await started.promise;
  const refused = await fetch(server.url, { method: 'POST', body: Buffer.alloc(20_000) });
  assert.equal(refused.status, 503);
  assert.equal(
    await refused.text(),
    error('The requests in flight hold all of the 50000 bytes set aside for them'),
  );
  first.resolve({ status: 200, headers: {}, body: '' });
  await holding;
  assert.equal(server.budget.used, 0);
  const accepted = await fetch(server.url, { method: 'POST', body: Buffer.alloc(20_000) });
  assert.equal(accepted.status, 200);
  assert.equal(server.refusals.counts.bytes_in_flight, 1);
});

test('answers what is not HTTP with 400, after the replies that are due', async () => {
  const slow = Promise.withResolvers<void>();
  await using server = await TestRestServer.start(async (request) => {
    await slow.promise;
    return describe(request);
  });
  using client = await RawClient.connect(server.listener.port);
  client.write(`${post('/good', 'x')}what is this\r\n\r\n`);
  while (server.refusals.counts.malformed === 0) await new Promise(setImmediate);
  assert.equal(client.received, '');
  slow.resolve();
  const received = await client.untilClosed();
  const [good, bad] = received.split(/(?=HTTP\/1\.1 400)/);
  assert.match(good!, /^HTTP\/1\.1 200 OK\r\n.*"target":"\/good"/s);
  assert.match(bad!, /^HTTP\/1\.1 400 Bad Request\r\n.*"error": "Malformed HTTP request: /s);
});

test('a body that breaks off in bad chunks is dropped, and its bytes with it', async () => {
  await using server = await TestRestServer.start(describe);
  using client = await RawClient.connect(server.listener.port);
  client.write(
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\nzz\r\n',
  );
  assert.match(await client.untilClosed(), /^HTTP\/1\.1 400 Bad Request/);
  assert.equal(server.budget.used, 0);
});

test('takes a target with the address of the server in it for its path', async () => {
  await using server = await TestRestServer.start(describe);
  using client = await RawClient.connect(server.listener.port);
  client.write('GET HTTP://a:80/v1/x?y=http://b/c HTTP/1.1\r\nHost: a:80\r\n\r\n');
  await client.until(/"target":"\/v1\/x\?y=http:\/\/b\/c"/);
});

test('refuses header fields over the limit, unknown methods, and requests that take too long', async () => {
  const limits = { maxHeaderBytes: 2000, headersTimeoutMs: 50, requestTimeoutMs: 100 };
  await using server = await TestRestServer.start(describe, limits);
  const cases = [
    [`GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(3000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 501 .*<H1>Not Implemented/s],
    ['FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 501 .*<H1>Not Implemented/s],
    ['{"instances": [1]}', /^HTTP\/1\.1 400 .*"error": "Malformed HTTP request: /s],
    ['GET / HTTP/1.1\r\nHost:', /^HTTP\/1\.1 408 Request Time-out/],
    ['POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf', /^HTTP\/1\.1 408 Request Time-out/],
  ] as const;
  for (const [request, expected] of cases) {
    using client = await RawClient.connect(server.listener.port);
    client.write(request);
    assert.match(await client.untilClosed(), expected);
  }
  assert.deepEqual(server.refusals.counts, {
    too_large: 0,
    bytes_in_flight: 0,
    request_timeout: 2,
    reply_timeout: 0,
    malformed: 1,
    headers_too_large: 1,
    unsupported: 2,
    tls_handshake: 0,
    batch_queue_full: 0,
  });
  assert.equal(server.budget.used, 0);
});

test('a reply that its client does not take counts against the budget, and not for ever', async () => {
  const reply = { status: 200, headers: json, body: Buffer.alloc(30e6) };
  await using server = await TestRestServer.start(() => reply, { replyStallMs: 100 });
  using client = await RawClient.connect(server.listener.port);
  client.socket.pause();
  client.write(post('/', ''));
  while (server.budget.used === 0) await new Promise(setImmediate);
  assert.equal(server.budget.used, 30e6);
  while (server.listener.connections > 0) await new Promise(setImmediate);
  assert.equal(server.budget.used, 0);
  assert.equal(server.refusals.counts.reply_timeout, 1);
});

test('a slow handler has all its time, also behind a large reply', async () => {
  await using server = await TestRestServer.start(
    (request) =>
      request.target === '/large'
        ? { status: 200, headers: json, body: Buffer.alloc(100_000, 'x') }
        : new Promise((resolve) => setTimeout(() => resolve(describe(request)), 200)),
    { replyStallMs: 50 },
  );
  using client = await RawClient.connect(server.listener.port);
  client.write(post('/large', '') + post('/slow', ''));
  await client.until(/"target":"\/slow"/);
  client.write(post('/slow', '', 'Connection: close'));
  assert.match(await client.untilClosed(), /"target":"\/slow".*"target":"\/slow"/s);
  assert.equal(server.budget.used, 0);
});

test('tells a gRPC client that this is not its port', async () => {
  await using server = await TestRestServer.start(describe);
  using client = await RawClient.connect(server.listener.port);
  client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  assert.match(await client.untilClosed(), /^HTTP\/1\.1 400 .*gRPC has a port of its own/s);
});

test('aborts the signal when the client goes, pipelined requests included', async () => {
  const signals: AbortSignal[] = [];
  const all = Promise.withResolvers<void>();
  await using server = await TestRestServer.start((request) => {
    if (signals.push(request.signal) === 2) all.resolve();
    return new Promise(() => {});
  });
  using client = await RawClient.connect(server.listener.port);
  client.write(post('/1', 'a') + post('/2', 'b'));
  await all.promise;
  client.socket.destroy();
  await Promise.all(signals.map((signal) => signal.aborted || once(signal, 'abort')));
  assert.ok(signals.every((signal) => signal.aborted));
});

test('a client that goes in the middle of its body leaves nothing behind', async () => {
  await using server = await TestRestServer.start(describe);
  using client = await RawClient.connect(server.listener.port);
  client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf of it');
  while (server.budget.used === 0) await new Promise(setImmediate);
  client.socket.destroy();
  while (server.listener.connections > 0) await new Promise(setImmediate);
  assert.equal(server.budget.used, 0);
});

test('a handler that breaks its contract is answered with 500 and logged', async () => {
  for (const handler of [
    () => {
      throw new Error('thrown');
    },
    () => Promise.reject(new Error('rejected')),
  ]) {
    await using server = await TestRestServer.start(handler);
    const response = await fetch(server.url, { headers: { 'x-request-id': 'id-9' } });
    assert.equal(response.status, 500);
    assert.match(await response.text(), /"error": "(thrown|rejected)"/);
    const [line] = server.logger.entries;
    assert.equal(line?.level, 'error');
    assert.equal(line?.fields.requestId, 'id-9');
  }
});

test('keeps connections for the next request', async () => {
  await using server = await TestRestServer.start(describe);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (let i = 0; i < 3; i += 1) {
    const request = httpRequest(server.url, { agent });
    request.end();
    const [response] = await once(request, 'response');
    ports.add(request.socket?.localPort);
    await once(response.resume(), 'end');
  }
  assert.equal(ports.size, 1);
  agent.destroy();
});
