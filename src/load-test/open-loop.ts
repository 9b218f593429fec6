import type { Channel } from './channel.ts';
import { LoopEnd, type LoopOptions } from './load-loop.ts';
import type { Arrivals } from './pacer.ts';

/** When an open loop sends. */
export interface OpenLoopOptions {
  readonly ms: number;
  /** Requests a second. */
  readonly rate: number;
  /** The same seed gives the same times. */
  readonly seed: number;
}

/** How an open loop ended. */
export interface OpenLoopEnd {
  /** Requests that were due and never answered. */
  readonly unanswered: number;
  /** The most requests that waited for a free channel at one time. */
  readonly mostWaiting: number;
}

/**
 * Sends requests at random times (Poisson), whether or not earlier ones were answered, and times
 * each from when it was due. A request that finds every channel busy waits here, and its clock runs.
 */
export async function openLoop(
  arrivals: Arrivals,
  options: LoopOptions & OpenLoopOptions,
): Promise<OpenLoopEnd> {
  const { channels, requests, sink } = options;
  const end = new LoopEnd(options);
  const underWay = new Map(channels.map((channel) => [channel, 0]));
  /** Times when requests were due; those before `oldest` are sent. */
  let waiting: number[] = [];
  let oldest = 0;
  let mostWaiting = 0;
  let next = 0;
  let turn = 0;
  let unanswered = 0;
  let isLastDue = false;

  const freeChannel = (): Channel | null => {
    for (let i = 0; i < channels.length; i++) {
      turn = turn + 1 >= channels.length ? 0 : turn + 1;
      const channel = channels[turn]!;
      if (underWay.get(channel)! < channel.capacity) return channel;
    }
    return null;
  };
  const takeWaiting = (): number | undefined => {
    const due = waiting[oldest];
    if (due !== undefined && ++oldest === waiting.length) {
      waiting = [];
      oldest = 0;
    }
    return due;
  };
  const send = (channel: Channel, due: number): void => {
    underWay.set(channel, underWay.get(channel)! + 1);
    const request = requests[next]!;
    next = next + 1 === requests.length ? 0 : next + 1;
    channel.ask(request, (failure) => {
      if (end.isOver) return;
      underWay.set(channel, underWay.get(channel)! - 1);
      sink.count(due, failure);
      unanswered--;
      const waited = takeWaiting();
      if (waited !== undefined) send(channel, waited);
      else if (isLastDue && unanswered === 0) end.finish();
    });
  };

  const onDue = (due: number): void => {
    if (end.isOver) return;
    unanswered++;
    const channel = freeChannel();
    if (channel === null) {
      waiting.push(due);
      mostWaiting = Math.max(mostWaiting, waiting.length - oldest);
    } else send(channel, due);
  };
  await Promise.race([arrivals.run(options, onDue), end.over]);
  isLastDue = true;
  if (unanswered === 0) end.finish();
  end.waitAtMost(options.patienceMs);
  await end.over;
  return { unanswered, mostWaiting };
}
