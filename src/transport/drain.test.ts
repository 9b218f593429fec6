import assert from 'node:assert/strict';
import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { test } from 'node:test';
import type { ServiceError } from '@grpc/grpc-js';
import type { GrpcService, RestReply } from '../protocol/index.ts';
import { echoService } from '../protocol/testing/echo-service.ts';
import { joinBytes } from '../util/index.ts';
import { TestGrpcClient } from './testing/grpc-client.ts';
import { TestGrpcServer } from './testing/grpc-server.ts';
import { frame } from './testing/http2-call.ts';
import { RawClient } from './testing/raw-client.ts';
import { TestRestServer } from './testing/rest-server.ts';

const graceMs = 20_000;
const rounds = process.env.SERVAL_EXHAUSTIVE ? 20 : 4;
const echoLater = '/serval.testing.Echo/EchoLater';

/** A latch that opens at the n-th call of `count`. */
function after(n: number): { readonly reached: Promise<void>; count(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    reached: promise,
    count() {
      n -= 1;
      if (n === 0) resolve();
    },
  };
}

/** The echo service, with every call of EchoLater reported. */
function countedEcho(onCall: () => void): GrpcService {
  const { descriptor, methods } = echoService();
  const later = methods.EchoLater;
  assert.ok(later?.kind === 'unary');
  return {
    descriptor,
    methods: {
      ...methods,
      EchoLater: {
        kind: 'unary',
        handle(message, call) {
          onCall();
          return later.handle(message, call);
        },
      },
    },
  };
}

test('gRPC: stopped under load, every call is answered or was never sent', async () => {
  const large = Buffer.alloc(300_000, 7);
  for (let round = 0; round < rounds; round += 1) {
    let answered = 0;
    let handled = 0;
    const warm = after(200);
    const service = countedEcho(() => {
      handled += 1;
      warm.count();
    });
    await using server = await TestGrpcServer.start({ services: [service] });
    const failures: string[] = [];
    const callers = Array.from({ length: 32 }, async (_, i) => {
      using client = new TestGrpcClient(server.port);
      const message = i % 4 === 0 ? large : Buffer.from(`caller ${i}`);
      try {
        for (;;) {
          const reply = await client.unary(echoLater, message);
          assert.ok(reply.equals(message));
          answered += 1;
        }
      } catch (error) {
        failures.push((error as ServiceError).details);
      }
    });
    await warm.reached;
    await server.listener.stop(graceMs);
    await Promise.all(callers);
    assert.equal(answered, handled);
    for (const failure of failures) assert.match(failure, /ECONNREFUSED/);
    assert.equal(server.listener.connections, 0);
    assert.equal(server.listener.served.callsInFlight, 0);
  }
});

/** An HTTP/2 frame. */
function http2Frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** A whole call in HTTP/2 frames, its header fields without any compression. */
function rawCall(stream: number, message: string): Buffer {
  const fields = {
    ':method': 'POST',
    ':scheme': 'http',
    ':authority': 'x',
    ':path': echoLater,
    'content-type': 'application/grpc',
  };
  const block = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
  return Buffer.concat([
    http2Frame(1, 4, stream, Buffer.concat(block)),
    http2Frame(0, 1, stream, frame(Buffer.from(message))),
  ]);
}

test('gRPC: a call that crosses the announcement of the end on its way is answered', async () => {
  await using server = await TestGrpcServer.start({ services: [echoService()] });
  using client = await RawClient.connect(server.port);
  client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n').write(http2Frame(4, 0, 0, Buffer.alloc(0)));
  client.write(rawCall(1, 'the first'));
  await client.until(/the first/);
  const stopped = server.listener.stop(graceMs);
  // GOAWAY with the highest stream id; then a ping, whose answer we hold back.
  const announcement = /\x08\x07\0{5}\x7f\xff{3}\0{4}/;
  const ping = /\x08\x06\0{5}(.{8})/s;
  await client.until(announcement);
  const [, payload] = ping.exec(await client.until(ping))!;
  client.write(rawCall(3, 'the second')).write(rawCall(5, 'the third'));
  await client.until(/the second.*the third/s);
  client.write(http2Frame(6, 1, 0, Buffer.from(payload!, 'latin1')));
  const received = await client.untilClosed();
  // The final GOAWAY names the last call taken.
  assert.match(received, /\x08\x07\0{5}\0{3}\x05\0{4}/);
  await stopped;
});

