import type { BatchObserver } from '../batching/index.ts';
import {
  type HandleCounts,
  type ServableHandle,
  type ServableId,
  type ServableRequest,
  servableIdText,
  type TableEntry,
  TableReader,
} from '../core/index.ts';
import type { Engine, LentBatches, LoadedModel } from '../engines/index.ts';
import type { ModelServable } from '../servables/index.ts';
import { internal } from '../status/index.ts';
import type { LentChange, LentServable } from './messages.ts';
import { RemoteModel } from './remote-model.ts';
import type { RemoteRuns } from './remote-runs.ts';

/**
 * The loaded versions as a data thread has them: its own objects over models that the control thread
 * owns. A version that is taken off the table is kept until the control thread says that nobody holds
 * it: {@link forget}.
 */
export class BorrowedModels {
  readonly #engine: Engine;
  readonly #runs: RemoteRuns;
  readonly #row: number;
  readonly #observer: BatchObserver;
  readonly #reader: TableReader<ModelServable>;
  /** By the text of the version's id. */
  readonly #borrowed = new Map<string, ModelServable>();

  /**
   * @param runs asks the thread that owns the models for runs in batches
   * @param row of this thread in memory that threads share
   * @param observer is told of batches that this thread runs itself
   */
  constructor(
    engine: Engine,
    runs: RemoteRuns,
    counts: HandleCounts,
    row: number,
    observer: BatchObserver,
  ) {
    this.#engine = engine;
    this.#runs = runs;
    this.#row = row;
    this.#observer = observer;
    this.#reader = new TableReader(counts, row);
  }

  /** @throws StatusError with the texts of spec 4.8. */
  acquire(request: ServableRequest): ServableHandle<ModelServable> {
    return this.#reader.acquire(request);
  }

  /** Replaces the table by the next one. @throws StatusError where a model cannot be borrowed. */
  apply({ generation, servables, labels }: LentChange): void {
    const own = new Map<string, readonly TableEntry<ModelServable>[]>();
    for (const [name, entries] of servables) {
      own.set(
        name,
        entries.map((entry) => ({ ...entry, servable: this.#borrow(entry) })),
      );
    }
    this.#reader.apply({ generation, servables: own, ...(labels !== undefined && { labels }) });
  }

  /** Gives up a version that is off the table. Resolves when no run of this thread uses it. */
  async forget(id: ServableId): Promise<void> {
    const key = servableIdText(id);
    const servable = this.#borrowed.get(key);
    this.#borrowed.delete(key);
    await servable?.model.close();
  }

  #borrow({ id, servable }: TableEntry<LentServable | null>): ModelServable {
    const key = servableIdText(id);
    if (servable === null) {
      const known = this.#borrowed.get(key);
      if (known === undefined) throw internal(`Servable ${key} was never lent to this thread`);
      return known;
    }
    const { model: shared, signatureDefMap } = servable;
    const borrowed = this.#engine.borrow(shared);
    const model = shared.batched === undefined ? borrowed : this.#remote(borrowed, shared.batched);
    const own = { model, signatureDefMap };
    this.#borrowed.set(key, own);
    return own;
  }

  #remote(borrowed: LoadedModel, batches: LentBatches): RemoteModel {
    const [runs, row, observer] = [this.#runs, this.#row, this.#observer];
    return new RemoteModel({ borrowed, runs, batches, row, observer });
  }
}
