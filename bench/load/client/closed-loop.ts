import type { Channel } from './channel.ts';
import type { LoadRecord, PreparedRequest } from './plan.ts';
import { Tally } from './tally.ts';

/** A client for each channel, which asks anew as soon as it has an answer, for so long. */
export function closedLoop(
  channels: readonly Channel[],
  requests: readonly PreparedRequest[],
  ms: number,
): Promise<LoadRecord> {
  const tally = new Tally();
  const end = performance.now() + ms;
  let next = 0;
  let running = channels.length;
  return new Promise((resolve) => {
    const ask = (channel: Channel): void => {
      const sentAt = performance.now();
      if (sentAt >= end) {
        if (--running === 0) resolve(tally.finish());
        return;
      }
      const request = requests[next]!;
      next = next + 1 === requests.length ? 0 : next + 1;
      channel.ask(request, (failure) => {
        tally.count(sentAt, failure);
        ask(channel);
      });
    };
    for (const channel of channels) ask(channel);
  });
}
