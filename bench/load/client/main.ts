/** The process that {@link LoadClient} starts: asks one server what it is told to, and times the answers. */
import { Worker } from 'node:worker_threads';
import type { Channel } from './channel.ts';
import { closedLoop } from './closed-loop.ts';
import { Http1Channel } from './http1-channel.ts';
import { Http2Channel } from './http2-channel.ts';
import { openLoop } from './open-loop.ts';
import { Pacer } from './pacer.ts';
import type { ClientPlan, ClientReply, ClientRequest, PreparedRequest } from './plan.ts';

let channels: readonly Channel[] = [];
let requests: readonly PreparedRequest[] = [];
const pacer = new Pacer(() => new Worker(new URL('./pacer-thread.ts', import.meta.url)));

async function connect({ protocol, connections, ...server }: ClientPlan): Promise<void> {
  for (const channel of channels) channel.close();
  const kind = protocol === 'rest' ? Http1Channel : Http2Channel;
  channels = await Promise.all(Array.from({ length: connections }, () => kind.connect(server)));
}

async function serve(request: ClientRequest): Promise<ClientReply> {
  switch (request.kind) {
    case 'connect':
      requests = request.plan.requests;
      await connect(request.plan);
      return { kind: 'connected' };
    case 'closed':
      return { kind: 'done', record: await closedLoop(channels, requests, request.ms) };
    case 'open':
      return { kind: 'done', record: await openLoop(channels, requests, pacer, request) };
  }
}

process.on('message', (request: ClientRequest) => {
  void serve(request)
    .catch((error: unknown): ClientReply => ({ kind: 'failed', error: String(error) }))
    .then((reply) => process.send!(reply));
});
