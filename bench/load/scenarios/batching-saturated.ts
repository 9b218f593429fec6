import { modelFlags } from '../../../test/support/server.ts';
import { median } from '../../stats/quantile.ts';
import { summary } from '../compare-cpu.ts';
import { serval } from '../contestants.ts';
import {
  type FixedBatches,
  fixedText,
  type RetunableSubject,
  withFixedBatches,
} from '../fixed-batches.ts';
import type { Interview } from '../interview.ts';
import { capacityOf, interleave, type Sample } from '../measure/interleave.ts';
import { undisturbed } from '../measure/machine-cpu.ts';
import { ratioEstimate } from '../measure/pair-ratios.ts';
import { type BenchContext, type Method, withRounds } from '../method.ts';
import { type BatchedModel, modelsOf } from '../models/batched-models.ts';
import { ScratchFolder } from '../models/scratch-folder.ts';
import type { Row, Scenario } from '../scenario.ts';
import type { Contestant } from '../subject.ts';

/** Clients that ask one row each, again as soon as they have their answer. */
const manyClients = 64;
const fewClients = 4;
const sizes = [1, 2, 4, 8, 16, 32, 64];
const threads = [1, 2];
/** The settings that did best are measured again, and with a time to wait for full batches. */
const finalists = 3;
const waitMs = 20;

/**
 * What `--batching=auto` yields with more clients than it needs, against the best of the fixed sizes that a search
 * over `max_batch_size`, `num_batch_threads` and `batch_timeout_micros` finds on the same machine just before.
 */
export const batchingSaturated: Scenario = {
  name: 'batching-saturated',
  async run(context) {
    const rows: Row[] = [];
    const samples: object[] = [];
    for (const model of modelsOf(context)) {
      await using folder = await ScratchFolder.create();
      await model.write(folder.path);
      for (const clients of [manyClients, fewClients]) {
        const found = await compare(context, folder.path, model, clients);
        const isMany = clients === manyClients;
        const { kept, note } = undisturbed(found.samples);
        rows.push({
          scenario: this.name,
          what: `${model.name}, ${clients} clients: answers a second with --batching=auto / with ${found.best}`,
          unit: '×',
          value: ratioEstimate(kept, auto, found.best, perSecond),
          must: isMany ? { atLeast: 0.95 } : null,
          aim: isMany ? { atLeast: 1 } : null,
          notes: [describe(kept, auto), describe(kept, found.best), found.note, note],
        });
        samples.push(
          ...found.samples.map((one) => ({ ...named(model), clients, ...summary(one) })),
        );
      }
    }
    return { rows, samples };
  },
};

const auto = 'auto';

const named = ({ name }: BatchedModel) => ({ model: name });

async function compare(
  context: BenchContext,
  folder: string,
  { name, questions }: BatchedModel,
  clients: number,
) {
  const method = methodFor(context, clients);
  const interview: Interview = { protocol: 'grpc', connections: clients, questions };
  const withFixed = (given: FixedBatches) =>
    withFixedBatches(context, interview, { name, folder }, given);
  const { best, note } = await search(context, method, clients, withFixed);
  const adaptive = [...modelFlags(name, folder), '--batching=auto'];
  const samples = await interleave(
    [serval(context, interview, adaptive, auto), withFixed(best)],
    method,
  );
  return { best: fixedText(best), note, samples };
}

/** Longer stretches than usual, since runs take milliseconds, and what is to be learned takes seconds. */
function methodFor({ method }: BenchContext, clients: number): Method {
  return {
    ...withRounds(method, clients === manyClients ? 3 : 1),
    segmentMs: 2 * method.segmentMs,
    warmMs: 4 * method.warmMs,
    warmAnswers: 0,
  };
}

/**
 * The setting that yields most: of all sizes and numbers of runs at once, then of the best of them with and without
 * waiting for full batches. Servers take turns, and change their sizes as they go: forwards, then backwards.
 */
async function search(
  context: BenchContext,
  method: Method,
  clients: number,
  withFixed: (given: FixedBatches) => Contestant<RetunableSubject>,
) {
  await using stack = new AsyncDisposableStack();
  const subjects = new Map<number, RetunableSubject>();
  for (const count of threads) {
    const start = { size: 1, threads: count, timeoutMs: 0 };
    const subject = stack.use(await withFixed(start).open());
    await subject.closed(method.warmMs / 8);
    subjects.set(count, subject);
  }
  const ranked = async (all: readonly FixedBatches[], passes: number) => {
    const rates = all.map((): number[] => []);
    for (let pass = 0; pass < passes; pass++) {
      const order = [...all.keys()];
      for (const i of pass % 2 === 0 ? order : order.toReversed()) {
        const subject = subjects.get(all[i]!.threads)!;
        await subject.retune(all[i]!);
        await subject.closed(method.segmentMs / 8);
        rates[i]!.push(await capacityOf(subject, method.segmentMs / 3));
      }
    }
    const found = all.map((given, i) => ({ given, rate: median(rates[i]!) }));
    found.sort((a, b) => b.rate - a.rate);
    for (const { given, rate } of found) {
      context.progress(`${clients} clients, ${fixedText(given)}: ${Math.round(rate)} a second`);
    }
    return found;
  };
  const all = sizes
    .filter((size) => size <= clients)
    .flatMap((size) => threads.map((count) => ({ size, threads: count, timeoutMs: 0 })));
  const first = await ranked(all, 2);
  const again = first
    .slice(0, finalists)
    .flatMap(({ given }) => [given, { ...given, timeoutMs: waitMs }]);
  const last = await ranked(again, 4);
  const alone = first.find(({ given }) => given.size === 1)!;
  return {
    best: last[0]!.given,
    note: `the best of ${all.length + finalists} settings; batches of one yield ${Math.round(alone.rate)} a second`,
  };
}

/** The stretch ends when the last of its runs does, which ms knows. */
const perSecond = ({ answered, ms }: Sample): number => (answered * 1000) / ms;

function rateOf(samples: readonly Sample[], label: string): number {
  return median(samples.filter((sample) => sample.label === label).map(perSecond));
}

function describe(samples: readonly Sample[], label: string): string {
  const own = samples.filter((sample) => sample.label === label);
  const middle = (value: (sample: Sample) => number) => median(own.map(value));
  const cores = middle(({ cpuMs, ms }) => cpuMs / ms).toFixed(2);
  const client = middle(({ clientCpuMs, ms }) => clientCpuMs / ms).toFixed(2);
  const latency = middle(({ latencyMs }) => median(latencyMs)).toFixed(1);
  return `${label}: ${Math.round(rateOf(samples, label))} a second, p50 ${latency} ms, ${cores} cores, the client ${client}`;
}
