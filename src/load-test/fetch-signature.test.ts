import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type net from 'node:net';
import { describe, it } from 'node:test';
import { create, toBinary, toJson } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import {
  DataType,
  GetModelMetadataResponseSchema,
  registry,
  SignatureDefMapSchema,
} from '../proto/index.ts';
import { DType } from '../tensor/index.ts';
import { fetchSignature } from './fetch-signature.ts';

const model = { name: 'm', version: 3n, label: null, signature: 'serve' };
const methodName = 'tensorflow/serving/predict';
const map = create(SignatureDefMapSchema, {
  signatureDef: {
    serve: {
      methodName,
      inputs: {
        words: { dtype: DataType.DT_STRING, tensorShape: { dim: [{ size: -1n }] } },
        anything: { dtype: DataType.DT_FLOAT, tensorShape: { unknownRank: true } },
      },
    },
    __saved_model_init_op: {},
  },
});
const expected = {
  methodName,
  inputs: [
    { alias: 'anything', dtype: DType.FLOAT, shape: null },
    { alias: 'words', dtype: DType.STRING, shape: [-1] },
  ],
};

/** Listens while the work is done. */
async function at<T>(server: net.Server, work: (port: number) => Promise<T>): Promise<T> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work((server.address() as net.AddressInfo).port);
  } finally {
    server.close();
  }
}

const asked = (protocol: 'rest' | 'grpc', server: net.Server, of = model) =>
  at(server, (port) => fetchSignature(protocol, { host: '127.0.0.1', port, tls: null }, of));

/** A server that has this path and no other. */
function rest(status: number, body: string): http.Server {
  return http.createServer((request, response) => {
    const isAsked = request.url === '/v1/models/m/versions/3/metadata';
    response.writeHead(isAsked ? status : 501).end(body);
  });
}

/** A server that answers every call so. */
function grpc(message: Uint8Array, status = '0'): http2.Http2Server {
  const server = http2.createServer();
  server.on('stream', (stream) => {
    const fields = { ':status': 200, 'content-type': 'application/grpc' };
    stream.respond(fields, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': status, 'grpc-message': 'as told' }),
    );
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([head, message]));
  });
  return server;
}

describe('fetchSignature', () => {
  it('reads what a server tells over REST', async () => {
    const json = toJson(SignatureDefMapSchema, map, { registry }) as object;
    const reply = {
      model_spec: { name: 'm', version: '3' },
      metadata: { signature_def: { '@type': 'type.googleapis.com/x', ...json } },
    };
    assert.deepEqual(await asked('rest', rest(200, JSON.stringify(reply))), expected);
  });

  it('reads what a server tells over gRPC', async () => {
    const reply = create(GetModelMetadataResponseSchema, {
      metadata: { signature_def: anyPack(SignatureDefMapSchema, map) },
    });
    const bytes = toBinary(GetModelMetadataResponseSchema, reply);
    assert.deepEqual(await asked('grpc', grpc(bytes)), expected);
    await assert.rejects(asked('grpc', grpc(bytes), { ...model, signature: 'other' }), {
      message: 'The model m has no signature other; it has serve',
    });
  });

  it('says what else comes', async () => {
    const none = 'The answer for the metadata of the model is none of a model server';
    const refused: [answer: Promise<unknown>, message: string][] = [
      [asked('rest', rest(200, '<html>')), none],
      [asked('rest', rest(200, '{"metadata": {}}')), none],
      [asked('rest', rest(404, '{"error": "no m"}')), '404: no m'],
      [asked('grpc', grpc(Buffer.from('odd'))), none],
      [asked('grpc', grpc(Buffer.alloc(0))), 'The model m has no signature serve; it has none'],
      [asked('grpc', grpc(Buffer.alloc(0), '5')), 'NOT_FOUND: as told'],
      [
        asked('grpc', grpc(Buffer.alloc(0), '12')),
        'The server does not tell what its models take, give a request (--input): UNIMPLEMENTED: as told',
      ],
    ];
    for (const [answer, message] of refused) await assert.rejects(answer, { message });
  });
});
