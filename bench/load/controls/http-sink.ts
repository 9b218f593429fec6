/** A bare `node:http` server that copies each body into one buffer and answers with a few bytes. Control for large tensors. */
import http from 'node:http';
import { announce } from './announce.ts';

const reply = Buffer.from('{"ok":true}');
announce(
  // Connections wait while others are measured.
  http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const body = Buffer.allocUnsafeSlow(Number(request.headers['content-length']));
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.copy(body, length);
    });
    request.on('end', () => {
      response.writeHead(length === body.length ? 200 : 400, { 'Content-Length': reply.length });
      response.end(reply);
    });
  }),
);
