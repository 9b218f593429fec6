import type { Channel } from './channel.ts';
import { LoopEnd, type LoopOptions } from './load-loop.ts';

/**
 * As many clients as there are channels (one may be there several times, within its capacity), each
 * of which asks anew as soon as it has an answer. @returns how many requests were never answered.
 */
export async function closedLoop(options: LoopOptions): Promise<number> {
  const { channels, requests, sink, ms } = options;
  const end = new LoopEnd(options);
  const sendUntil = performance.now() + ms;
  let next = 0;
  let running = channels.length;
  const leave = (): void => {
    if (--running === 0) end.finish();
  };
  const ask = (channel: Channel): void => {
    const sentAt = performance.now();
    if (sentAt >= sendUntil) {
      leave();
      return;
    }
    const request = requests[next]!;
    next = next + 1 === requests.length ? 0 : next + 1;
    channel.ask(request, (failure) => {
      if (end.isOver) return;
      sink.count(sentAt, failure);
      ask(channel);
    });
  };
  const timer = setTimeout(() => end.waitAtMost(options.patienceMs), ms);
  for (const channel of channels) ask(channel);
  await end.over;
  clearTimeout(timer);
  return running;
}
