import type { Channel } from './channel.ts';
import type { Pacer } from './pacer.ts';
import type { LoadRecord, OpenLoopOptions, PreparedRequest } from './plan.ts';
import { Tally } from './tally.ts';

/**
 * Sends requests at random times (Poisson), whether or not earlier ones were answered, and times
 * each from when it was due. A request that finds every channel busy waits here, and its clock runs.
 */
export async function openLoop(
  channels: readonly Channel[],
  requests: readonly PreparedRequest[],
  pacer: Pacer,
  options: OpenLoopOptions,
): Promise<LoadRecord> {
  const tally = new Tally();
  const underWay = new Map(channels.map((channel) => [channel, 0]));
  const waiting: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let next = 0;
  let turn = 0;
  let unanswered = 0;
  let isOver = false;

  const freeChannel = (): Channel | null => {
    for (let i = 0; i < channels.length; i++) {
      turn = turn + 1 >= channels.length ? 0 : turn + 1;
      const channel = channels[turn]!;
      if (underWay.get(channel)! < channel.capacity) return channel;
    }
    return null;
  };
  const send = (channel: Channel, due: number): void => {
    underWay.set(channel, underWay.get(channel)! + 1);
    const request = requests[next]!;
    next = next + 1 === requests.length ? 0 : next + 1;
    channel.ask(request, (failure) => {
      underWay.set(channel, underWay.get(channel)! - 1);
      tally.count(due, failure);
      unanswered--;
      const oldest = waiting.shift();
      if (oldest !== undefined) send(channel, oldest);
      else if (isOver && unanswered === 0) resolve();
    });
  };

  await pacer.run(options, (due) => {
    unanswered++;
    const channel = freeChannel();
    if (channel === null) waiting.push(due);
    else send(channel, due);
  });
  isOver = true;
  if (unanswered > 0) await promise;
  return tally.finish();
}
