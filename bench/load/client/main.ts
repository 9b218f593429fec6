/** The process that {@link LoadClient} starts: asks one server what it is told to, and times the answers. */
import {
  type Channel,
  closedLoop,
  openChannel,
  openLoop,
  Pacer,
  type PreparedRequest,
} from '../../../src/load-test/index.ts';
import { OutcomeTally } from './outcome-tally.ts';
import type { ClientPlan, ClientReply, ClientRequest } from './plan.ts';
import { Tally } from './tally.ts';

let channels: readonly Channel[] = [];
let requests: readonly PreparedRequest[] = [];
const pacer = new Pacer();

async function connect({ protocol, connections, ...endpoint }: ClientPlan): Promise<void> {
  for (const channel of channels) channel.close();
  const all = Array.from({ length: connections }, () => openChannel(protocol, endpoint));
  channels = await Promise.all(all);
}

async function serve(request: ClientRequest): Promise<ClientReply> {
  switch (request.kind) {
    case 'connect':
      requests = request.plan.requests;
      await connect(request.plan);
      return { kind: 'connected' };
    case 'closed':
    case 'open': {
      const tally = new Tally();
      const options = { channels, requests, sink: tally };
      if (request.kind === 'open') await openLoop(pacer, { ...options, ...request });
      else await closedLoop({ ...options, ms: request.ms });
      return { kind: 'done', record: tally.finish() };
    }
    case 'overload': {
      const tally = new OutcomeTally();
      const watched = channels.map((channel) => tally.watch(channel));
      await openLoop(pacer, { channels: watched, requests, sink: tally, ...request });
      return { kind: 'outcomes', record: tally.finish() };
    }
  }
}

process.on('message', (request: ClientRequest) => {
  void serve(request)
    .catch((error: unknown): ClientReply => ({ kind: 'failed', error: String(error) }))
    .then((reply) => process.send!(reply));
});
