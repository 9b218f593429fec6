import type { BatchingOptions } from '../config/index.ts';
import type { Engine, LoadedModel } from '../engines/index.ts';
import { type Completeness, checkComplete, readSavedModel } from '../saved-model/index.ts';
import { batchAlone } from '../servables/index.ts';
import {
  BatchingMetrics,
  type CellAnnouncement,
  ServingMetrics,
  ThreadMetrics,
} from '../telemetry/index.ts';
import { warmUp } from '../warmup/index.ts';
import type { CheckJob, Job, JobKind, JobOf, LoadJob, LoadResult, ResultOf } from './protocol.ts';

/** What a job is done with. */
export interface ThreadSide {
  /** The thread's own side of the engine. */
  readonly engine: Engine;
  /** Whether the thread gives way to every other one. */
  readonly lowPriority: boolean;
}

interface JobHandler<Kind extends JobKind> {
  /** @throws StatusError what the job failed with. */
  do(job: JobOf<Kind>, side: ThreadSide): Promise<ResultOf<Kind>>;
  /** Frees what a result holds that nobody can be told of. */
  drop(result: ResultOf<Kind>, side: ThreadSide): Promise<void>;
}

/** What a load thread does for each kind of job. */
const handlers: { readonly [Kind in JobKind]: JobHandler<Kind> } = {
  load: {
    do: load,
    drop: async (result, { engine }) => {
      if (result !== null) await engine.adopt(result.shared).close();
    },
  },
  check: {
    do: check,
    drop: async () => {},
  },
};

/** The handler of a job's kind. */
export function handlerOf({ kind }: Job): JobHandler<JobKind> {
  return handlers[kind] as JobHandler<JobKind>;
}

async function load(
  { path, tags, sessionConfig = null, warmup, batching = null }: LoadJob,
  { engine, lowPriority }: ThreadSide,
): Promise<LoadResult | null> {
  const { signatures, signatureDefMap, ops } = await readSavedModel(path, tags);
  // A session made in its own way may start threads of its own.
  if (lowPriority && (sessionConfig !== null || engine.startsThreads(ops))) return null;
  const model = await engine.load({ path, tags, signatures, sessionConfig });
  const cells: CellAnnouncement[] = [];
  const metrics = new ThreadMetrics((cell) => cells.push(cell));
  const observer = new ServingMetrics(metrics);
  try {
    const warmedUp =
      warmup === null
        ? null
        : await warmUp(
            {
              model: batching === null ? model : batched(model, batching, metrics),
              signatureDefMap,
            },
            path,
            { ...warmup, signal: null },
            observer,
          );
    return { shared: model.handOver(), signatureDefMap, warmup: warmedUp, cells };
  } catch (error) {
    await model.close();
    throw error;
  }
}

function batched(model: LoadedModel, options: BatchingOptions, cells: ThreadMetrics): LoadedModel {
  const metrics = new BatchingMetrics(cells);
  return batchAlone(model, options, {
    dequeued: (microseconds) => metrics.dequeued(microseconds),
    inputTaken: (rows) => metrics.inputTaken(rows),
    batchRun: (rows, paddedRows) => metrics.batchRun(rows, paddedRows),
    queueFull() {},
  });
}

async function check({ path, tags }: CheckJob): Promise<Completeness> {
  return await checkComplete(path, tags);
}