test('gRPC: an end waits for a call in flight, and watches of health end by themselves', async () => {
  const started = Promise.withResolvers<void>();
  const reply = Promise.withResolvers<Uint8Array>();
  const { descriptor } = echoService();
  const service: GrpcService = {
    descriptor,
    methods: {
      Hang: {
        kind: 'unary',
        handle: () => {
          started.resolve();
          return reply.promise;
        },
      },
    },
  };
  await using server = await TestGrpcServer.start({ services: [service] });
  using client = new TestGrpcClient(server.port);
  const statuses: number[] = [];
  const watch = client.duplex('/grpc.health.v1.Health/Watch');
  const watchEnd = new Promise<ServiceError>((resolve) => watch.on('error', resolve));
  watch.on('data', (message: Buffer) => statuses.push(message[1]!));
  watch.end(Buffer.alloc(0));
  const call = client.unary('/serval.testing.Echo/Hang', Buffer.from('x'));
  await started.promise;
  const stopped = server.listener.stop(graceMs);
  assert.equal((await watchEnd).details, 'The server is shutting down');
  assert.deepEqual(statuses, [1, 2]);
  reply.resolve(Buffer.from('late'));
  assert.equal((await call).toString(), 'late');
  await stopped;
  assert.equal(server.listener.connections, 0);
});

test('gRPC: what has not ended within the grace is cut off', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const services = [echoService({ onHang: started.resolve })];
  await using server = await TestGrpcServer.start({ services });
  using client = new TestGrpcClient(server.port);
  using silent = await RawClient.connect(server.port);
  const call = client.unary('/serval.testing.Echo/Hang', Buffer.from('x'));
  const failed = assert.rejects(call, { code: 14 });
  const signal = await started.promise;
  await server.listener.stop(50);
  assert.equal(server.listener.connections, 0);
  assert.ok(signal.aborted);
  await failed;
  await silent.untilClosed();
});

