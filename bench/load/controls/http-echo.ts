/** A bare `node:http` server: reads a body, parses it as JSON and sends it back. Control of the REST scenarios. */
import http from 'node:http';
import { announce } from './announce.ts';

announce(
  http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString())));
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': body.length,
      });
      response.end(body);
    });
  }),
);
