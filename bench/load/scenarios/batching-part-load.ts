import { ModelOptions_Batching } from '../../../src/proto/index.ts';
import { modelFlags } from '../../../test/support/server.ts';
import { quantile } from '../../stats/quantile.ts';
import { serval } from '../contestants.ts';
import { reloadModel } from '../fixed-batches.ts';
import type { Interview } from '../interview.ts';
import { capacityOf, costOf } from '../measure/interleave.ts';
import { type Others, undisturbed } from '../measure/machine-cpu.ts';
import { ratioEstimate } from '../measure/pair-ratios.ts';
import { type BenchContext, inShortRounds } from '../method.ts';
import { type BatchedModel, modelsOf } from '../models/batched-models.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import type { Row, Scenario } from '../scenario.ts';

const loads = [0.1, 0.3, 0.5] as const;
/** A stretch has at least so many requests, so that its p99 says something, unless that takes too long. */
const leastRequests = 800;
const longestMs = 8000;
const shortestMs = 2000;
const connections = 16;
/** Before each stretch: adaptive batching has then seen what batches cost, which takes long where there are few. */
const learningLoad = 0.9;

/** Before all of them: what runs few requests one by one is compiled only after thousands of them. */
const compilingLoad = 0.5;
const compilingMs = 8000;

const auto = 'auto';
const none = 'no batching';
const batchings = {
  [auto]: ModelOptions_Batching.AUTO,
  [none]: ModelOptions_Batching.BATCHING_UNSPECIFIED,
} as const;

interface Stretch extends Others {
  readonly model: string;
  readonly label: string;
  readonly round: number;
  readonly pair: number;
  readonly load: number;
  readonly rate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly clientCores: number;
}

/**
 * What `--batching=auto` adds to the latency at part load: requests at random times, at a part of what the
 * server yields without batching, against the same process asked at the same times while the model is not batched. Two
 * processes would differ by more: weights that lie elsewhere in memory make a model a tenth slower.
 */
export const batchingPartLoad: Scenario = {
  name: 'batching-part-load',
  async run(context) {
    const stretches: Stretch[] = [];
    for (const model of modelsOf(context)) stretches.push(...(await measure(context, model)));
    const rows = modelsOf(context).flatMap(({ name }) =>
      loads.flatMap((load) => {
        const { kept: these, note } = undisturbed(
          stretches.filter((one) => one.model === name && one.load === load),
        );
        const row = (what: string, value: (one: Stretch) => number, atMost: number): Row => ({
          scenario: this.name,
          what: `${name}, ${what} at ${100 * load} % of capacity with --batching=auto / without batching`,
          unit: '×',
          value: ratioEstimate(these, auto, none, value),
          must: { atMost },
          aim: null,
          notes: what === 'p50' ? [describe(these, auto), describe(these, none), note] : [],
        });
        return [row('p50', ({ p50Ms }) => p50Ms, 1.05), row('p99', ({ p99Ms }) => p99Ms, 1.2)];
      }),
    );
    return { rows, samples: stretches };
  },
};

async function measure(context: BenchContext, model: BatchedModel): Promise<readonly Stretch[]> {
  const method = inShortRounds(context.method);
  await using folder = await ScratchFolder.create();
  await model.write(folder.path);
  const flags = modelFlags(model.name, folder.path);
  const interview: Interview = { protocol: 'grpc', connections, questions: model.questions };
  const served = { name: model.name, folder: folder.path };
  const stretches: Stretch[] = [];
  for (let round = 0; round < method.rounds; round++) {
    await using subject = await serval(context, interview, flags).open();
    const { grpc } = subject.server.ports;
    await subject.closed(method.warmMs);
    const capacity = await capacityOf(subject, 2 * method.segmentMs);
    for (const batching of [auto, none] as const) {
      await reloadModel(grpc, served, batchings[batching]);
      await subject.open({ ms: compilingMs, rate: compilingLoad * capacity, seed: 1 });
    }
    for (let pair = 0; pair < method.pairsPerRound; pair++) {
      for (const load of loads) {
        const rate = load * capacity;
        const wanted = (1000 * leastRequests) / rate;
        const ms = Math.min(Math.max(wanted, shortestMs), longestMs);
        const options = { ms, rate, seed: 100 * round + pair + 2 };
        const labels = [auto, none] as const;
        for (const label of pair % 2 === 0 ? labels : labels.toReversed()) {
          await reloadModel(grpc, served, batchings[label]);
          await subject.open({ ms: method.warmMs, rate: learningLoad * capacity, seed: 1 });
          await subject.open({ ms: method.warmMs / 4, rate, seed: 1 });
          const cost = await costOf(subject.pid, () => subject.open(options));
          const { latencyMs, clientCpuMs, ms: took, othersCores } = cost;
          const p50Ms = quantile(latencyMs, 0.5);
          const p99Ms = quantile(latencyMs, 0.99);
          const clientCores = clientCpuMs / took;
          const which = { model: model.name, label, round, pair, load, rate };
          stretches.push({ ...which, p50Ms, p99Ms, clientCores, othersCores });
        }
      }
    }
  }
  return stretches;
}

function describe(stretches: readonly Stretch[], label: string): string {
  const own = stretches.filter((one) => one.label === label);
  const middle = (value: (one: Stretch) => number) => quantile(own.map(value), 0.5);
  const [p50, p99, client] = [
    middle(({ p50Ms }) => p50Ms),
    middle(({ p99Ms }) => p99Ms),
    middle(({ clientCores }) => clientCores),
  ].map((value) => value.toFixed(2));
  const rate = Math.round(middle((one) => one.rate));
  return `${label}: p50 ${p50} ms, p99 ${p99} ms at ${rate} a second, the client ${client} cores`;
}
