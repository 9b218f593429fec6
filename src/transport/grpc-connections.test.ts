import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { compressionAlgorithms, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { echoService } from '../protocol/testing/echo-service.ts';
import { internal, notFound, type StatusError } from '../status/index.ts';
import { TestGrpcClient } from './testing/grpc-client.ts';
import { TestGrpcServer } from './testing/grpc-server.ts';
import { frame, http2Call } from './testing/http2-call.ts';
import { RawClient } from './testing/raw-client.ts';

const echo = '/serval.testing.Echo/Echo';
const echoLater = '/serval.testing.Echo/EchoLater';
const hang = '/serval.testing.Echo/Hang';
const message = Buffer.from('a message');

/** Fills a buffer so that a byte out of place shows. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (i * 31) ^ (i >> 8);
  return bytes;
}

async function rejectionOf(promise: Promise<unknown>): Promise<ServiceError> {
  return promise.then(
    () => assert.fail('the call succeeded'),
    (error: ServiceError) => error,
  );
}

/** A client may have a reply before the server sees the end of its stream. */
async function allIsGivenBack(server: TestGrpcServer): Promise<void> {
  while (server.listener.served.callsInFlight > 0) await new Promise(setImmediate);
  assert.equal(server.budget.used, 0);
}

test('answers unary calls of every size, at once and later', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  using client = new TestGrpcClient(server.port);
  for (const size of [0, 1, 9, 16_379, 16_384, 65_536, 1_000_003, 9_000_000]) {
    const sent = pattern(size);
    for (const method of [echo, echoLater]) {
      const reply = await client.unary(method, sent);
      assert.ok(reply.equals(sent), `${size} bytes by ${method}`);
    }
  }
  await allIsGivenBack(server);
});

test('answers calls at the same time, each its own', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  using client = new TestGrpcClient(server.port);
  await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const sent = Buffer.from(`call ${i}`.repeat(1 + (i % 50) * 40));
      const reply = await client.unary(i % 2 === 0 ? echo : echoLater, sent);
      assert.equal(reply.toString(), sent.toString());
    }),
  );
});

test('gives an error its code and exact text, and logs only our own faults', async () => {
  const texts = ['plain', 'percent % and\nnewline', 'ünïcödé → 模型', 'x'.repeat(1024)];
  for (const text of texts) {
    const services = [echoService({ failure: notFound(text) })];
    await using server = await TestGrpcServer.start({ services });
    using client = new TestGrpcClient(server.port);
    const error = await rejectionOf(client.unary('/serval.testing.Echo/Fail', message));
    assert.equal(error.code, status.NOT_FOUND);
    assert.equal(error.details, text);
    assert.deepEqual(server.logger.messages('error'), []);
  }
});

test('cuts a long error text as TFS does', async () => {
  const services = [echoService({ failure: notFound('x'.repeat(3000)) })];
  await using server = await TestGrpcServer.start({ services });
  using client = new TestGrpcClient(server.port);
  const error = await rejectionOf(client.unary('/serval.testing.Echo/Fail', message));
  assert.equal(error.details, `${'x'.repeat(1024)}...TRUNCATED`);
});

test('logs an internal error with its cause and the request id, and tells the client the text', async () => {
  const cause = new Error('the secret cause');
  const services = [echoService({ failure: internal('it broke', { cause }) })];
  await using server = await TestGrpcServer.start({ services });
  using client = new TestGrpcClient(server.port);
  const metadata = new Metadata();
  metadata.set('x-request-id', 'my-id-7');
  const call = client.unary('/serval.testing.Echo/Fail', message, { metadata });
  const error = await rejectionOf(call);
  assert.equal(error.details, 'it broke');
  const [line] = server.logger.entries.filter(({ level }) => level === 'error');
  assert.equal(line!.fields.requestId, 'my-id-7');
  assert.equal((line!.fields.error as StatusError).cause, cause);
});

