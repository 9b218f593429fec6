import { type BatchObserver, BatchScheduler } from '../batching/index.ts';
import type { BatchingOptions } from '../config/index.ts';
import type { LoadedModel } from '../engines/index.ts';
import { type Clock, systemClock } from '../util/index.ts';
import { BatchedModel } from './batched-model.ts';

/** Lets the runs of a model be made in batches; what is returned closes it. */
export type BatchModel = (model: LoadedModel, options: BatchingOptions) => LoadedModel;

/** The models of a thread whose runs are made in batches, also for other threads: those know them by numbers. */
export class Batcher {
  readonly #clock: Clock;
  readonly #observer: BatchObserver;
  readonly #schedulers: BatchScheduler[] = [];
  readonly #models = new Map<number, LoadedModel>();
  #lastNumber = 0;

  /** @param clock by which deadlines are meant */
  constructor(clock: Clock, observer: BatchObserver) {
    this.#clock = clock;
    this.#observer = observer;
  }

  /** @param places batches of all models of this pool that may run at once, at least 1 */
  addPool(places: number): BatchModel {
    const scheduler = new BatchScheduler({ places, clock: this.#clock });
    const observer = this.#observer;
    this.#schedulers.push(scheduler);
    return (model, options) => {
      const number = ++this.#lastNumber;
      const closed = () => void this.#models.delete(number);
      const batched = new BatchedModel({ model, scheduler, options, observer, number, closed });
      this.#models.set(number, batched);
      return batched;
    };
  }

  /** The model that was lent under this number, until it is closed. */
  get(number: number): LoadedModel | undefined {
    return this.#models.get(number);
  }

  /** From now on no batch waits for more requests: the server is about to end. */
  flush(): void {
    for (const scheduler of this.#schedulers) scheduler.flush();
  }

  /** Once all models are closed. */
  close(): void {
    for (const scheduler of this.#schedulers) scheduler.close();
  }
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
  const batch = new Batcher(systemClock, observer).addPool(1);
  return batch(model, { ...options, batchTimeoutMs: 0 });
}
