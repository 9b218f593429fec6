/**
 * A bare `node:http` server: reads a body, parses it as JSON and sends it back. Control of the REST
 * scenarios.
 *
 * @param argv threads that listen (1 by default: the main thread), and µs that each request spins
 */
import http from 'node:http';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { announce } from './announce.ts';

const [threads, spinUs] = process.argv.slice(2).map(Number);
const spinMs = (spinUs ?? 0) / 1000;

// Connections wait while others are measured.
const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString())));
    if (spinMs > 0) spin();
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  });
});

function spin(): void {
  const end = performance.now() + spinMs;
  while (performance.now() < end);
}

if (!isMainThread) {
  server.listen({ port: workerData as number, host: '127.0.0.1', reusePort: true });
} else if (threads === undefined || threads === 1) {
  announce(server);
} else {
  announce(server, (port) => {
    for (let i = 1; i < threads; i++) {
      new Worker(new URL(import.meta.url), { workerData: port, argv: process.argv.slice(2) });
    }
  });
}