test('answers UNIMPLEMENTED for unknown services, unknown methods and missing ones', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  using client = new TestGrpcClient(server.port);
  for (const method of [
    '/no.Such/Echo',
    '/serval.testing.Echo/Nope',
    '/serval.testing.Echo/Missing',
  ]) {
    const error = await rejectionOf(client.unary(method, message));
    assert.equal(error.code, status.UNIMPLEMENTED);
    assert.equal(error.details, `Unknown method ${method}`);
  }
});

test('passes messages both ways through a streaming call, and ends with the client', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  using client = new TestGrpcClient(server.port);
  const call = client.duplex('/serval.testing.Echo/Chat');
  const sent = Array.from({ length: 60 }, (_, i) => pattern(i * 7000));
  for (const part of sent) call.write(part);
  call.end();
  const received: Buffer[] = [];
  for await (const part of call) received.push(part as Buffer);
  assert.equal(received.length, sent.length);
  for (const [i, part] of sent.entries()) assert.ok(part.equals(received[i]!), `message ${i}`);
  assert.equal(server.budget.used, 0);
});

test('inflates compressed requests and compresses the replies to them', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  for (const algorithm of [compressionAlgorithms.gzip, compressionAlgorithms.deflate]) {
    using client = new TestGrpcClient(server.port, {
      'grpc.default_compression_algorithm': algorithm,
    });
    for (const size of [10, 5000, 400_000]) {
      const sent = pattern(size);
      assert.ok((await client.unary(echo, sent)).equals(sent));
    }
  }
  await allIsGivenBack(server);
  const zeros = Buffer.alloc(100_000);
  const headers = {
    ':path': echo,
    'grpc-encoding': 'gzip',
    'grpc-accept-encoding': 'identity, gzip',
  };
  const reply = await http2Call(server.port, headers, (stream) => {
    stream.end(frame(gzipSync(zeros), 1));
  });
  assert.equal(reply.headers['grpc-encoding'], 'gzip');
  assert.ok(reply.body.length < 1000);
  const unwilling = await http2Call(
    server.port,
    { ':path': echo, 'grpc-encoding': 'gzip' },
    (stream) => stream.end(frame(gzipSync(zeros), 1)),
  );
  assert.equal(unwilling.headers['grpc-encoding'], undefined);
  assert.ok(unwilling.body.subarray(5).equals(zeros));
});

test('answers bad input with its canonical error and goes on', async (t) => {
  const maxMessageBytes = 100_000;
  await using server = await TestGrpcServer.start({ services: [echoService()], maxMessageBytes });
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const cases: {
    name: string;
    headers?: Record<string, string>;
    bytes: Uint8Array;
    code: number;
    text: RegExp;
  }[] = [
    { name: 'no message', bytes: Buffer.alloc(0), code: 12, text: /no message/ },
    {
      name: 'two messages',
      bytes: Buffer.concat([frame(message), frame(message)]),
      code: 12,
      text: /more than one message/,
    },
    {
      name: 'a truncated message',
      bytes: frame(message, 0, 50),
      code: 13,
      text: /ends within a message/,
    },
    { name: 'a truncated header', bytes: Buffer.from([0, 0]), code: 13, text: /ends within/ },
    { name: 'an unknown flag', bytes: frame(message, 7), code: 13, text: /flag byte 7/ },
    {
      name: 'a huge length',
      bytes: frame(message, 0, 0xffffffff),
      code: 8,
      text: /^SERVER: Received message larger than max \(4294967295 vs. 100000\)$/,
    },
    {
      name: 'compressed without an encoding',
      bytes: frame(gzipSync(message), 1),
      code: 13,
      text: /no grpc-encoding/,
    },
    {
      name: 'compressed, but not so',
      headers: { 'grpc-encoding': 'gzip' },
      bytes: frame(message, 1),
      code: 13,
      text: /not valid gzip/,
    },
    {
      name: 'a bomb',
      headers: { 'grpc-encoding': 'gzip' },
      bytes: frame(bomb, 1),
      code: 8,
      text: /^SERVER: Received message larger than max/,
    },
    {
      name: 'an unknown encoding',
      headers: { 'grpc-encoding': 'snappy' },
      bytes: frame(message, 1),
      code: 12,
      text: /snappy is not supported; supported: identity,deflate,gzip/,
    },
    {
      name: 'an invalid timeout',
      headers: { 'grpc-timeout': '5 minutes' },
      bytes: frame(message),
      code: 3,
      text: /Invalid grpc-timeout: 5 minutes/,
    },
  ];
  for (const { name, headers, bytes, code, text } of cases) {
    await t.test(name, async () => {
      const reply = await http2Call(server.port, { ':path': echo, ...headers }, (stream) => {
        stream.end(bytes);
      });
      const trailers = { ...reply.headers, ...reply.trailers };
      assert.equal(trailers['grpc-status'], String(code));
      assert.match(decodeURIComponent(String(trailers['grpc-message'])), text);
      assert.equal(trailers['grpc-accept-encoding'], 'identity,deflate,gzip');
      assert.equal(server.budget.used, 0);
    });
  }
  using client = new TestGrpcClient(server.port);
  assert.ok((await client.unary(echo, message)).equals(message));
  assert.deepEqual(server.logger.messages('error'), []);
  assert.deepEqual(server.refusals.counts, {
    too_large: 2,
    bytes_in_flight: 0,
    request_timeout: 0,
    reply_timeout: 0,
    malformed: 8,
    headers_too_large: 0,
    unsupported: 1,
    tls_handshake: 0,
    batch_queue_full: 0,
  });
});