/** One request over an agent; resolves to the body. */
function post(url: string, agent: Agent, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest = httpRequest(url, { agent, method: 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

test('REST: stopped under load, every request is answered or was never sent', async () => {
  for (let round = 0; round < rounds; round += 1) {
    let answered = 0;
    let handled = 0;
    const warm = after(300);
    await using server = await TestRestServer.start((request) => {
      handled += 1;
      warm.count();
      const reply: RestReply = { status: 200, headers: {}, body: joinBytes(request.body) };
      return new Promise((resolve) => setImmediate(() => resolve(reply)));
    });
    const failures: unknown[] = [];
    const agent = new Agent({ keepAlive: true });
    const callers = Array.from({ length: 32 }, async (_, i) => {
      const body = i % 4 === 0 ? 'x'.repeat(300_000) : `caller ${i}`;
      const isFetch = i % 2 === 1;
      try {
        for (;;) {
          const text = isFetch
            ? await (await fetch(server.url, { method: 'POST', body })).text()
            : await post(server.url, agent, body);
          assert.ok(text === body);
          answered += 1;
        }
      } catch (error) {
        failures.push(isFetch && error instanceof TypeError ? error.cause : error);
      }
    });
    await warm.reached;
    await server.listener.stop(graceMs);
    await Promise.all(callers);
    agent.destroy();
    assert.equal(answered, handled);
    for (const failure of failures) {
      assert.equal((failure as NodeJS.ErrnoException).syscall, 'connect');
    }
    assert.equal(server.listener.connections, 0);
  }
});

test('REST: a request on its way on an idle connection is answered, and its connection closed', async () => {
  await using server = await TestRestServer.start((request) => ({
    status: 200,
    headers: {},
    body: request.target,
  }));
  using client = await RawClient.connect(server.listener.port);
  client.write('GET /first HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.doesNotMatch(await client.until(/first$/), /Connection: close/i);
  const stopped = server.listener.stop(graceMs);
  await new Promise((resolve) => setTimeout(resolve, 20));
  client.write('GET /second HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.match(await client.untilClosed(), /Connection: close\r\n.*second$/is);
  await stopped;
});

test('REST: pipelined requests are all answered, the last with Connection: close', async () => {
  const waiting: (() => void)[] = [];
  const three = after(3);
  await using server = await TestRestServer.start((request) => {
    three.count();
    return new Promise((resolve) => {
      waiting.push(() => resolve({ status: 200, headers: {}, body: request.target }));
    });
  });
  using client = await RawClient.connect(server.listener.port);
  for (const name of ['one', 'two', 'three']) {
    client.write(`GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`);
  }
  await three.reached;
  const stopped = server.listener.stop(graceMs);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const reply of waiting) reply();
  const received = await client.untilClosed();
  assert.match(received, /\/one.*\/two.*Connection: close.*\/three$/is);
  assert.equal(received.match(/Connection: close/gi)?.length, 1);
  await stopped;
});

test('REST: idle and silent connections are closed after the linger, new ones refused', async () => {
  const reply: RestReply = { status: 200, headers: {}, body: '' };
  await using server = await TestRestServer.start(() => reply, { drainLingerMs: 30 });
  using idle = await RawClient.connect(server.listener.port);
  idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await idle.until(/\r\n\r\n/);
  using silent = await RawClient.connect(server.listener.port);
  await server.listener.stop(graceMs);
  await Promise.all([idle.untilClosed(), silent.untilClosed()]);
  await assert.rejects(RawClient.connect(server.listener.port), { code: 'ECONNREFUSED' });
});

test('REST: what has not been answered within the grace is cut off', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  await using server = await TestRestServer.start((request) => {
    started.resolve(request.signal);
    return new Promise(() => {});
  });
  using client = await RawClient.connect(server.listener.port);
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const signal = await started.promise;
  await server.listener.stop(50);
  assert.ok(signal.aborted);
  await client.untilClosed();
});

for (const [kind, fields] of [
  ['plain', ''],
  ['other', 'Trailer: x\r\n'],
]) {
  test(`REST: a large reply on its way at the end arrives whole (${kind} request)`, async () => {
    const body = Buffer.alloc(30_000_000, 'x');
    await using server = await TestRestServer.start(() => ({ status: 200, headers: {}, body }), {
      drainLingerMs: 1,
    });
    using client = await RawClient.connect(server.listener.port);
    let received = 0;
    client.socket.pause();
    client.write(`GET / HTTP/1.1\r\nHost: x\r\n${fields}\r\n`);
    while (server.budget.used === 0) await new Promise(setImmediate);
    const stopped = server.listener.stop(graceMs);
    // Longer than the linger.
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.socket.on('data', (text: string) => {
      received += text.length;
    });
    client.socket.resume();
    await client.untilClosed();
    assert.ok(received > body.length, `${received} bytes arrived`);
    await stopped;
  });
}

test('REST: a request right behind a long body is answered at the end, too', async () => {
  await using server = await TestRestServer.start(({ target, body }) => ({
    ...{ status: 200, headers: {} },
    body: `<${target} ${body.length}>`,
  }));
  using client = await RawClient.connect(server.listener.port);
  const long = 'x'.repeat(100_000);
  client.write(`POST /long HTTP/1.1\r\nContent-Length: ${long.length}\r\n\r\n${long.slice(0, -1)}`);
  while (server.budget.used < long.length - 1) await new Promise(setImmediate);
  const stopped = server.listener.stop(graceMs);
  await new Promise((resolve) => setTimeout(resolve, 20));
  client.write('xGET /behind HTTP/1.1\r\n\r\n');
  const received = await client.untilClosed();
  assert.match(received, /<\/long 100000>[^<]*Connection: close[^<]*<\/behind 0>$/);
  await stopped;
});

test('REST: a reply that waited for another one ends its connection', async () => {
  const waiting: (() => void)[] = [];
  await using server = await TestRestServer.start(
    ({ target }) => {
      const reply = { status: 200, headers: {}, body: `<${target}>` };
      if (target === '/second') return reply;
      return new Promise((resolve) => waiting.push(() => resolve(reply)));
    },
    { drainLingerMs: 1 },
  );
  using client = await RawClient.connect(server.listener.port);
  client.write('GET /first HTTP/1.1\r\n\r\n');
  while (waiting.length === 0) await new Promise(setImmediate);
  client.write('GET /second HTTP/1.1\r\n\r\n');
  for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);
  const stopped = server.listener.stop(graceMs);
  await new Promise((resolve) => setTimeout(resolve, 50));
  waiting[0]!();
  assert.match(await client.untilClosed(), /<\/first>[^<]*Connection: close[^<]*<\/second>$/);
  await stopped;
});
