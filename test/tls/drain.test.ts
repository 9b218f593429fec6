import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { Authority, sslConfigText } from '../../src/security/testing/certificates.ts';
import { GrpcClient } from '../support/grpc-client.ts';
import { floatOutput, floatVectorRequest } from '../support/predict-messages.ts';
import { modelFlags, type ServerProcess, startServer, zoo } from '../support/server.ts';

const rounds = process.env.SERVAL_EXHAUSTIVE === undefined ? 4 : 40;
const authority = new Authority();
after(() => authority[Symbol.dispose]());
const roots = Buffer.from(authority.root);
const file = authority.write('ssl.config', sslConfigText(authority.issue('localhost')));
const model = modelFlags(
  'half_plus_two',
  path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu'),
);

/** The server took no connection: no call was begun on any. */
class Refused extends Error {}

const grpcClient = (server: ServerProcess) =>
  new GrpcClient(server.grpc, {}, grpc.credentials.createSsl(roots));

async function byGrpc(client: GrpcClient, x: number): Promise<number> {
  try {
    return floatOutput(await client.predict(floatVectorRequest('half_plus_two', [x])), 'y')[0]!;
  } catch (error) {
    const { code, details } = error as grpc.ServiceError;
    const isRefusal = code === grpc.status.UNAVAILABLE && /No connection established/.test(details);
    throw isRefusal ? new Refused() : error;
  }
}

async function byNewGrpcConnection(server: ServerProcess, x: number): Promise<number> {
  const client = grpcClient(server);
  try {
    return await byGrpc(client, x);
  } finally {
    client.close();
  }
}

async function byNewRestConnection(server: ServerProcess, x: number): Promise<number> {
  const request = https.request({
    ...{ host: '127.0.0.1', port: new URL(server.rest).port, agent: false },
    ...{ ca: authority.root, servername: 'localhost', method: 'POST' },
    path: '/v1/models/half_plus_two:predict',
  });
  let isSent = false;
  request.once('socket', (socket: TLSSocket) => {
    socket.once('secureConnect', () => {
      isSent = true;
    });
  });
  request.end(`{"instances": [${x}]}`);
  try {
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return (JSON.parse(text) as { predictions: number[] }).predictions[0]!;
  } catch (error) {
    throw isSent ? error : new Refused();
  }
}

for (const threads of [1, 2]) {
  describe(`SIGTERM under load over TLS with ${threads} data threads`, () => {
    for (let round = 0; round < rounds; round += 1) {
      it(`loses no call, round ${round}`, async () => {
        const flags = [`--ssl_config_file=${file}`, `--rest_api_ssl_config_file=${file}`];
        await using server = await startServer({
          flags: [...model, ...flags, `--data_threads=${threads}`],
        });
        const kept = [grpcClient(server), grpcClient(server)];
        let answered = 0;
        const caller = async (call: (x: number) => Promise<number>): Promise<void> => {
          try {
            for (let x = 0; ; x += 2) {
              assert.equal(await call(x), x / 2 + 2);
              if (++answered === 60 + 17 * round) server.kill('SIGTERM');
            }
          } catch (error) {
            if (!(error instanceof Refused)) throw error;
          }
        };
        const kinds = [
          (x: number) => byGrpc(kept[0]!, x),
          (x: number) => byGrpc(kept[1]!, x),
          (x: number) => byNewGrpcConnection(server, x),
          (x: number) => byNewRestConnection(server, x),
        ];
        await Promise.all([...kinds, ...kinds, ...kinds].map(caller));
        assert.deepEqual(await server.ended, { code: 0, signal: null });
        for (const client of kept) client.close();
      });
    }
  });
}
