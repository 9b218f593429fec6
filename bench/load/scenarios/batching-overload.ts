import { modelFlags } from '../../../test/support/server.ts';
import { estimate } from '../../stats/bootstrap.ts';
import { median, quantile } from '../../stats/quantile.ts';
import type { OverloadRecord } from '../client/plan.ts';
import { served, startServal } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { capacityOf } from '../measure/interleave.ts';
import { machineCpuMs, type Others, undisturbed } from '../measure/machine-cpu.ts';
import { ratioEstimate } from '../measure/pair-ratios.ts';
import { readCpu, totalMs } from '../measure/process-cost.ts';
import { type BenchContext, withRounds } from '../method.ts';
import { type BatchedModel, slowConvolutional } from '../models/batched-models.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import { sharedStart } from '../running-server.ts';
import type { Row, Scenario } from '../scenario.ts';

const connections = 16;
/** Clients of the closed loop by which the capacity is found. */
const clients = 64;
/** What requests say that they have. */
const timeoutMs = 1800;
/** The loads among which the peak lies, and the one that is too much, as parts of the capacity. */
const usual = [0.9, 1, 1.2] as const;
const excess = 3;
/** Requests a second in the warm-up: as few as the model can do would leave the code that refuses them uncompiled. */
const floodRate = 2500;

interface Stretch extends Others {
  readonly model: string;
  /** The load. */
  readonly label: string;
  readonly round: number;
  readonly pair: number;
  readonly rate: number;
  /** Answers a second that came in time. */
  readonly goodput: number;
  readonly late: number;
  readonly refused: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
  readonly refusalP99Ms: number;
  readonly refusalSinceSentP99Ms: number;
  readonly clientCores: number;
}

/**
 * What `--batching=auto` still answers in time when three times as much is asked as it can do, and how soon it refuses
 * the rest. Requests have deadlines and come at random times; a model is asked that is slow enough for what
 * asking and refusing costs to be small.
 */
export const batchingOverload: Scenario = {
  name: 'batching-overload',
  async run(context) {
    const all = await measure(context, slowConvolutional);
    const { kept: stretches, note } = undisturbed(all);
    const goodputAt = (load: number) =>
      median(stretches.filter((one) => one.label === labelOf(load)).map(({ goodput }) => goodput));
    const peak = usual.toSorted((a, b) => goodputAt(b) - goodputAt(a))[0]!;
    const most = labelOf(excess);
    const beyond = stretches.filter(({ label }) => label === most);
    const groups = Array.from(Map.groupBy(beyond, ({ round }) => round).values());
    const refusalRow = (
      since: string,
      value: (one: Stretch) => number,
      must: Row['must'],
    ): Row => ({
      scenario: this.name,
      what: `p99 of refusals at ${excess} × capacity, from when a request was ${since}`,
      unit: 'ms',
      value: estimate(groups.map((group) => group.map(value))),
      must,
      aim: null,
      notes: [],
    });
    const rows: Row[] = [
      {
        scenario: this.name,
        what: `answers in time at ${excess} × capacity / at ${peak} × capacity, the most`,
        unit: '×',
        value: ratioEstimate(stretches, most, labelOf(peak), ({ goodput }) => goodput),
        must: { atLeast: 0.95 },
        aim: null,
        notes: [...[...usual, excess].map((load) => describe(stretches, load)), note],
      },
      refusalRow('due', ({ refusalP99Ms }) => refusalP99Ms, { atMost: 5 }),
      refusalRow('sent', ({ refusalSinceSentP99Ms }) => refusalSinceSentP99Ms, null),
    ];
    return { rows, samples: all };
  },
};

const labelOf = (load: number): string => `${load} × capacity`;

async function measure(context: BenchContext, model: BatchedModel): Promise<readonly Stretch[]> {
  const method = withRounds(context.method, 3);
  await using folder = await ScratchFolder.create();
  await model.write(folder.path);
  const flags = [...modelFlags(model.name, folder.path), '--batching=auto'];
  const { questions } = model;
  const hurried = questions.map((question) => ({ ...question, timeoutMs }));
  const stretches: Stretch[] = [];
  for (let round = 0; round < method.rounds; round++) {
    const start = sharedStart(() => startServal(context, flags));
    const open = (asked: Interview) => served('serval', asked, start).open();
    await using stack = new AsyncDisposableStack();
    const closed = { protocol: 'grpc', connections: clients, questions } as const;
    const many = stack.use(await open(closed));
    const subject = stack.use(await open({ ...closed, connections, questions: hurried }));
    // It times the answers, on a machine that the model takes whole.
    subject.putClientFirst();
    await many.closed(3 * method.warmMs);
    const capacity = await capacityOf(many, 4 * method.segmentMs);
    await subject.overload({ ms: 2 * method.warmMs, rate: floodRate, seed: 1 });
    await subject.overload({ ms: method.warmMs, rate: capacity, seed: 1 });
    for (let pair = 0; pair < method.pairsPerRound; pair++) {
      const loads = [...usual, excess];
      for (const load of pair % 2 === 0 ? loads : loads.toReversed()) {
        const rate = load * capacity;
        const ms = 8 * method.segmentMs;
        const [before, own] = [machineCpuMs(), readCpu(subject.pid)];
        const record = await subject.overload({ ms, rate, seed: 100 * round + pair + 2 });
        const taken = totalMs(own, readCpu(subject.pid)) + record.clientCpuMs;
        const othersCores = Math.max(0, machineCpuMs() - before - taken) / record.ms;
        const where = { model: model.name, label: labelOf(load), round, pair, rate };
        stretches.push({ ...where, othersCores, ...outcome(record, ms) });
      }
    }
  }
  return stretches;
}

function outcome(record: OverloadRecord, ms: number) {
  const { answeredMs, refusedMs, refusedSinceSentMs, refusals, clientCpuMs } = record;
  const inTime = answeredMs.filter((latency) => latency <= timeoutMs).length;
  return {
    goodput: (1000 * inTime) / ms,
    late: answeredMs.length - inTime,
    refused: refusedMs.length,
    refusals,
    answerP50Ms: quantile(answeredMs, 0.5),
    answerP99Ms: quantile(answeredMs, 0.99),
    refusalP99Ms: quantile(refusedMs, 0.99),
    refusalSinceSentP99Ms: quantile(refusedSinceSentMs, 0.99),
    clientCores: clientCpuMs / record.ms,
  };
}

function describe(stretches: readonly Stretch[], load: number): string {
  const own = stretches.filter(({ label }) => label === labelOf(load));
  const middle = (value: (one: Stretch) => number, digits: number) =>
    median(own.map(value)).toFixed(digits);
  const sum = (value: (one: Stretch) => number) => own.reduce((all, one) => all + value(one), 0);
  const byCode = new Map<string, number>();
  for (const { refusals } of own) {
    for (const [code, count] of Object.entries(refusals)) {
      byCode.set(code, (byCode.get(code) ?? 0) + count);
    }
  }
  const codes = Array.from(byCode, ([code, count]) => `${code} ${count}`).join(', ');
  return (
    `${labelOf(load)}: ${middle(({ rate }) => rate, 0)} a second asked, ${middle(({ goodput }) => goodput, 0)} answered in time, ` +
    `p50 ${middle(({ answerP50Ms }) => answerP50Ms, 0)} ms, p99 ${middle(({ answerP99Ms }) => answerP99Ms, 0)} ms, ` +
    `${sum(({ late }) => late)} late, refused ${codes || 'none'}, the client ${middle(({ clientCores }) => clientCores, 2)} cores`
  );
}
