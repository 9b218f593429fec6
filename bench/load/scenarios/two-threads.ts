import { estimate } from '../../stats/bootstrap.ts';
import { compareCpu } from '../compare-cpu.ts';
import { serval } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import { interleave, type Sample } from '../measure/interleave.ts';
import { servingThreads } from '../measure/serving-threads.ts';
import type { BenchContext } from '../method.ts';
import {
  halfPlusTwoFlags as flags,
  grpcThreeFloats,
  restThreeFloats,
} from '../models/half-plus-two.ts';
import type { Result, Row, Scenario } from '../scenario.ts';

const one = [...flags, '--data_threads=1'];
const two = [...flags, '--data_threads=2'];

const interviews: readonly (readonly [string, Interview])[] = [
  ['REST', { protocol: 'rest', connections: 64, questions: [restThreeFloats] }],
  ['gRPC', { protocol: 'grpc', connections: 64, questions: [grpcThreeFloats] }],
];

/** What a second data thread adds to a request, and how evenly 64 connections are shared out. */
export const twoThreads: Scenario = {
  name: 'two-threads',
  async run(context) {
    const results: Result[] = [];
    for (const [protocol, interview] of interviews) {
      const costs = await compareCpu(context, {
        scenario: this.name,
        what: `${protocol}, CPU a request with 2 data threads / with 1, 64 connections`,
        subject: serval(context, interview, two, 'two threads'),
        control: serval(context, interview, one, 'one thread'),
        others: [],
        must: { atMost: 1.1 },
        aim: { atMost: 1.03 },
      });
      results.push(costs, await shares(context, this.name, protocol, interview));
    }
    return {
      rows: results.flatMap(({ rows }) => rows),
      samples: results.flatMap(({ samples }) => samples),
    };
  },
};

/** Connections are dealt out when they are made, so every restart counts, and one stretch of each will do. */
async function shares(
  context: BenchContext,
  scenario: string,
  protocol: string,
  interview: Interview,
): Promise<Result> {
  const { method } = context;
  const rounds = Math.max(method.rounds, 2);
  const samples = await interleave([serval(context, interview, two)], {
    ...method,
    rounds,
    pairsPerRound: 1,
    warmAnswers: method.warmAnswers / 4,
    warmMs: 500,
  });
  const row: Row = {
    scenario,
    what: `${protocol}, share of the less busy of 2 data threads, 64 connections`,
    unit: '%',
    value: estimate(samples.map((sample) => [lesserShare(sample)])),
    must: { from: 35, to: 50 },
    aim: null,
    notes: [
      `by restart: ${samples.map((sample) => `${lesserShare(sample).toFixed(0)} %`).join(', ')}`,
    ],
  };
  return { rows: [row], samples: [] };
}

/** In percent of what the two busiest serving threads used. */
function lesserShare({ threads }: Sample): number {
  const [first, second] = servingThreads(threads);
  return (100 * (second?.ms ?? 0)) / ((first?.ms ?? 0) + (second?.ms ?? 0));
}
