import { LoadClient } from '../client/load-client.ts';
import type { LoadRecord } from '../client/plan.ts';
import { type Contestant, planFor } from '../contestant.ts';
import type { Method } from '../method.ts';
import type { RunningServer } from '../running-server.ts';
import { readCpu, type ThreadCost, threadCosts } from './process-cost.ts';

/** A contestant that is up and warm. */
export interface Running {
  readonly contestant: Contestant;
  readonly server: RunningServer;
  readonly client: LoadClient;
}

/** One stretch of load on one contestant. */
export interface Sample {
  readonly label: string;
  readonly round: number;
  readonly pair: number;
  readonly answered: number;
  readonly ms: number;
  /** CPU time of the server's process, and of its threads, the busiest first. */
  readonly cpuMs: number;
  readonly threads: readonly ThreadCost[];
  readonly clientCpuMs: number;
  readonly latencyMs: Float64Array;
}

/** One stretch of load; closed loop by default. */
export type Segment = (running: Running, pair: number) => Promise<LoadRecord>;

/**
 * Starts all contestants anew for each round, warms each up, and measures them in turn: forwards in
 * one pair, backwards in the next (ABBA), so that what drifts slowly hits all alike.
 */
export async function interleave(
  contestants: readonly Contestant[],
  method: Method,
  segment: Segment = ({ client }) => client.closed(method.segmentMs),
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < method.rounds; round++) {
    await using stack = new AsyncDisposableStack();
    const running: Running[] = [];
    for (const contestant of contestants) {
      const server = stack.use(await contestant.start());
      const client = stack.use(await LoadClient.start(await planFor(contestant, server)));
      running.push({ contestant, server, client });
    }
    for (const { client } of running) await warmUp(client, method);
    for (let pair = 0; pair < method.pairsPerRound; pair++) {
      for (const one of pair % 2 === 0 ? running : running.toReversed()) {
        samples.push(await sampleOf(one, round, pair, segment));
      }
    }
  }
  return samples;
}

/** The compiler works by counts of calls, so a busy machine needs longer. */
async function warmUp(client: LoadClient, method: Method): Promise<void> {
  let answered = 0;
  let ms = 0;
  while (ms < method.warmMs || (answered < method.warmAnswers && ms < method.longestWarmMs)) {
    const record = await client.closed(250);
    answered += record.answered;
    ms += record.ms;
  }
}

async function sampleOf(
  running: Running,
  round: number,
  pair: number,
  segment: Segment,
): Promise<Sample> {
  const { contestant, server } = running;
  const before = readCpu(server.pid);
  const { answered, ms, clientCpuMs, latencyMs } = await segment(running, pair);
  const threads = threadCosts(before, readCpu(server.pid)).filter((thread) => thread.ms > 0);
  const cpuMs = threads.reduce((sum, thread) => sum + thread.ms, 0);
  const { label } = contestant;
  return { label, round, pair, answered, ms, cpuMs, threads, clientCpuMs, latencyMs };
}
