import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { modelFlags, type ServerProcess, startServer, zoo } from '../support/server.ts';

const model = modelFlags('m', path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'));

/** One request; nothing is undone of its reply. */
async function request(
  server: ServerProcess,
  body: Buffer | string,
  headers: http.OutgoingHttpHeaders = {},
): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }> {
  const { port } = new URL(server.rest);
  const sent = http.request({
    ...{ host: '127.0.0.1', port, path: '/v1/models/m:predict', method: 'POST' },
    headers: { 'Content-Length': Buffer.byteLength(body), ...headers },
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const { statusCode: status } = response;
  return { status, headers: response.headers, body: Buffer.concat(chunks) };
}

const bodyOf = (count: number) =>
  JSON.stringify({ instances: Array.from({ length: count }, (_, i) => i % 100) });
const accepts = { 'Accept-Encoding': 'gzip, deflate' };

for (const threads of [1, 2]) {
  describe(`REST with gzip and ${threads} data threads`, () => {
    const flags = [...model, `--data_threads=${threads}`];

    it('compresses replies only where a flag says so', async () => {
      await using server = await startServer({ flags });
      const reply = await request(server, bodyOf(10_000), accepts);
      assert.equal(reply.headers['content-encoding'], undefined);
      assert.equal(JSON.parse(reply.body.toString()).predictions.length, 10_000);
      const inflated = await request(server, gzipSync(bodyOf(3)), { 'Content-Encoding': 'gzip' });
      assert.equal(inflated.body.toString(), '{"predictions":[2.0,2.5,3.0]}');
    });

    it('compresses what is long enough for clients that take it', async () => {
      await using server = await startServer({
        flags: [
          ...[...flags, '--rest_api_enable_compression', '--rest_api_enable_cors_support'],
          '--max_request_bytes=1000000',
        ],
      });
      for (const count of [1000, 100_000]) {
        for (const isCompressed of [false, true]) {
          const text = bodyOf(count);
          const reply = await request(server, isCompressed ? gzipSync(text) : text, {
            ...accepts,
            ...(isCompressed && { 'Content-Encoding': 'gzip' }),
          });
          assert.equal(reply.headers['content-encoding'], 'gzip');
          assert.equal(reply.headers.vary, 'Accept-Encoding');
          assert.equal(reply.headers['access-control-allow-origin'], '*');
          assert.equal(reply.headers['content-length'], String(reply.body.length));
          const { predictions } = JSON.parse(gunzipSync(reply.body).toString());
          assert.equal(predictions.length, count);
          assert.equal(predictions[99], 51.5);
        }
        const plain = await request(server, bodyOf(count));
        assert.equal(plain.headers['content-encoding'], undefined);
      }
      const short = await request(server, bodyOf(2), accepts);
      assert.equal(short.body.toString(), '{"predictions":[2.0,2.5]}');
      const refused = await request(server, Buffer.alloc(1_000_001, 0x20), accepts);
      assert.equal(refused.status, 413);
      assert.equal(refused.headers['access-control-allow-origin'], '*');
    });
  });
}
