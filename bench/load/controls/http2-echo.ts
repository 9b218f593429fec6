/** A bare `node:http2` server: one gRPC message in, the same out. Control of the gRPC scenarios. */
import http2 from 'node:http2';
import { announce } from './announce.ts';

const server = http2.createServer();
server.on('stream', (stream) => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat(chunks));
  });
  stream.on('error', () => {});
});
announce(server);