test('answers what is not gRPC with an HTTP error', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  for (const contentType of ['application/json', 'application/grpc-web', 'application/grpc+json']) {
    const headers = { ':path': echo, 'content-type': contentType };
    const reply = await http2Call(server.port, headers, (stream) => stream.end(frame(message)));
    assert.equal(reply.headers[':status'], 415);
  }
  const get = await http2Call(server.port, { ':path': echo, ':method': 'GET' }, () => {});
  assert.equal(get.headers[':status'], 405);
  for (const contentType of ['application/grpc+proto', 'application/grpc;charset=utf-8']) {
    const headers = { ':path': echo, 'content-type': contentType };
    const reply = await http2Call(server.port, headers, (stream) => stream.end(frame(message)));
    assert.equal(reply.trailers['grpc-status'], '0');
  }
});

test('closes a connection that does not speak HTTP/2 and serves the others', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  using client = new TestGrpcClient(server.port);
  using raw = await RawClient.connect(server.port);
  raw.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await raw.untilClosed();
  assert.ok((await client.unary(echo, message)).equals(message));
});

test('stops an upload that is over the limit, and the client sees why', async () => {
  const maxMessageBytes = 1000;
  await using server = await TestGrpcServer.start({ services: [echoService()], maxMessageBytes });
  using client = new TestGrpcClient(server.port);
  for (let i = 0; i < 5; i += 1) {
    const error = await rejectionOf(client.unary(echo, Buffer.alloc(30_000_000)));
    assert.equal(error.code, status.RESOURCE_EXHAUSTED);
    assert.equal(error.details, 'SERVER: Received message larger than max (30000000 vs. 1000)');
  }
});

test('refuses what exceeds the budget of all calls together, and takes more when it is free', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const services = [echoService({ onHang: started.resolve })];
  await using server = await TestGrpcServer.start({ services, budgetBytes: 50_000 });
  using client = new TestGrpcClient(server.port);
  const abort = Promise.withResolvers<() => void>();
  const first = rejectionOf(
    client.unary(hang, Buffer.alloc(40_000), {
      onCall: (call) => abort.resolve(() => call.cancel()),
    }),
  );
  await started.promise;
  const refused = await rejectionOf(client.unary(echo, Buffer.alloc(20_000)));
  assert.equal(refused.code, status.UNAVAILABLE);
  assert.equal(server.refusals.counts.bytes_in_flight, 1);
  assert.ok((await client.unary(echo, Buffer.alloc(5000))).length === 5000);
  (await abort.promise)();
  assert.equal((await first).code, status.CANCELLED);
});

