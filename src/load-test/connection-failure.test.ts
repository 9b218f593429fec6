import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { describe, it } from 'node:test';
import tls from 'node:tls';
import { Authority } from '../security/testing/certificates.ts';
import { connectionFailure } from './connection-failure.ts';
import { httpGet } from './http-get.ts';
import { openChannel } from './open-channel.ts';

/** Listens while the work is done. */
async function listening(server: net.Server, work: (port: number) => Promise<void>): Promise<void> {
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work((server.address() as net.AddressInfo).port);
  } finally {
    server.close();
  }
}

describe('what is told of a connection that fails', () => {
  it('says that a server speaks TLS, where it answers in TLS or with nothing', async () => {
    const alert = Buffer.from([0x15, 3, 3, 0, 2, 2, 70]);
    for (const [last, text] of [
      [alert, /: the server speaks TLS here \(--tls\)$/],
      [Buffer.alloc(0), /: the server closed the connection at once; perhaps it speaks TLS/],
    ] as const) {
      const server = net.createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(last));
      });
      await listening(server, async (port) => {
        const endpoint = { host: '127.0.0.1', port, tls: null };
        await assert.rejects(openChannel('grpc', endpoint), { message: text });
        await assert.rejects(httpGet(endpoint, '/'), { message: text });
      });
    }
  });

  it('says what a server has against the certificate of a client, where it says so', async () => {
    using authority = new Authority();
    const { cert, key } = authority.issue('server');
    const server = tls.createServer({ cert, key, ca: authority.root, requestCert: true });
    await listening(server, async (port) => {
      const trusting = { ca: authority.root, pair: null, serverName: 'localhost' };
      const endpoint = { host: '127.0.0.1', port, tls: trusting };
      await assert.rejects(httpGet(endpoint, '/'), {
        message: /: the server wants a certificate \(--tls_cert, --tls_key\)$/,
      });
      const tlsOfOthers = { ...trusting, ca: null };
      await assert.rejects(openChannel('grpc', { ...endpoint, tls: tlsOfOthers }), {
        message: /\(--tls_ca names the file of its authority\)$/,
      });
    });
  });

  it('is the text of the first of several errors, and of what is no error', () => {
    const errors = [new Error('connect ECONNREFUSED ::1:1'), new Error('other')];
    assert.equal(connectionFailure(new AggregateError(errors)), 'connect ECONNREFUSED ::1:1');
    assert.equal(connectionFailure('odd'), 'odd');
  });
});
