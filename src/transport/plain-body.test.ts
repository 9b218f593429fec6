import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RestHandler, RestReply, RestRequest } from '../protocol/index.ts';
import { ByteChunks, type Bytes, joinBytes } from '../util/index.ts';
import type { Http1Limits } from './index.ts';
import { RawClient } from './testing/raw-client.ts';
import { TestRestServer } from './testing/rest-server.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Text that is nowhere the same. */
function pattern(length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++) text += `${i},`;
  return text.slice(0, length);
}

const binary = 'Content-Type: application/x-npy';

function post(target: string, body: string, ...fields: string[]): string {
  const lines = [`POST ${target} HTTP/1.1`, `Content-Length: ${body.length}`, ...fields];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Keeps what it was given, and tells how long it was and how it ended. */
function recorder(bodies: Bytes[]) {
  return async ({ target, body }: RestRequest): Promise<RestReply> => {
    bodies.push(body);
    await turn();
    const text = Buffer.from(joinBytes(body)).toString('latin1');
    const isRight = text === pattern(text.length);
    return { status: 200, headers: {}, body: `<${target} ${text.length} ${isRight}>` };
  };
}

/** Waits until the server has counted so many bytes of what was sent. */
async function untilCounted(server: TestRestServer, bytes: number): Promise<void> {
  while (server.budget.used < bytes) await turn();
}

const long = pattern(100_000);

const half = post('/', long, binary).slice(0, 60_000);

for (const isDirect of [false, true]) {
  const start = (
    handler: RestHandler,
    limits: Partial<Http1Limits> = {},
    budgetBytes = Number.POSITIVE_INFINITY,
  ) => TestRestServer.start(handler, limits, budgetBytes, isDirect);

  describe(isDirect ? 'on a socket that is read directly' : 'on a socket of a server', () => {
    test('a long body may come in pieces, cut anywhere, and others follow it', async () => {
      const bodies: Bytes[] = [];
      await using server = await start(recorder(bodies));
      for (const fields of [[], [binary]]) {
        using client = await RawClient.connect(server.listener.port);
        client.socket.setNoDelay();
        const request = post('/', long, ...fields);
        const headLength = request.length - long.length;
        const cuts = [10, headLength, headLength + 1, 5000, 70_000, request.length - 1];
        for (const [i, cut] of cuts.entries()) {
          client.write(request.slice(0, cut));
          if (cut > headLength) await untilCounted(server, cut - headLength);
          else for (let turns = 0; turns < 10; turns++) await turn();
          client.write(request.slice(cut));
          await client.until(new RegExp(`^(?:[^<]*</ 100000 true>){${i + 1}}$`));
        }
        client.write(post('/short', pattern(9)));
        await client.until(/<\/short 9 true>$/);
        client.write(post('/', pattern(3_000_000), ...fields));
        await client.until(/<\/ 3000000 true>$/);
      }
      assert.equal(server.budget.used, 0);
      const chunks = bodies.flatMap((body) => (body instanceof ByteChunks ? body.chunks : [body]));
      const kept = chunks.map(({ length }) => length).filter((length) => length >= 32_768);
      assert.deepEqual(kept, [], 'memory that is of no more use is given back');
    });

    test('the memory of large bodies is used again, by one body at a time', async () => {
      const bodies: Bytes[] = [];
      await using server = await start(async ({ body }) => {
        bodies.push(body);
        await turn();
        const bytes = joinBytes(body);
        const isRight = bytes.every((byte) => byte === bytes[0]);
        return { status: 200, headers: {}, body: `<${String.fromCharCode(bytes[0]!)} ${isRight}>` };
      });
      const bodyBytes = 17 << 20;
      const send = async (letters: string) => {
        using client = await RawClient.connect(server.listener.port);
        for (const [i, letter] of [...letters].entries()) {
          client.write(post('/', letter.repeat(bodyBytes)));
          const answers = [...letters.slice(0, i + 1)].map((sent) => `[^<]*<${sent} true>`);
          await client.until(new RegExp(`^${answers.join('')}$`));
        }
      };
      await send('ab');
      await Promise.all(['cdef', 'ghij', 'klmn'].map(send));
      assert.equal(bodies.length, 14);
      const buffers = new Set(bodies.map((body) => (body as Uint8Array).buffer));
      assert.ok(buffers.size <= 3, `${buffers.size} for at most three at once`);
    });

    test('a binary body is left in pieces, JSON is joined', async () => {
      const kinds: boolean[] = [];
      await using server = await start(({ body }) => {
        kinds.push(body instanceof ByteChunks);
        return { status: 200, headers: {}, body: `<${body.length}>` };
      });
      using client = await RawClient.connect(server.listener.port);
      client.write(post('/', pattern(1_000_000)));
      await client.until(/<1000000>$/);
      client.write(post('/', pattern(1_000_001), binary));
      await client.until(/<1000001>$/);
      assert.deepEqual(kinds, [false, true]);
    });

    test('a request right behind a long body is answered after it', async () => {
      await using server = await start(recorder([]));
      using client = await RawClient.connect(server.listener.port);
      client.write(post('/1', long, binary) + post('/2', pattern(70_000)) + post('/3', pattern(3)));
      await client.until(/<\/1 100000 true>[^<]*<\/2 70000 true>[^<]*<\/3 3 true>$/);
      assert.equal(server.budget.used, 0);
    });

    test('a long body behind a request that waits is read later', async () => {
      const held = Promise.withResolvers<void>();
      const record = recorder([]);
      await using server = await start(async (request) => {
        if (request.target === '/held') await held.promise;
        return record(request);
      });
      using client = await RawClient.connect(server.listener.port);
      client.write(post('/held', 'x'));
      await untilCounted(server, 1);
      client.write(post('/long', long, binary));
      await turn();
      held.resolve();
      await client.until(/<\/held 1 false>[^<]*<\/long 100000 true>$/);
    });

    test('a long body beyond the budget or the limit is refused, and its client sees why', async () => {
      for (const [budget, maxBodyBytes, expected] of [
        [80_000, 200_000, /^HTTP\/1\.1 503 .*bytes set aside/s],
        [200_000, 80_000, /^HTTP\/1\.1 413 .*larger than the limit of 80000 bytes/s],
      ] as const) {
        await using server = await start(recorder([]), { maxBodyBytes }, budget);
        for (const fields of [[], [binary]]) {
          using client = await RawClient.connect(server.listener.port);
          client.write(post('/', long, ...fields));
          await client.until(expected);
          assert.equal(server.budget.used, 0);
        }
      }
    });

    test('a long body that ends too early is malformed', async () => {
      await using server = await start(recorder([]));
      using client = await RawClient.connect(server.listener.port);
      client.write(half);
      await untilCounted(server, 50_000);
      client.socket.end();
      assert.match(await client.untilClosed(), /^HTTP\/1\.1 400 .*Invalid EOF state/s);
      assert.equal(server.refusals.counts.malformed, 1);
      assert.equal(server.budget.used, 0);
    });

    test('a client that goes in the middle of a long body leaves nothing behind', async () => {
      await using server = await start(recorder([]));
      using client = await RawClient.connect(server.listener.port);
      client.write(half);
      await untilCounted(server, 50_000);
      client.socket.destroy();
      while (server.listener.connections > 0) await turn();
      assert.equal(server.budget.used, 0);
    });

    test('a long body that takes too long is refused, however it trickles', async () => {
      await using server = await start(recorder([]), { requestTimeoutMs: 50 });
      using client = await RawClient.connect(server.listener.port);
      client.write(half);
      const trickle = setInterval(() => client.write('x'), 5);
      const received = await client.until(/in time/);
      clearInterval(trickle);
      assert.match(received, /^HTTP\/1\.1 408 Request Time-out/);
      assert.equal(server.refusals.counts.request_timeout, 1);
      assert.equal(server.budget.used, 0);
    });

    test('an interruption answers a request in the middle of its body', async () => {
      await using server = await start(recorder([]));
      using client = await RawClient.connect(server.listener.port);
      client.write(half);
      await untilCounted(server, 50_000);
      server.listener.served.interrupt(503, 'gone wrong');
      assert.match(await client.untilClosed(), /^HTTP\/1\.1 503 .*gone wrong/s);
      assert.equal(server.budget.used, 0);
    });

    test('an end waits for the rest of a long body, and its reply ends the connection', async () => {
      await using server = await start(recorder([]), { drainLingerMs: 1 });
      using client = await RawClient.connect(server.listener.port);
      const request = post('/', long, binary);
      client.write(half);
      await untilCounted(server, 50_000);
      const stopped = server.listener.stop(10_000);
      for (let turns = 0; turns < 100; turns++) await turn();
      client.write(request.slice(half.length));
      assert.match(await client.untilClosed(), /Connection: close\r\n.*<\/ 100000 true>$/s);
      await stopped;
    });
  });
}
