import { type BatchObserver, BatchScheduler } from '../batching/index.ts';
import type { BatchingOptions } from '../config/index.ts';
import type { LoadedModel } from '../engines/index.ts';
import { type Clock, systemClock } from '../util/index.ts';
import { AllSizesModel } from './all-sizes-model.ts';
import { BatchedModel } from './batched-model.ts';

/**
 * Lets the runs of a model be made in batches; what is returned closes it.
 *
 * @param options null: its runs are made one by one, as long as `reread` says so
 * @param reread what the options are now. Default: they never change
 */
export type BatchModel = (
  model: LoadedModel,
  options: BatchingOptions | null,
  reread?: Reread,
) => LoadedModel;

type Reread = () => Promise<BatchingOptions | null>;

/** Models that share the places in which batches run. */
export interface BatchPool {
  readonly batch: BatchModel;
  /** From now on these are the places and surplus runs of {@link Batcher.addPool}. @returns whether there are other places than before */
  resize(places: number, surplus?: number): boolean;
}

interface Entry {
  readonly model: BatchedModel;
  /** Null: the options never change. */
  readonly reread: Reread | null;
  readonly scheduler: BatchScheduler;
}

/** The models of a thread whose runs are made in batches, also for other threads: those know them by numbers. */
export class Batcher {
  readonly #clock: Clock;
  readonly #observer: BatchObserver;
  readonly #rows: number;
  readonly #schedulers: BatchScheduler[] = [];
  readonly #models = new Map<number, Entry>();
  #lastNumber = 0;

  /**
   * @param clock by which deadlines are meant
   * @param rows threads at most that have requests, this one included, which has row 0
   */
  constructor(clock: Clock, observer: BatchObserver, rows = 1) {
    this.#clock = clock;
    this.#observer = observer;
    this.#rows = rows;
  }

  /**
   * @param places batches of all models of this pool that may run at once, at least 1
   * @param surplus runs of other threads besides that may wait in the engine; for fewer places than the engine has that is 0: they would not wait
   */
  addPool(places: number, surplus = 0): BatchPool {
    const [rows, clock] = [this.#rows, this.#clock];
    const scheduler = new BatchScheduler({ places, rows, surplus, clock });
    const observer = this.#observer;
    this.#schedulers.push(scheduler);
    const batch: BatchModel = (model, options, reread) => {
      const number = ++this.#lastNumber;
      const closed = () => void this.#models.delete(number);
      const batched = new BatchedModel({ model, scheduler, options, observer, number, closed });
      this.#models.set(number, { model: batched, reread: reread ?? null, scheduler });
      return batched;
    };
    return { batch, resize: (...size) => this.#resize(scheduler, ...size) };
  }

  /** The model that was lent under this number, until it is closed. */
  get(number: number): BatchedModel | undefined {
    return this.#models.get(number)?.model;
  }

  /** A thread has ended, and so have its runs: the places that it had are free. */
  threadEnded(row: number): void {
    for (const { model } of this.#models.values()) model.threadEnded(row);
    for (const scheduler of this.#schedulers) scheduler.threadEnded(row);
  }

  /**
   * Reads the options of all models anew. One whose options are wrong keeps those that it has.
   *
   * @param failed is told what is wrong. @returns how many models are batched otherwise from now on
   */
  async retune(failed: (error: unknown) => void): Promise<number> {
    let changed = 0;
    for (const { model, reread } of [...this.#models.values()]) {
      if (reread === null) continue;
      try {
        if (model.retune(await reread())) changed++;
      } catch (error) {
        failed(error);
      }
    }
    return changed;
  }

  #resize(scheduler: BatchScheduler, places: number, surplus = 0): boolean {
    if (places === scheduler.places) return false;
    scheduler.resize(places, surplus);
    for (const entry of this.#models.values()) {
      if (entry.scheduler === scheduler) entry.model.resized();
    }
    return true;
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
 *
 * @param inAllSizes whether each then makes batches of all sizes, too: see {@link AllSizesModel}
 */
export function batchAlone(
  model: LoadedModel,
  options: BatchingOptions,
  observer: BatchObserver,
  inAllSizes = false,
): LoadedModel {
  const { batch } = new Batcher(systemClock, observer).addPool(1);
  const batched = batch(model, { ...options, batchTimeoutMs: 0 });
  return inAllSizes ? new AllSizesModel({ batched, model, options, observer }) : batched;
}