test('a reply that its client does not take counts against the budget, and not for ever', async () => {
  const services = [echoService()];
  const limits = { replyStallMs: 100 };
  await using server = await TestGrpcServer.start({ services, limits, budgetBytes: 3e6 });
  const session = connect(`http://127.0.0.1:${server.port}`, {
    settings: { initialWindowSize: 1000 },
  });
  try {
    const headers = { ':method': 'POST', ':path': echo, 'content-type': 'application/grpc' };
    const stream = session.request({ ...headers, te: 'trailers' });
    // Never read: the window stays closed.
    stream.on('error', () => {});
    stream.end(frame(Buffer.alloc(2e6)));
    await once(stream, 'response');
    assert.equal(server.budget.used, 2e6);
    using client = new TestGrpcClient(server.port);
    const refused = await rejectionOf(client.unary(echo, Buffer.alloc(15e5)));
    assert.equal(refused.code, status.UNAVAILABLE);
    await allIsGivenBack(server);
    assert.equal(server.refusals.counts.reply_timeout, 1);
    assert.equal((await client.unary(echo, Buffer.alloc(1e6))).length, 1e6);
  } finally {
    session.destroy();
  }
});

test('sends DEADLINE_EXCEEDED at the deadline, and aborts the signal of a run that goes on', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const services = [echoService({ onHang: started.resolve })];
  await using server = await TestGrpcServer.start({ services });
  const reply = await http2Call(server.port, { ':path': hang, 'grpc-timeout': '40m' }, (stream) => {
    stream.end(frame(message));
  });
  assert.equal(reply.headers['grpc-status'], '4');
  assert.equal(reply.headers['grpc-message'], 'Deadline Exceeded');
  const signal = await started.promise;
  assert.ok(signal.aborted);
  assert.equal(signal.reason.message, 'Deadline Exceeded');
});

test('a deadline that has passed on arrival is answered so', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  const reply = await http2Call(server.port, { ':path': hang, 'grpc-timeout': '0n' }, (stream) => {
    stream.end(frame(message));
  });
  assert.equal(reply.headers['grpc-status'], '4');
});

test('a request that does not arrive in time is answered', async () => {
  await using server = await TestGrpcServer.start({
    services: [echoService()],
    requestTimeoutMs: 30,
  });
  const reply = await http2Call(server.port, { ':path': echo }, (stream) => {
    stream.write(frame(message, 0, 500));
  });
  assert.equal(reply.headers['grpc-status'], '4');
  assert.match(String(reply.headers['grpc-message']), /did not arrive within 30 ms/);
  assert.equal(server.refusals.counts.request_timeout, 1);
  assert.equal(server.budget.used, 0);
});

test('a cancelled call aborts its signal', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  await using server = await TestGrpcServer.start({
    services: [echoService({ onHang: started.resolve })],
  });
  using client = new TestGrpcClient(server.port);
  const error = rejectionOf(
    client.unary(hang, message, {
      onCall: (call) => void started.promise.then(() => call.cancel()),
    }),
  );
  const signal = await started.promise;
  if (!signal.aborted) await once(signal, 'abort');
  assert.equal(signal.reason.code, status.CANCELLED);
  assert.equal((await error).code, status.CANCELLED);
});

test('a connection that breaks aborts all its calls', async () => {
  const signals: AbortSignal[] = [];
  const all = Promise.withResolvers<void>();
  const onHang = (signal: AbortSignal): void => {
    if (signals.push(signal) === 3) all.resolve();
  };
  await using server = await TestGrpcServer.start({ services: [echoService({ onHang })] });
  const session = connect(`http://127.0.0.1:${server.port}`);
  session.on('error', () => {});
  for (let i = 0; i < 3; i += 1) {
    const headers = { ':method': 'POST', ':path': hang, 'content-type': 'application/grpc' };
    const stream = session.request(headers);
    stream.on('error', () => {});
    stream.end(frame(message));
  }
  await all.promise;
  session.socket.destroy();
  await Promise.all(signals.map((signal) => signal.aborted || once(signal, 'abort')));
  assert.ok(signals.every((signal) => signal.aborted));
});
