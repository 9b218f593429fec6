import { type BatchObserver, BatchScheduler } from '../batching/index.ts';
import type { BatchingOptions } from '../config/index.ts';
import type { LoadedModel } from '../engines/index.ts';
import { type Clock, systemClock } from '../util/index.ts';
import { BatchedModel } from './batched-model.ts';

/** Lets the runs of a model be made in batches; what is returned closes it. */
export type BatchModel = (model: LoadedModel, options: BatchingOptions) => LoadedModel;

/** Batches of several models that share a number of places. */
export interface Batcher {
  readonly batch: BatchModel;
  /** Once all models are closed. */
  close(): void;
}

/** @param places batches that may run at once, at least 1 */
export function createBatcher(places: number, clock: Clock, observer: BatchObserver): Batcher {
  const scheduler = new BatchScheduler({ places, clock });
  return {
    batch: (model, options) => new BatchedModel({ model, scheduler, options, observer }),
    close: () => scheduler.close(),
  };
}

/**
 * A model whose requests come one after the other, as in a warm-up: each makes a batch, as it would be were it
 * alone, and waits for none.
 */
export function batchAlone(
  model: LoadedModel,
  options: BatchingOptions,
  observer: BatchObserver,
): LoadedModel {
  return createBatcher(1, systemClock, observer).batch(model, { ...options, batchTimeoutMs: 0 });
}
