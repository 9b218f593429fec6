import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomFrom } from '../../util/testing/random.ts';
import type { QueueOptions } from '../batch-queue.ts';
import { BatchQueue, type BatchScheduler } from '../index.ts';
import {
  closedLoop,
  openLoop,
  percentile,
  type Run,
  type SimulatedTask,
  type SimulationOptions,
} from '../testing/simulation.ts';
import { AdaptiveQueue } from './adaptive-queue.ts';

const places = 2;

/** ms of a run by its rows: models that gain much, some and little by batches, and one that loses. */
const costs: Readonly<Record<string, (rows: number) => number>> = {
  'mostly fixed': (rows) => 5 + 0.05 * rows,
  'half fixed': (rows) => 2 + 0.5 * rows,
  'in proportion': (rows) => 0.1 + rows,
  'much worse from 16 rows on': (rows) => 4 + 0.2 * rows + 3 * Math.max(0, rows - 16),
};

/** Adaptive batches of so many rows at most. */
const adaptiveUpTo = (mostRows: number) => (scheduler: BatchScheduler, run: Run) =>
  new AdaptiveQueue<SimulatedTask>({
    ...{ scheduler, mostRuns: places, run, kindOf: () => '' },
    options: { mostRows, mostWaitingRows: 100_000, targetMs: Number.POSITIVE_INFINITY },
  });

const adaptive = adaptiveUpTo(1000);

/** Without a bound a model whose costs are mostly fixed takes any load, in ever larger batches. */
const mostRowsInOverload = 64;

/** Batches of a fixed size, as TFS makes them; a size of 1 is no batching. */
function fixed(size: number, batchTimeoutMs: number) {
  const options: QueueOptions = {
    ...{ maxBatchSize: size, maxExecutionBatchSize: size, batchTimeoutMs },
    ...{ maxEnqueuedBatches: 1_000_000, enableLargeBatchSplitting: false },
  };
  return (scheduler: BatchScheduler, run: Run) => new BatchQueue(scheduler, options, run);
}

type Machine = Omit<SimulationOptions, 'queue'>;

/** The most that batches of one size yield, found by a search over sizes, waiting times and runs at once. */
async function bestFixed(clients: number, machine: Machine): Promise<number> {
  let best = 0;
  for (const size of [8, 16, 32, 64]) {
    for (const timeout of [0, 1, 20]) {
      for (const used of [1, places]) {
        const options = { ...machine, warmUp: 500, places: used, queue: fixed(size, timeout) };
        best = Math.max(best, (await closedLoop(clients, options)).done);
      }
    }
  }
  return best;
}

/** Of two outcomes, or of one of them and a bound. */
interface Ratio {
  readonly of: string;
  readonly ratio: number;
}

async function saturated(clients: number, machine: Machine): Promise<Ratio> {
  const best = await bestFixed(clients, machine);
  const { done } = await closedLoop(clients, { ...machine, queue: adaptive });
  return { of: `${done} rows of ${best}`, ratio: done / best };
}

/** How much longer tasks take than without batching, at a part of what the machine can do then. */
async function atPartLoad(part: number, load: number, machine: Machine): Promise<Ratio> {
  const rate = (load * machine.cores) / machine.cost(1);
  const [ours, none] = await Promise.all(
    [adaptive, fixed(1, 0)].map(async (queue) => {
      const options = { ...machine, warmUp: 1000, measured: 6000, queue };
      return percentile((await openLoop(rate, options)).latencies, part);
    }),
  );
  return { of: `p${100 * part} at ${100 * load} %: ${ours} ms, ${none} ms`, ratio: ours! / none! };
}

interface Overload {
  /** The part of the most that were ever answered in time. */
  readonly goodput: number;
  /** Within so many ms 99 % of the refused are refused. */
  readonly refusal: number;
}

