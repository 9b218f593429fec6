import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import tls from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { Authority, type KeyPair, sslConfigText } from '../../src/security/testing/certificates.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { modelFlags, type ServerProcess, startServer, zoo } from '../support/server.ts';

const authority = new Authority();
const stranger = new Authority('stranger');
after(() => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});
const serverPair = authority.issue('localhost');
const clientPair = authority.issue('client');
const model = modelFlags(
  'half_plus_two',
  path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'),
);

const grpcClient = (server: ServerProcess, client?: KeyPair, roots = authority.root) =>
  new GrpcClient(
    server.grpc,
    {},
    grpc.credentials.createSsl(
      Buffer.from(roots),
      ...(client === undefined ? [] : [Buffer.from(client.key), Buffer.from(client.cert)]),
    ),
  );

async function predictByGrpc(
  client: GrpcClient,
  values: readonly number[],
): Promise<readonly number[]> {
  return floatOutput(await client.predict(floatVectorRequest('half_plus_two', values)), 'y');
}

const port = (server: ServerProcess) => Number(new URL(server.rest).port);

/** One request over HTTPS. */
async function request(
  server: ServerProcess,
  body: string | null,
  options: https.RequestOptions = {},
): Promise<{ status: number; body: string; socket: tls.TLSSocket }> {
  const sent = https.request({
    ...{ host: '127.0.0.1', servername: 'localhost' },
    ...{ port: port(server), ca: authority.root },
    path: `/v1/models/half_plus_two${body === null ? '' : ':predict'}`,
    method: body === null ? 'GET' : 'POST',
    ...options,
  });
  sent.end(body ?? undefined);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, body: text, socket: response.socket };
}

for (const threads of [1, 2]) {
  describe(`TLS with ${threads} data threads`, () => {
    const flags = (grpcFile: string, restFile: string) => [
      ...model,
      ...[`--data_threads=${threads}`, `--ssl_config_file=${grpcFile}`],
      ...[`--rest_api_ssl_config_file=${restFile}`, '--tls_handshake_seconds=1'],
    ];

    it('serves gRPC and REST, small and large, and ends well', async () => {
      const file = authority.write('plain.config', sslConfigText(serverPair));
      await using server = await startServer({ flags: flags(file, file) });
      const client = grpcClient(server);
      assert.deepEqual(await predictByGrpc(client, [1, 2]), [2.5, 3]);
      const many = Array.from({ length: 500_000 }, (_, i) => i % 1000);
      assert.equal((await predictByGrpc(client, many))[999], 501.5);

      using agent = Object.assign(new https.Agent({ keepAlive: true, maxSockets: 1 }), {
        [Symbol.dispose]() {
          agent.destroy();
        },
      });
      const first = await request(server, '{"instances": [1, 2]}', { agent });
      assert.equal(first.body, '{"predictions":[2.5,3.0]}');
      const text = JSON.stringify({ instances: many });
      const large = await request(server, text, { agent });
      assert.equal(JSON.parse(large.body).predictions[999], 501.5);
      // Chunked: not for the plain connection, but for Node.js.
      const headers = { 'Transfer-Encoding': 'chunked' };
      const chunked = await request(server, '{"instances": [3]}', { agent, headers });
      assert.equal(chunked.body, '{"predictions":[3.5]}');
      assert.equal(chunked.socket, first.socket);
      assert.equal((await request(server, null)).status, 200);

      await assert.rejects(fetch(`${server.rest}/v1/models/half_plus_two`), 'plain text');
      const plain = new GrpcClient(server.grpc);
      await assert.rejects(predictByGrpc(plain, [1]), { code: grpc.status.UNAVAILABLE });
      plain.close();
      const distrustful = grpcClient(server, undefined, stranger.root);
      await assert.rejects(predictByGrpc(distrustful, [1]), { code: grpc.status.UNAVAILABLE });
      distrustful.close();
      await assert.rejects(request(server, null, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' }));
      // Says nothing: cut off in a second, and holds nothing up.
      const slow = net.connect(port(server), '127.0.0.1');
      slow.on('error', () => {});
      slow.resume();
      await once(slow, 'close');

      server.kill('SIGTERM');
      assert.deepEqual(await server.ended, { code: 0, signal: null });
      client.close();
    });

    it('verifies clients, over both protocols', async () => {
      const file = authority.write('mutual.config', sslConfigText(serverPair, authority.root));
      await using server = await startServer({ flags: flags(file, file) });
      for (const [pair, isLetIn] of [
        [clientPair, true],
        [undefined, false],
        [stranger.issue('client'), false],
        [authority.issue('expired', -1), false],
      ] as const) {
        const client = grpcClient(server, pair);
        if (isLetIn) {
          assert.deepEqual(await predictByGrpc(client, [2]), [3]);
          assert.equal((await request(server, null, { ...pair })).status, 200);
        } else {
          await assert.rejects(predictByGrpc(client, [2]), { code: grpc.status.UNAVAILABLE });
          await assert.rejects(request(server, null, { ...pair }));
        }
        client.close();
      }
    });

    it('takes a new certificate for new connections, and none that is wrong', async () => {
      const file = authority.write('changing.config', sslConfigText(serverPair));
      await using server = await startServer({
        flags: [...flags(file, file), '--ssl_reload_seconds=1'],
      });
      const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
      const kept = await request(server, null, { agent });
      writeFileSync(file, 'server_key: "no key"');
      await server.logged(/has changed, and the former certificate stays in use/);
      assert.equal((await request(server, null)).status, 200);
      writeFileSync(file, sslConfigText(authority.issue('renewed')));
      await server.logged(/New connections use what --ssl_config_file says now/);
      await server.logged(/New connections use what --rest_api_ssl_config_file says now/);
      let subject = '';
      while (subject !== 'renewed') {
        const { socket } = await request(server, null, { agent: new https.Agent() });
        subject = String(socket.getPeerCertificate().subject.CN);
      }
      const again = await request(server, null, { agent });
      assert.equal(again.socket, kept.socket);
      agent.destroy();
      const client = grpcClient(server);
      assert.deepEqual(await predictByGrpc(client, [2]), [3]);
      client.close();
    });

    it('listens over TLS on the Unix socket too', async () => {
      const file = authority.write('unix.config', sslConfigText(serverPair));
      const socket = path.join(authority.folder, 'grpc.sock');
      await using _server = await startServer({
        flags: [...flags(file, ''), `--grpc_socket_path=${socket}`],
      });
      const raw = tls.connect({
        ...{ path: socket, ca: authority.root, servername: 'localhost', ALPNProtocols: ['h2'] },
      });
      await once(raw, 'secureConnect');
      assert.equal(raw.alpnProtocol, 'h2');
      // Who sends no more of gRPC takes no more either.
      raw.resume();
      raw.end();
      await once(raw, 'close');
    });
  });
}
