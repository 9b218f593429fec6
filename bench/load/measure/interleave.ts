import type { LoadRecord } from '../client/plan.ts';
import type { Method } from '../method.ts';
import type { Contestant, Subject } from '../subject.ts';
import { machineCpuMs, type Others } from './machine-cpu.ts';
import { readCpu, type ThreadCost, threadCosts } from './process-cost.ts';

/** One stretch of load. */
export interface Cost extends Others {
  readonly answered: number;
  readonly ms: number;
  /** CPU time of the server's process, and of its threads, the busiest first. */
  readonly cpuMs: number;
  readonly threads: readonly ThreadCost[];
  readonly clientCpuMs: number;
  readonly latencyMs: Float64Array;
}

/** One stretch of load on one contestant. */
export interface Sample extends Cost {
  readonly label: string;
  readonly round: number;
  readonly pair: number;
}

/** One stretch of load on a subject in a pair of a round. */
export type Segment<S> = (subject: S, round: number, pair: number) => Promise<LoadRecord>;

/**
 * Starts all contestants anew for each round, warms each up, and measures them in turn: forwards in
 * one pair, backwards in the next (ABBA), so that what drifts slowly hits all alike.
 *
 * @param segment closed loop by default
 */
export async function interleave<S extends Subject>(
  contestants: readonly Contestant<S>[],
  method: Method,
  segment: Segment<S> = (subject) => subject.closed(method.segmentMs),
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < method.rounds; round++) {
    await using stack = new AsyncDisposableStack();
    const subjects: (readonly [string, S])[] = [];
    for (const { label, open } of contestants) subjects.push([label, stack.use(await open())]);
    for (const [, subject] of subjects) await warmUp(subject, method);
    for (let pair = 0; pair < method.pairsPerRound; pair++) {
      for (const [label, subject] of pair % 2 === 0 ? subjects : subjects.toReversed()) {
        const cost = await costOf(subject.pid, () => segment(subject, round, pair));
        samples.push({ label, round, pair, ...cost });
      }
    }
  }
  return samples;
}

/** Load until the code is compiled: the compiler goes by counts of calls, and a busy machine needs longer for them. */
export async function warmUp(subject: Pick<Subject, 'closed'>, method: Method): Promise<void> {
  let answered = 0;
  let ms = 0;
  while (ms < method.warmMs || (answered < method.warmAnswers && ms < method.longestWarmMs)) {
    const record = await subject.closed(250);
    answered += record.answered;
    ms += record.ms;
  }
}

/** What a process used while it was under this load, and what others did that do not take part in it. */
export async function costOf(pid: number, load: () => Promise<LoadRecord>): Promise<Cost> {
  const machineBefore = machineCpuMs();
  const before = readCpu(pid);
  const { answered, ms, clientCpuMs, latencyMs } = await load();
  const threads = threadCosts(before, readCpu(pid)).filter((thread) => thread.ms > 0);
  const cpuMs = threads.reduce((sum, thread) => sum + thread.ms, 0);
  const machine = machineCpuMs() - machineBefore;
  const othersCores = Math.max(0, machine - cpuMs - clientCpuMs) / ms;
  return { answered, ms, cpuMs, threads, clientCpuMs, latencyMs, othersCores };
}

/** Answers a second in closed loop. */
export async function capacityOf(subject: Pick<Subject, 'closed'>, ms: number): Promise<number> {
  const record = await subject.closed(ms);
  return (record.answered * 1000) / record.ms;
}