async function overloaded(machine: Machine): Promise<Overload> {
  const patience = 20 * machine.cost(1);
  const queue = adaptiveUpTo(mostRowsInOverload);
  const { done } = await closedLoop(4 * mostRowsInOverload, { ...machine, queue });
  const peak = done / machine.measured;
  const inTime: number[] = [];
  let refusal = Number.NaN;
  for (const load of [1, 1.2, 3]) {
    const options = { ...machine, warmUp: 3000, measured: 1500, patience, queue };
    const { latencies, refusals } = await openLoop(load * peak, options);
    inTime.push(latencies.filter((latency) => latency <= patience).length);
    refusal = percentile(refusals, 0.99);
  }
  return { goodput: inTime.at(-1)! / Math.max(...inTime), refusal };
}

/** Tasks of 1 to 12 rows, most of them small. */
function severalRows(): () => number {
  const random = randomFrom(5);
  return () => 1 + Math.floor(12 * random() ** 3);
}

// All is simulated before the first test begins: within tests Node.js follows every promise, and there are millions.
const outcomes: {
  readonly name: string;
  readonly throughputs: readonly Ratio[];
  readonly medians: readonly Ratio[];
  readonly tails: readonly Ratio[];
  readonly overload: Overload;
}[] = [];
for (const cores of [1, 2]) {
  for (const [name, cost] of Object.entries(costs)) {
    const machine: Machine = { cost, cores, places, warmUp: 6000, measured: 2000 };
    const throughputs = [await saturated(16, machine), await saturated(64, machine)];
    const medians: Ratio[] = [];
    const tails: Ratio[] = [];
    for (const load of [0.1, 0.3, 0.5]) {
      medians.push(await atPartLoad(0.5, load, machine));
      tails.push(await atPartLoad(0.99, load, machine));
    }
    const overload = await overloaded(machine);
    const title = `a model whose costs are ${name}, with ${cores} cores,`;
    outcomes.push({ name: title, throughputs, medians, tails, overload });
  }
}
const halfFixed: Machine = {
  ...{ cost: costs['half fixed']!, cores: 2, places, warmUp: 6000, measured: 2000 },
};
const best = await bestFixed(64, { ...halfFixed, rowsOfTask: severalRows() });
const mixed = await closedLoop(64, {
  ...{ ...halfFixed, rowsOfTask: severalRows(), queue: adaptive },
});
const distant: Ratio[] = [];
for (const name of ['mostly fixed', 'half fixed']) {
  for (const cores of [1, 2]) {
    const machine = { cost: costs[name]!, cores, places, warmUp: 6000, measured: 2000 };
    distant.push(await saturated(64, { ...machine, leastPause: 2 }));
  }
}
const awayRate = 3;
const away = await openLoop(awayRate, {
  ...{ cost: costs['mostly fixed']!, cores: 1, places: 1, warmUp: 2000, measured: 5000 },
  queue: adaptive,
});

for (const { name, throughputs, medians, tails, overload } of outcomes) {
  describe(name, () => {
    test('saturated, comes near to the best fixed size that a search finds', () => {
      for (const { of, ratio } of throughputs) assert.ok(ratio >= 0.95, `${of}: ${ratio}`);
    });

    test('at part load, takes no longer than without batching', () => {
      for (const { of, ratio } of medians) assert.ok(ratio <= 1.05, `${of}: ${ratio}`);
      for (const { of, ratio } of tails) assert.ok(ratio <= 1.2, `${of}: ${ratio}`);
    });

    test('overloaded three times, answers as many as ever in time, and refuses the others soon', () => {
      assert.ok(overload.goodput >= 0.95, `${overload.goodput} of the most`);
      assert.ok(overload.refusal < 5, `99 % are refused within ${overload.refusal} ms`);
    });
  });
}

test('tasks of several rows are as many as ever', () => {
  assert.ok(mixed.done >= 0.95 * best, `${mixed.done} of ${best}: ${mixed.done / best}`);
});

test('clients that take a while to come again are waited for where that pays', () => {
  for (const { of, ratio } of distant) assert.ok(ratio >= 0.9, `${of}: ${ratio}`);
});

test('clients that do not come again are not waited for', () => {
  const came = awayRate * 5000;
  assert.ok(away.done >= 0.97 * came, `${away.done} of ${came}`);
});
