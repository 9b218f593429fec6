import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Channel } from './channel.ts';
import { type ApiProtocol, openChannel } from './open-channel.ts';
import { fakeRequest } from './testing/fake-channel.ts';

type Answer = { readonly failure: string | null; readonly answer: string | null };

function ask(channel: Channel, body = 'question', right: string | null = null): Promise<Answer> {
  const answer = right === null ? null : Buffer.from(right);
  return new Promise((resolve) => {
    channel.ask({ ...fakeRequest(body), answer }, (failure, bytes) =>
      resolve({ failure, answer: bytes === null ? null : String(bytes) }),
    );
  });
}

/** Listens, opens a channel, and ends both after the work. */
async function withChannel(
  protocol: ApiProtocol,
  server: net.Server,
  work: (channel: Channel) => Promise<void>,
): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  try {
    const channel = await openChannel(protocol, { host: '127.0.0.1', port, tls: null });
    await work(channel).finally(() => channel.close());
  } finally {
    server.close();
  }
}

describe('a channel over HTTP/1.1', () => {
  it('takes answers of known length and in chunks, right and wrong ones', async () => {
    const server = http.createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      if (body.startsWith('chunks')) {
        response.write('one ');
        setImmediate(() => response.end('two'));
      } else response.end(body.repeat(2));
    });
    await withChannel('rest', server, async (channel) => {
      assert.deepEqual(await ask(channel, 'ab'), { failure: null, answer: 'abab' });
      assert.deepEqual(await ask(channel, 'chunks'), { failure: null, answer: 'one two' });
      const long = 'x'.repeat(1 << 20);
      assert.equal((await ask(channel, long)).answer?.length, 2 << 20);
      assert.equal((await ask(channel, 'ab', 'abab')).failure, null);
      assert.equal((await ask(channel, 'ab', 'abba')).failure, 'a wrong answer: abab');
      assert.equal(channel.failure, null);
    });
  });

  it('tells errors with their status and text, and takes no more where the server closes', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(503, { connection: 'close' }).end('{"error": "queue\\nfull"}');
    });
    await withChannel('rest', server, async (channel) => {
      assert.equal((await ask(channel)).failure, '503 Service Unavailable: queue full');
      assert.equal(channel.failure, 'the server closed the connection');
      assert.equal((await ask(channel)).failure, 'the server closed the connection');
    });
  });

  it('fails a request whose connection is cut', async () => {
    const server = net.createServer((socket) => void socket.once('data', () => socket.destroy()));
    await withChannel('rest', server, async (channel) => {
      assert.equal((await ask(channel)).failure, 'the server closed the connection');
    });
  });
});

const grpcHead = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers each call with its message, or with an error that the message names. */
function echo(): http2.Http2Server {
  const server = http2.createServer();
  server.on('stream', async (stream: http2.ServerHttp2Stream) => {
    stream.on('error', () => {});
    const framed = Buffer.concat(await stream.toArray()) as Buffer;
    const message = framed.subarray(5).toString();
    if (message === 'goodbye') {
      stream.session?.goaway();
    }
    if (message === 'refuse') {
      const trailers = { 'grpc-status': '14', 'grpc-message': 'caf%C3%A9 full' };
      stream.respond({ ...grpcHead, ...trailers }, { endStream: true });
      return;
    }
    if (message === 'http') {
      stream.respond({ ':status': 502 }, { endStream: true });
      return;
    }
    if (message === 'reset') {
      stream.close(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    stream.respond(grpcHead, { waitForTrailers: true });
    const isBroken = message === 'broken';
    const packed = message.startsWith('packed') ? gzipSync(message) : null;
    const isLong = message === 'long fields';
    stream.on('wantTrailers', () =>
      stream.sendTrailers({
        'grpc-status': isBroken ? '13' : '0',
        ...(isLong && { padding: 'y'.repeat(40_000) }),
      }),
    );
    if (packed === null) stream.end(message === 'empty' ? undefined : framed);
    else {
      const part = message === 'packed badly' ? packed.subarray(0, 9) : packed;
      stream.end(Buffer.concat([Buffer.from([1, 0, 0, 0, part.length]), part]));
    }
  });
  return server;
}

describe('a channel over HTTP/2', () => {
  it('takes messages of any size, several calls at once, right and wrong ones', async () => {
    await withChannel('grpc', echo(), async (channel) => {
      const messages = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(1 + i * 9000));
      const answers = await Promise.all(messages.map((message) => ask(channel, message)));
      answers.forEach(({ failure, answer }, i) => {
        assert.equal(failure, null);
        assert.equal(answer, messages[i]);
      });
      assert.equal((await ask(channel, 'a', 'a')).failure, null);
      assert.equal((await ask(channel, 'a', 'b')).failure, 'a wrong answer: a');
      assert.equal((await ask(channel, 'empty')).failure, 'an answer without a message');
      assert.equal((await ask(channel, 'long fields')).failure, null);
      assert.equal((await ask(channel, 'packed', 'packed')).answer, 'packed');
      assert.match(
        (await ask(channel, 'packed badly')).failure!,
        /^a compressed answer that cannot/,
      );
      assert.equal((await ask(channel, 'after')).answer, 'after');
    });
  });

  it('tells errors with their codes and texts, at the head or behind a message', async () => {
    await withChannel('grpc', echo(), async (channel) => {
      for (let i = 0; i < 3; i++) {
        assert.equal((await ask(channel, 'refuse')).failure, 'UNAVAILABLE: café full');
        assert.equal((await ask(channel, 'broken')).failure, 'INTERNAL: ');
        assert.equal((await ask(channel, 'fine')).failure, null);
      }
      assert.equal((await ask(channel, 'http')).failure, 'HTTP 502 without a gRPC status');
      assert.equal((await ask(channel, 'reset')).failure, 'the server reset the call, code 11');
    });
  });

  it('tells the server how long each call may take, the same for all', async () => {
    const timeouts: unknown[] = [];
    const server = echo().on('stream', (_, headers) => timeouts.push(headers['grpc-timeout']));
    await withChannel('grpc', server, async (channel) => {
      const hurried = { ...fakeRequest('hurried'), timeoutMs: 1500 };
      for (let i = 0; i < 2; i++) {
        await new Promise<void>((resolve) => channel.ask(hurried, () => resolve()));
      }
      assert.deepEqual(timeouts, ['1500m', '1500m']);
      assert.throws(() => channel.ask(fakeRequest('other'), () => {}), /one timeout/);
    });
  });

  it('takes no more calls when the server says goodbye, and gets the answers under way', async () => {
    await withChannel('grpc', echo(), async (channel) => {
      assert.deepEqual(await ask(channel, 'goodbye'), { failure: null, answer: 'goodbye' });
      assert.equal(channel.failure, 'the server ends the connection');
      assert.equal((await ask(channel)).failure, 'the server ends the connection');
    });
  });
});

describe('openChannel', () => {
  it('fails where there is no server, or none of gRPC', async () => {
    const endpoint = { host: '127.0.0.1', port: 1, tls: null };
    for (const protocol of ['rest', 'grpc'] as const) {
      await assert.rejects(openChannel(protocol, endpoint), {
        message: '127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
      });
    }
    const server = http.createServer();
    await assert.rejects(
      withChannel('grpc', server, async () => {}),
      /127\.0\.0\.1:\d+: the server (speaks no gRPC|closed the connection)/,
    );
    server.closeAllConnections();
  });
});
