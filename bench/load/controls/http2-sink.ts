/**
 * A bare `node:http2` server with settings for large messages (wide windows, frames of 1 MB): copies
 * each gRPC message into one buffer and answers with an empty one. Control for large tensors.
 */
import http2 from 'node:http2';
import { announce } from './announce.ts';

const emptyMessage = Buffer.alloc(5);
const server = http2.createServer({
  settings: { initialWindowSize: 8 << 20, maxFrameSize: 1 << 20 },
  maxSessionMemory: 256,
});
server.on('session', (session) => session.setLocalWindowSize(32 << 20));
server.on('stream', (stream) => {
  let message: Buffer | null = null;
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    message ??= Buffer.allocUnsafeSlow(5 + chunk.readUInt32BE(1));
    length += chunk.copy(message, length);
  });
  stream.on('end', () => {
    const isWhole = message !== null && message.length === length;
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isWhole ? '0' : '13' }));
    stream.end(isWhole ? emptyMessage : undefined);
  });
  stream.on('error', () => {});
});
announce(server);
