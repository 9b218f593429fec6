import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchingOptions } from '../config/index.ts';
import type { Engine, LoadedModel } from '../engines/index.ts';
import { type Completeness, checkComplete, readSavedModel } from '../saved-model/index.ts';
import { batchAlone } from '../servables/index.ts';
import { fileError } from '../status/index.ts';
import {
  BatchingMetrics,
  LoadMetrics,
  type Logger,
  ServingMetrics,
  type ThreadMetrics,
} from '../telemetry/index.ts';
import { type WarmupObserver, type WarmupResult, warmUp } from '../warmup/index.ts';
import type { CheckJob, Job, JobKind, JobOf, LoadJob, LoadResult, ResultOf } from './protocol.ts';

/** What a job is done with. */
export interface ThreadSide {
  /** The thread's own side of the engine. */
  readonly engine: Engine;
  /** Whether the thread gives way to every other one. */
  readonly lowPriority: boolean;
  /** Where the thread counts. */
  readonly metrics: ThreadMetrics;
  readonly logger: Logger;
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

async function load(job: LoadJob, side: ThreadSide): Promise<LoadResult | null> {
  const { path, warmup, batching = null, metadataOf = null } = job;
  const counts = new LoadMetrics(side.metrics);
  const loaded = await loadCounted(job, side, counts);
  if (loaded === null) return null;
  const { model, signatureDefMap } = loaded;
  try {
    if (metadataOf !== null && (await hasMetadataKey(path, side.logger))) {
      counts.metadataFound(metadataOf.model, metadataOf.version);
    }
    let warmedUp: WarmupResult | null = null;
    if (warmup !== null) {
      const { inAllSizes, ...rest } = warmup;
      const options = { ...rest, signal: null };
      const warmed = batching === null ? model : batched(model, batching, side.metrics, inAllSizes);
      const servable = { model: warmed, signatureDefMap };
      warmedUp = await warmUp(servable, path, options, observer(side, path));
    }
    return { shared: model.handOver(), signatureDefMap, warmup: warmedUp };
  } catch (error) {
    await model.close();
    throw error;
  }
}

function batched(
  model: LoadedModel,
  options: BatchingOptions,
  cells: ThreadMetrics,
  inAllSizes: boolean,
): LoadedModel {
  const metrics = new BatchingMetrics(cells);
  const observer = {
    dequeued: (microseconds: number) => metrics.dequeued(microseconds),
    inputTaken: (rows: number) => metrics.inputTaken(rows),
    batchRun: (rows: number, paddedRows: number) => metrics.batchRun(rows, paddedRows),
    adapted() {},
    queueFull() {},
  };
  return batchAlone(model, options, observer, inAllSizes);
}

/** Counts the warm-up of a version. */
function observer({ metrics }: ThreadSide, path: string): WarmupObserver {
  const serving = new ServingMetrics(metrics);
  const loads = new LoadMetrics(metrics);
  return {
    modelRan: (api, model, microseconds) => serving.modelRan(api, model, microseconds),
    examplesRun: (method, model, count) => serving.examplesRun(method, model, count),
    warmedUp: (status, records, ms) => loads.warmedUp(path, status, records, ms),
  };
}

/** A load as TensorFlow counts it: from the file to the initialized session. */
async function loadCounted(
  { path, tags, sessionConfig = null }: LoadJob,
  { engine, lowPriority }: ThreadSide,
  counts: LoadMetrics,
): Promise<{ readonly model: LoadedModel; readonly signatureDefMap: Uint8Array } | null> {
  const began = performance.now();
  const ended = (status: 'success' | 'fail') =>
    counts.loaded(path, status, performance.now() - began);
  try {
    const { signatures, signatureDefMap, ops, writeVersion } = await readSavedModel(path, tags);
    // A session made in its own way may start threads of its own.
    if (lowPriority && (sessionConfig !== null || engine.startsThreads(ops))) return null;
    counts.modelRead(writeVersion);
    const model = await engine.load({ path, tags, signatures, sessionConfig });
    ended('success');
    return { model, signatureDefMap };
  } catch (error) {
    ended('fail');
    throw error;
  }
}

/** Whether a version has a key of ML Metadata that can be read. */
async function hasMetadataKey(path: string, logger: Logger): Promise<boolean> {
  const file = join(path, 'assets.extra', 'mlmd_uuid');
  try {
    await readFile(file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') {
      logger.warn("ML Metadata Key Found But couldn't be read.", { error: fileError(file, error) });
    }
    return false;
  }
}

async function check({ path, tags }: CheckJob): Promise<Completeness> {
  return await checkComplete(path, tags);
}
