import { quantile } from '../../stats/quantile.ts';
import { type ServedSubject, serval, served } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { capacityOf, costOf, warmUp } from '../measure/interleave.ts';
import { ratioEstimate } from '../measure/pair-ratios.ts';
import { servingThreads } from '../measure/serving-threads.ts';
import type { BenchContext } from '../method.ts';
import { halfPlusTwoFlags as flags, restThreeFloats } from '../models/half-plus-two.ts';
import { forEcho } from '../questions.ts';
import { startControl } from '../running-server.ts';
import type { Row, Scenario } from '../scenario.ts';

const interview: Interview = { protocol: 'rest', connections: 64, questions: [restThreeFloats] };
const echo: Interview = { ...interview, questions: [forEcho(restThreeFloats)] };
const loads = [0.5, 0.7] as const;
const fewestPairs = 9;

type Label = 'serval' | 'a bare echo' | 'an echo that takes as long';

interface Stretch {
  readonly label: Label;
  readonly round: number;
  readonly pair: number;
  readonly load: number;
  readonly isCrowded: boolean;
  readonly rate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Latency in open loop against two controls with as many threads and connections, asked at the same
 * times: a bare echo, and one that spins until a request costs it as much CPU time as it costs
 * Serval. The second tells what Serval's own pauses add to the queue that such a load makes anyway.
 */
export const openLoop: Scenario = {
  name: 'open-loop',
  async run(context) {
    const { method } = context;
    const stretches: Stretch[] = [];
    const pairsPerRound = pairs(context);
    for (let round = 0; round < rounds(context); round++) {
      await using stack = new AsyncDisposableStack();
      const own = stack.use(await serval(context, interview, flags).open());
      await warmUp(own, method);
      const traits = await traitsOf(own, 2 * method.segmentMs);
      const bare = stack.use(await control('a bare echo', traits.threads, 0).open());
      await warmUp(bare, method);
      const bareCost = (await traitsOf(bare, 2 * method.segmentMs)).costUs;
      const spinUs = Math.max(0, traits.costUs - bareCost);
      const padded = stack.use(
        await control('an echo that takes as long', traits.threads, spinUs).open(),
      );
      await warmUp(padded, method);
      const capacity = await capacityOf(own, 2 * method.segmentMs);
      const subjects: readonly (readonly [Label, ServedSubject])[] = [
        ['serval', own],
        ['a bare echo', bare],
        ['an echo that takes as long', padded],
      ];
      for (const isCrowded of [false, true]) {
        await using _busy = isCrowded ? await startControl('busy') : null;
        for (const load of loads) {
          for (let pair = 0; pair < pairsPerRound; pair++) {
            const options = { ms: 2 * method.segmentMs, rate: load * capacity, seed: pair + 1 };
            for (const [label, subject] of pair % 2 === 0 ? subjects : subjects.toReversed()) {
              const { latencyMs } = await subject.open(options);
              stretches.push({
                label,
                round,
                pair,
                load,
                isCrowded,
                rate: options.rate,
                p50Ms: quantile(latencyMs, 0.5),
                p99Ms: quantile(latencyMs, 0.99),
              });
            }
          }
        }
      }
    }
    const rows = [false, true].flatMap((isCrowded) =>
      loads.flatMap((load) => {
        const these = stretches.filter((one) => one.load === load && one.isCrowded === isCrowded);
        return rowsOf(this.name, these, load, isCrowded);
      }),
    );
    return { rows, samples: stretches };
  },
};

/** Each restart takes a while to warm up three servers: two must do. */
const rounds = ({ method }: BenchContext) => Math.min(method.rounds, 2);

/** For each load: half of what other scenarios take, since there are four of them. */
function pairs(context: BenchContext): number {
  const { method } = context;
  const wanted = (method.rounds * method.pairsPerRound) / 2;
  const least = method.rounds > 1 ? fewestPairs : 1;
  return Math.ceil(Math.max(wanted, least) / rounds(context));
}

function control(label: Label, threads: number, spinUs: number) {
  return served(label, echo, () => startControl('http-echo', [String(threads), String(spinUs)]));
}

/** CPU time of a request in µs, and threads that do a considerable part of the work. */
async function traitsOf(
  subject: ServedSubject,
  ms: number,
): Promise<{ readonly costUs: number; readonly threads: number }> {
  const { cpuMs, answered, threads } = await costOf(subject.pid, () => subject.closed(ms));
  const serving = servingThreads(threads);
  const total = serving.reduce((sum, thread) => sum + thread.ms, 0);
  return {
    costUs: (cpuMs * 1000) / answered,
    threads: serving.filter((thread) => thread.ms > total / 6).length,
  };
}

function rowsOf(
  scenario: string,
  stretches: readonly Stretch[],
  load: number,
  isCrowded: boolean,
): readonly Row[] {
  const where = isCrowded ? ', another process busy on one core' : '';
  const row = (against: Label, aim: Row['aim']): Row => ({
    scenario,
    what: `p99 at ${100 * load} % of capacity / that of ${against}${where}`,
    unit: '×',
    value: ratioEstimate(stretches, 'serval', against, ({ p99Ms }) => p99Ms),
    must: null,
    aim,
    notes: [describe(stretches, 'serval'), describe(stretches, against)],
  });
  return [row('a bare echo', { atMost: 1.3 }), row('an echo that takes as long', null)];
}

function describe(stretches: readonly Stretch[], label: Label): string {
  const own = stretches.filter((one) => one.label === label);
  const middle = (value: (one: Stretch) => number) => quantile(own.map(value), 0.5).toFixed(2);
  const rate = Math.round(own[0]?.rate ?? 0);
  return `${label}: p50 ${middle(({ p50Ms }) => p50Ms)} ms, p99 ${middle(({ p99Ms }) => p99Ms)} ms at ${rate} a second`;
}
